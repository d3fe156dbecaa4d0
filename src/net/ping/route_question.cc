#include "ringsweep/net/ping/route_question.h"

#include <fmt/core.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "ringsweep/base/error.h"
#include "ringsweep/net/sockets/socket_address.h"

namespace ringsweep {
namespace {

// Where a UDP packet would go if one was sent. Any port does; ping's is this one.
constexpr std::uint16_t asked_port = 1025;

struct FreeAddresses {
  void operator()(ifaddrs* list) const { freeifaddrs(list); }
};

}  // namespace

RouteQuestion::RouteQuestion(Family family, const PingSocketOptions& options, const NetworkCalls& calls,
                             const Complain& complain)
    : calls_(calls),
      socket_(calls.socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_IP)) {
  if (!socket_.is_open()) throw system_error("socket", errno);
  if (options.tos != 0 && family == Family::v4 &&
      calls_.setsockopt(socket_.get(), IPPROTO_IP, IP_TOS, &options.tos, sizeof options.tos) != 0) {
    complain(fmt::format("warning: QOS sockopts: {}", std::strerror(errno)));
  }
  if (options.mark) set_socket_mark(calls_, socket_.get(), *options.mark, complain);
}

void RouteQuestion::bind_to_interface(const std::string& interface, const Address& target) {
  bind_socket_to_interface(calls_, socket_.get(), interface, target);
}

void RouteQuestion::allow_broadcast() {
  const int on = 1;
  if (calls_.setsockopt(socket_.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0) {
    throw system_error("cannot set broadcasting", errno);
  }
}

RouteQuestion::Answer RouteQuestion::ask(const Address& target) {
  SocketAddress name{};
  const socklen_t length = fill_socket_address(target, asked_port, name);
  if (calls_.connect(socket_.get(), name, length) == 0) return Answer::found;
  errno_value_ = errno;
  if (errno_value_ == EACCES) return Answer::forbidden;
  if (errno_value_ == EHOSTUNREACH || errno_value_ == ENETUNREACH) return Answer::unreachable;
  throw system_error("connect", errno_value_);
}

Address RouteQuestion::source() const {
  SocketAddress name{};
  socklen_t length = sizeof name;
  if (calls_.getsockname(socket_.get(), name, length) != 0) throw system_error("getsockname", errno);
  return to_address(&name, length);
}

bool interface_has_address(const std::string& interface, const Address& address) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) throw system_error("getifaddrs", errno);
  const std::unique_ptr<ifaddrs, FreeAddresses> list(first);
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || interface != entry->ifa_name) continue;
    const std::size_t length = entry->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (to_address(entry->ifa_addr, length).without_zone() == address.without_zone()) return true;
  }
  return false;
}

std::uint32_t interface_index(const std::string& interface) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) throw usage_error("unknown iface: " + interface);
  return index;
}

void bind_socket_to_interface(const NetworkCalls& calls, int socket, const std::string& interface,
                              const Address& target) {
  const auto length = static_cast<socklen_t>(interface.size() + 1);
  if (calls.setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), length, Rights::raised) == 0) return;
  if (!target.is_v4() || !target.is_multicast()) throw system_error("SO_BINDTODEVICE " + interface, errno);
  ip_mreqn request{};
  request.imr_ifindex = static_cast<int>(interface_index(interface));
  if (calls.setsockopt(socket, SOL_IP, IP_MULTICAST_IF, &request, sizeof request) != 0) {
    throw system_error("IP_MULTICAST_IF", errno);
  }
}

void set_socket_mark(const NetworkCalls& calls, int socket, std::uint32_t mark, const Complain& complain) {
  if (calls.setsockopt(socket, SOL_SOCKET, SO_MARK, &mark, sizeof mark, Rights::raised) == 0) return;
  complain(fmt::format("WARNING: failed to set mark: {}: {}", mark, std::strerror(errno)));
}

}  // namespace ringsweep
