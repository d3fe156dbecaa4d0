// Arguments of the socket calls in the notation of strace 6.1, as far as `ping` makes such calls. Constants that it
// does not know are numbers, as with strace. Pure; set-up code, for `--explain` only.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <span>
#include <string>

namespace ringsweep::strace {

// "\10\0\335\236", with at most 32 bytes and "..." behind it.
std::string quoted(std::span<const std::byte> bytes);
// {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}
std::string socket_address(const void* name, std::size_t length);

std::string domain(int domain);
std::string type(int type);
std::string protocol(int domain, int protocol);

// "IP_RECVERR", "SO_TIMESTAMPNS_OLD".
std::string option_name(int level, int option);
std::string level_name(int level);
// [1], a string, or ~[ICMP_ECHOREPLY ...].
std::string option_value(int level, int option, const void* value, std::size_t length);

// "28 => 16": how much room there was, and how much of it was needed; one number where all of it was.
std::string length_change(socklen_t room, socklen_t length);

// "0", "MSG_DONTWAIT|MSG_ERRQUEUE".
std::string message_flags(int flags);
// Of recvmsg, after it returned `result` bytes. `room`: the length that msg_namelen had before.
std::string message(const msghdr& message, std::size_t result, socklen_t room);

// " = 3", " = -1 EACCES (Permission denied)".
std::string result(long result, int errno_value);

}  // namespace ringsweep::strace
