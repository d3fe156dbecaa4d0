// Why no ICMP socket could be had, and what the user can do about it where the program runs (src/README.md, 3.6). Used
// by the error of `open_sockets` and by `doctor`. Set-up code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ringsweep/net/sockets/icmp_socket.h"

namespace ringsweep {

enum class Container : std::uint8_t {
  none,
  docker_like,  // docker, podman, containerd without Kubernetes
  pod           // Kubernetes
};

// What decides whether a socket can be had, as a plain value.
struct SocketSurroundings {
  std::string ping_group_range;  // as in /proc, blanks as one space: "1 0"; empty: unreadable
  std::vector<unsigned> groups;  // effective and supplementary, ascending
  Container container = Container::none;
  std::string program;           // path of the running binary
  bool can_gain_net_raw = true;  // a file capability would take effect: in the bounding set, no_new_privs not set
};

SocketSurroundings read_socket_surroundings();

// True where the kernel lets one of the groups open ping sockets.
bool ping_sockets_allowed(const SocketSurroundings& surroundings);

// The lines that follow the error: the present value, the caller's groups, then only what can help here. `plan`: what
// was asked for by name, if anything.
std::string socket_remedy(const SocketSurroundings& surroundings, std::optional<SocketPlan> plan);

}  // namespace ringsweep
