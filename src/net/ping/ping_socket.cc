#include "ringsweep/net/ping/ping_socket.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
// In this order: the kernel's headers need those above.
#include <linux/errqueue.h>
#include <linux/icmp.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "ringsweep/base/error.h"
#include "ringsweep/base/time.h"
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/net/ping/route_question.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/system/proc_file.h"

namespace ringsweep {
namespace {

// What ping takes a packet in the kernel for: so much for each 512 bytes, beside the IP header.
constexpr std::size_t overhead_bytes = 16 + 64 + 160;
constexpr int least_receive_buffer = 65'536;
constexpr std::int64_t least_timeout_ns = 10 * ns_per_ms;

timeval to_timeval(std::int64_t span_ns) {
  return {static_cast<time_t>(span_ns / ns_per_s), static_cast<suseconds_t>(span_ns % ns_per_s / ns_per_us)};
}

int mtu_discovery_of(MtuDiscovery wanted) {
  switch (wanted) {
    case MtuDiscovery::dont:
      return IP_PMTUDISC_DONT;
    case MtuDiscovery::want:
      return IP_PMTUDISC_WANT;
    case MtuDiscovery::always:
      break;
  }
  return IP_PMTUDISC_DO;
}
static_assert(IP_PMTUDISC_DONT == IPV6_PMTUDISC_DONT && IP_PMTUDISC_WANT == IPV6_PMTUDISC_WANT &&
              IP_PMTUDISC_DO == IPV6_PMTUDISC_DO);

// The kernel has no ping sockets, or not for this caller: a raw one may do.
bool raw_may_do(int errno_value, Family family) {
  return errno_value == EACCES || errno_value == EPROTONOSUPPORT ||
         (errno_value == EAFNOSUPPORT && family == Family::v4);
}

// What recvmsg fills.
struct MessageRoom {
  SocketAddress name{};
  // IP options (40 bytes) may come beside stamp, TTL and error.
  alignas(8) std::array<std::byte, 512> control;
  iovec payload;
  msghdr header{};

  explicit MessageRoom(std::span<std::byte> room) : payload{room.data(), room.size()} {
    header.msg_name = &name;
    header.msg_namelen = sizeof name;
    header.msg_iov = &payload;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
  Address address() const { return to_address(&name, header.msg_namelen); }
  ControlFields control_fields() const { return parse_control(header.msg_control, header.msg_controllen); }
};

}  // namespace

PingSocket PingSocket::open(Family family, bool raw_only, const NetworkCalls& calls) {
  PingSocket opened;
  opened.calls_ = &calls;
  opened.family_ = family;
  const int domain = family == Family::v4 ? AF_INET : AF_INET6;
  const int protocol = family == Family::v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
  for (const int type : {SOCK_DGRAM, SOCK_RAW}) {
    if (type == SOCK_DGRAM && raw_only) continue;
    opened.raw_ = type == SOCK_RAW;
    opened.socket_ = FileDescriptor(calls.socket(domain, type | SOCK_CLOEXEC, protocol, Rights::raised));
    if (opened.is_open()) break;
    opened.refusal_errno_ = errno;
    if (!raw_may_do(opened.refusal_errno_, family)) break;
  }
  return opened;
}

template <typename T>
int PingSocket::set(int level, int name, const T& value) {
  return calls_->setsockopt(get(), level, name, &value, sizeof value) == 0 ? 0 : errno;
}

template <typename T>
void PingSocket::require(int level, int name, const T& value, const char* what) {
  const int errno_value = set(level, name, value);
  if (errno_value != 0) throw system_error(what, errno_value);
}

void PingSocket::set_tos(int tos) {
  if (!is_open() || tos == 0) return;
  if (family_ == Family::v4) {
    require(IPPROTO_IP, IP_TOS, tos, "setsockopt");
  } else {
    require(IPPROTO_IPV6, IPV6_TCLASS, tos, "setsockopt");
  }
}

void PingSocket::bind_to_interface(const std::string& interface, const Address& target) {
  bind_socket_to_interface(*calls_, get(), interface, target);
}

void PingSocket::bind_to(const Address& source, const PingSocketOptions& options, const char* what) {
  const bool chosen = !raw_ && options.identifier.value_or(0) != 0;
  if (!options.keep_source && !chosen) return;
  SocketAddress name{};
  // The port of a ping socket is its identifier.
  const socklen_t length = fill_socket_address(source, chosen ? *options.identifier : std::uint16_t{0}, name);
  if (calls_->bind(get(), name, length) != 0) throw system_error(what, errno);
}

void PingSocket::configure(const PingSocketOptions& options, const Address& source, const Complain& complain) {
  if (family_ == Family::v4) {
    configure_v4(options, source, complain);
  } else {
    configure_v6(options, source, complain);
  }
}

void PingSocket::configure_v4(const PingSocketOptions& options, const Address& source, const Complain& complain) {
  if (options.mtu_discovery) {
    require(SOL_IP, IP_MTU_DISCOVER, mtu_discovery_of(*options.mtu_discovery), "IP_MTU_DISCOVER");
  }
  bind_to(source, options, "bind");
  if (raw_) {
    const icmp_filter wanted{~(1U << ICMP_SOURCE_QUENCH | 1U << ICMP_DEST_UNREACH | 1U << ICMP_TIME_EXCEEDED |
                               1U << ICMP_PARAMETERPROB | 1U << ICMP_REDIRECT | 1U << ICMP_ECHOREPLY)};
    require(SOL_RAW, ICMP_FILTER, wanted, "setsockopt(ICMP_FILTER)");
  }
  require(SOL_IP, IP_RECVERR, 1, "setsockopt(IP_RECVERR)");
  if (!raw_) {
    require(SOL_IP, IP_RECVTTL, 1, "setsockopt(IP_RECVTTL)");
    require(SOL_IP, IP_RETOPTS, 1, "setsockopt(IP_RETOPTS)");
  }
  set_buffers(options, complain);
  if (options.broadcast) require(SOL_SOCKET, SO_BROADCAST, 1, "cannot set broadcasting");
  if (options.ttl) {
    require(IPPROTO_IP, IP_MULTICAST_TTL, *options.ttl, "cannot set multicast time-to-live");
    require(IPPROTO_IP, IP_TTL, *options.ttl, "cannot set unicast time-to-live");
  }
}

void PingSocket::configure_v6(const PingSocketOptions& options, const Address& source, const Complain& complain) {
  if (options.mtu_discovery) {
    require(IPPROTO_IPV6, IPV6_MTU_DISCOVER, mtu_discovery_of(*options.mtu_discovery), "IPV6_MTU_DISCOVER");
  }
  bind_to(source, options, "bind icmp socket");
  require(IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
  set_buffers(options, complain);
  if (raw_) {
    // Errors come by the error queue.
    icmp6_filter wanted;
    ICMP6_FILTER_SETBLOCKALL(&wanted);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &wanted);
    require(IPPROTO_ICMPV6, ICMP6_FILTER, wanted, "setsockopt(ICMP6_FILTER)");
  }
  if (options.ttl) {
    require(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, *options.ttl, "can't set multicast hop limit");
    require(IPPROTO_IPV6, IPV6_UNICAST_HOPS, *options.ttl, "can't set unicast hop limit");
  }
  require(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "can't receive hop limit");
}

void PingSocket::set_buffers(const PingSocketOptions& options, const Complain& complain) {
  const std::size_t packet = options.data_bytes + icmp_header_size;
  const std::size_t ip_header = ip_header_size(family_);
  const std::size_t estimate = packet + (packet + 511) / 512 * (ip_header + overhead_bytes);
  constexpr std::size_t most = std::numeric_limits<int>::max();
  // The kernel makes of these what it may; only replies that were asked for at once and do not fit are worth a word.
  set(SOL_SOCKET, SO_SNDBUF, static_cast<int>(std::min(estimate, most)));
  const auto needed = static_cast<int>(std::min(estimate * static_cast<std::size_t>(options.preload), most));
  set(SOL_SOCKET, SO_RCVBUF, std::max(needed, least_receive_buffer));
  int granted = 0;
  socklen_t length = sizeof granted;
  if (calls_->getsockopt(get(), SOL_SOCKET, SO_RCVBUF, &granted, length) == 0 && granted < needed) {
    complain("WARNING: probably, rcvbuf is not enough to hold preload");
  }
}

void PingSocket::prepare_to_wait(const PingSocketOptions& options, std::int64_t interval_ns, const Complain& complain) {
  require(SOL_SOCKET, SO_TIMESTAMPNS, 1, "setsockopt(SO_TIMESTAMPNS)");
  if (options.mark) set_socket_mark(*calls_, get(), *options.mark, complain);
  // A device that is stuck must not stop us for ever.
  const std::int64_t timeout_ns = std::max(interval_ns, least_timeout_ns);
  set(SOL_SOCKET, SO_SNDTIMEO, to_timeval(std::min(timeout_ns, ns_per_s)));
  // Nor a packet that was there when poll looked and is gone when it is read.
  set(SOL_SOCKET, SO_RCVTIMEO, to_timeval(timeout_ns));
}

int PingSocket::send(const Address& target, std::span<const std::byte> packet) {
  SocketAddress name{};
  const socklen_t length = fill_socket_address(target, 0, name);
  const ssize_t sent = calls_->sendto(get(), packet, name, length);
  return sent < 0 ? errno : 0;
}

PingSocket::Received PingSocket::receive(std::span<std::byte> room, bool wait) {
  MessageRoom message(room);
  const ssize_t size = calls_->recvmsg(get(), message.header, wait ? 0 : MSG_DONTWAIT);
  Received received;
  if (size < 0) {
    received.errno_value = errno;
    return received;
  }
  received.packet = room.first(static_cast<std::size_t>(size));
  received.cut = (message.header.msg_flags & MSG_TRUNC) != 0;
  received.source = message.address();
  received.control = message.control_fields();
  return received;
}

PingSocket::QueuedError PingSocket::next_error() {
  MessageRoom message(quote_);
  const ssize_t size = calls_->recvmsg(get(), message.header, MSG_ERRQUEUE | MSG_DONTWAIT);
  QueuedError error;
  if (size < 0) {
    error.errno_value = errno;
    return error;
  }
  error.quote = std::span(quote_).first(static_cast<std::size_t>(size));
  error.destination = message.address();
  error.control = message.control_fields();
  error.is_local = error.control.error_origin == SO_EE_ORIGIN_LOCAL;
  return error;
}

std::optional<int> default_ttl() {
  const std::optional<std::uint64_t> ttl = read_number("/proc/sys/net/ipv4/ip_default_ttl");
  return ttl ? std::optional(static_cast<int>(*ttl)) : std::nullopt;
}

std::optional<bool> path_mtu_discovery_is_default() {
  const std::optional<std::uint64_t> off = read_number("/proc/sys/net/ipv4/ip_no_pmtu_disc");
  return off ? std::optional(*off == 0) : std::nullopt;
}

void PingSocket::ignore_errors_as_packets() {
  if (!raw_ || family_ != Family::v4) return;
  const icmp_filter wanted{~(1U << ICMP_SOURCE_QUENCH | 1U << ICMP_REDIRECT | 1U << ICMP_ECHOREPLY)};
  require(SOL_RAW, ICMP_FILTER, wanted, "setsockopt(ICMP_FILTER)");
}

}  // namespace ringsweep
