#include "ringsweep/net/ping/network_calls.h"

#include <fmt/core.h>

#include <cerrno>
#include <optional>
#include <string>

#include "net/ping/strace_text.h"
#include "ringsweep/system/privileges.h"

namespace ringsweep {
namespace {

// What `told` says of the call, whose result and errno stay as they were.
template <typename Result, typename Tell>
Result told(const NetworkCallListener& listener, Result result, const Tell& tell) {
  if (!listener) return result;
  const int errno_value = result < 0 ? errno : 0;
  NetworkCall call;
  tell(call);
  call.text += strace::result(static_cast<long>(result), errno_value);
  call.errno_value = errno_value;
  listener(call);
  errno = errno_value;
  return result;
}

// What `call` returns and leaves in errno.
template <typename Call>
int with(Rights rights, const Call& call) {
  std::optional<RaisedPrivileges> raised;
  if (rights == Rights::raised) raised.emplace();
  const int result = call();
  const int errno_value = errno;
  raised.reset();
  errno = errno_value;
  return result;
}

std::string subject_of_option(const char* call, int level, int option) {
  std::string name = strace::option_name(level, option);
  // The kernel's name for the form with two 64-bit numbers.
  if (name.ends_with("_OLD")) name.resize(name.size() - 4);
  return fmt::format("{} {}", call, name);
}

}  // namespace

int NetworkCalls::socket(int domain, int type, int protocol, Rights rights) const {
  const int result = with(rights, [&] { return ::socket(domain, type, protocol); });
  return told(listener_, result, [&](NetworkCall& call) {
    call.text = fmt::format("socket({}, {}, {})", strace::domain(domain), strace::type(type),
                            strace::protocol(domain, protocol));
    call.subject = fmt::format("socket {} {} {}", strace::domain(domain), strace::type(type & ~SOCK_CLOEXEC),
                               strace::protocol(domain, protocol));
  });
}

int NetworkCalls::bind(int fd, const SocketAddress& name, socklen_t length) const {
  return told(listener_, ::bind(fd, &name.any, length), [&](NetworkCall& call) {
    call.text = fmt::format("bind({}, {}, {})", fd, strace::socket_address(&name, length), length);
    call.subject = "bind";
    call.address = to_address(&name, length);
  });
}

int NetworkCalls::connect(int fd, const SocketAddress& name, socklen_t length) const {
  return told(listener_, ::connect(fd, &name.any, length), [&](NetworkCall& call) {
    call.text = fmt::format("connect({}, {}, {})", fd, strace::socket_address(&name, length), length);
    call.subject = "connect";
    call.address = to_address(&name, length);
  });
}

int NetworkCalls::getsockname(int fd, SocketAddress& name, socklen_t& length) const {
  const socklen_t room = length;
  return told(listener_, ::getsockname(fd, &name.any, &length), [&](NetworkCall& call) {
    call.text = fmt::format("getsockname({}, {}, [{}])", fd, strace::socket_address(&name, length),
                            strace::length_change(room, length));
    call.subject = "getsockname";
    call.address = to_address(&name, length);
  });
}

int NetworkCalls::setsockopt(int fd, int level, int option, const void* value, socklen_t length, Rights rights) const {
  const int result = with(rights, [&] { return ::setsockopt(fd, level, option, value, length); });
  return told(listener_, result, [&](NetworkCall& call) {
    call.text =
        fmt::format("setsockopt({}, {}, {}, {}, {})", fd, strace::level_name(level), strace::option_name(level, option),
                    strace::option_value(level, option, value, length), length);
    call.subject = subject_of_option("setsockopt", level, option);
  });
}

int NetworkCalls::getsockopt(int fd, int level, int option, void* value, socklen_t& length) const {
  const socklen_t room = length;
  return told(listener_, ::getsockopt(fd, level, option, value, &length), [&](NetworkCall& call) {
    call.text = fmt::format("getsockopt({}, {}, {}, {}, [{}])", fd, strace::level_name(level),
                            strace::option_name(level, option), strace::option_value(level, option, value, length),
                            strace::length_change(room, length));
    call.subject = subject_of_option("getsockopt", level, option);
  });
}

ssize_t NetworkCalls::sendto(int fd, std::span<const std::byte> packet, const SocketAddress& name,
                             socklen_t length) const {
  return told(listener_, ::sendto(fd, packet.data(), packet.size(), 0, &name.any, length), [&](NetworkCall& call) {
    call.text = fmt::format("sendto({}, {}, {}, 0, {}, {})", fd, strace::quoted(packet), packet.size(),
                            strace::socket_address(&name, length), length);
    call.subject = "sendto";
    call.address = to_address(&name, length);
  });
}

ssize_t NetworkCalls::recvmsg(int fd, msghdr& message, int flags) const {
  const socklen_t room = message.msg_namelen;
  const ssize_t result = ::recvmsg(fd, &message, flags);
  return told(listener_, result, [&](NetworkCall& call) {
    // strace shows no more of a message that did not come.
    const std::string shown = result < 0 ? fmt::format("{{msg_namelen={}}}", room)
                                         : strace::message(message, static_cast<std::size_t>(result), room);
    call.text = fmt::format("recvmsg({}, {}, {})", fd, shown, strace::message_flags(flags));
    call.subject = (flags & MSG_ERRQUEUE) != 0 ? "recvmsg MSG_ERRQUEUE" : "recvmsg";
    if (result >= 0) call.address = to_address(message.msg_name, message.msg_namelen);
  });
}

}  // namespace ringsweep
