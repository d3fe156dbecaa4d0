// Which source address the kernel would use for a target: a UDP socket is connected to it, which sends nothing, and
// asked for its own name (as ping does). One thread; set-up code, throws Error with the words of ping.
#pragma once

#include <cstdint>
#include <string>

#include "ringsweep/base/address.h"
#include "ringsweep/net/ping/network_calls.h"
#include "ringsweep/net/ping/ping_socket.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class RouteQuestion {
 public:
  // `calls` outlives it.
  RouteQuestion(Family family, const PingSocketOptions& options, const NetworkCalls& calls, const Complain& complain);

  void bind_to_interface(const std::string& interface, const Address& target);
  void allow_broadcast();
  enum class Answer : std::uint8_t {
    found,
    forbidden,   // EACCES: a broadcast address, or a route that prohibits
    unreachable  // there is no route
  };
  // Any other trouble is an Error.
  Answer ask(const Address& target);
  // Why the last answer was not `found`.
  int errno_value() const { return errno_value_; }
  Address source() const;

 private:
  const NetworkCalls& calls_;
  FileDescriptor socket_;
  int errno_value_ = 0;
};

// True where one of the interface's addresses is this one.
bool interface_has_address(const std::string& interface, const Address& address);
// Throws Error for an unknown one.
std::uint32_t interface_index(const std::string& interface);

// For PingSocket and RouteQuestion. Throws Error, but for an IPv4 multicast target tries IP_MULTICAST_IF first.
void bind_socket_to_interface(const NetworkCalls& calls, int socket, const std::string& interface,
                              const Address& target);
// A refusal is no more than a complaint.
void set_socket_mark(const NetworkCalls& calls, int socket, std::uint32_t mark, const Complain& complain);

}  // namespace ringsweep
