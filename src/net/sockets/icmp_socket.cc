#include "ringsweep/net/sockets/icmp_socket.h"

#include <fmt/core.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/net/sockets/socket_refusal.h"
#include "ringsweep/system/privileges.h"
#include "ringsweep/system/random_bytes.h"

namespace ringsweep {
namespace {

// Types that a raw receiving half lets through: replies, and the errors and redirects that quote a probe.
constexpr int wanted_v4[] = {ICMP_ECHOREPLY, ICMP_DEST_UNREACH,  ICMP_SOURCE_QUENCH,
                             ICMP_REDIRECT,  ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB};
constexpr int wanted_v6[] = {ICMP6_ECHO_REPLY, ICMP6_DST_UNREACH, ICMP6_PACKET_TOO_BIG, ICMP6_TIME_EXCEEDED,
                             ICMP6_PARAM_PROB};

constexpr std::size_t unfragmented_v4 = 576;
constexpr std::size_t unfragmented_v6 = 1280;

// The kernel does not let us have this kind of socket: not an Error yet, there may be another plan.
struct Refused {
  int errno_value;
};

const char* text_of(Family family) {
  return family == Family::v4 ? "IPv4" : "IPv6";
}

FileDescriptor open_socket(Family family, int type) {
  const bool v4 = family == Family::v4;
  const int protocol = v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
  FileDescriptor opened(socket(v4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, protocol));
  if (!opened.is_open()) throw Refused{errno};
  return opened;
}

template <typename T>
void set_option(const FileDescriptor& of, int level, int name, const T& value, const char* what) {
  if (setsockopt(of.get(), level, name, &value, sizeof value) == 0) return;
  throw system_error(fmt::format("cannot set {} of an ICMP socket", what), errno);
}

int buffer_bytes(const FileDescriptor& of, int name) {
  int granted = 0;
  socklen_t length = sizeof granted;
  getsockopt(of.get(), SOL_SOCKET, name, &granted, &length);
  return granted;
}

// What an ordinary caller gets who asks for so much. The limit is not to be read in every namespace.
int granted_to_all(int name, int wanted) {
  const FileDescriptor any(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return setsockopt(any.get(), SOL_SOCKET, name, &wanted, sizeof wanted) == 0 ? buffer_bytes(any, name) : 0;
}

// Privileged first, then as far as the system's limit allows. A buffer never becomes smaller than it was, and it would
// where the default is over the limit.
std::uint64_t grow_buffer(const FileDescriptor& of, int name, int force_name, std::uint64_t wanted_bytes) {
  int granted = buffer_bytes(of, name);
  const int wanted = static_cast<int>(std::min<std::uint64_t>(wanted_bytes, std::numeric_limits<int>::max() / 2));
  if (wanted > granted / 2) {
    if (setsockopt(of.get(), SOL_SOCKET, force_name, &wanted, sizeof wanted) != 0 &&
        granted_to_all(name, wanted) > granted) {
      setsockopt(of.get(), SOL_SOCKET, name, &wanted, sizeof wanted);
    }
    granted = buffer_bytes(of, name);
  }
  return static_cast<std::uint64_t>(granted);
}

void bind_to(const FileDescriptor& socket, Family family, const std::optional<Address>& source,
             std::uint16_t identifier) {
  const Address address = source ? *source : family == Family::v4 ? Address::v4(0) : Address::v6(0, 0);
  SocketAddress name;
  const socklen_t length = fill_socket_address(address, identifier, name);
  if (bind(socket.get(), &name.any, length) == 0) return;
  const int errno_value = errno;
  if (source) throw system_error(fmt::format("cannot send from {}", to_text(address)), errno_value);
  throw system_error(fmt::format("cannot bind an {} ICMP socket", text_of(family)), errno_value);
}

std::uint16_t bound_identifier(const FileDescriptor& socket, Family family) {
  SocketAddress name{};
  socklen_t length = sizeof name;
  if (getsockname(socket.get(), &name.any, &length) != 0) throw system_error("cannot read a socket's name", errno);
  return ntohs(family == Family::v4 ? name.v4.sin_port : name.v6.sin6_port);
}

std::uint16_t random_identifier() {
  std::uint16_t identifier = 0;
  while (identifier == 0) {
    fill_with_random(&identifier, sizeof identifier);
  }
  return identifier;
}

void filter_types(const FileDescriptor& raw, Family family, bool pass_wanted) {
  if (family == Family::v4) {
    icmp_filter filter{~0U};
    for (const int type : wanted_v4) {
      if (pass_wanted) filter.data &= ~(1U << type);
    }
    set_option(raw, SOL_RAW, ICMP_FILTER, filter, "ICMP_FILTER");
    return;
  }
  icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  for (const int type : wanted_v6) {
    if (pass_wanted) ICMP6_FILTER_SETPASS(type, &filter);
  }
  set_option(raw, IPPROTO_ICMPV6, ICMP6_FILTER, filter, "ICMP6_FILTER");
}

void forbid_fragments(const FileDescriptor& sender, Family family, std::size_t packet_bytes) {
  if (family == Family::v4 && packet_bytes + v4_header_size <= unfragmented_v4) {
    set_option(sender, IPPROTO_IP, IP_MTU_DISCOVER, int{IP_PMTUDISC_DO}, "IP_MTU_DISCOVER");
  } else if (family == Family::v6 && packet_bytes + v6_header_size <= unfragmented_v6) {
    set_option(sender, IPPROTO_IPV6, IPV6_MTU_DISCOVER, int{IPV6_PMTUDISC_DO}, "IPV6_MTU_DISCOVER");
  }
}

void prepare_sender(const FileDescriptor& sender, Family family, const SocketOptions& options) {
  const bool v4 = family == Family::v4;
  forbid_fragments(sender, family, options.packet_bytes);
  if (options.ttl) {
    set_option(sender, v4 ? int{IPPROTO_IP} : int{IPPROTO_IPV6}, v4 ? IP_TTL : IPV6_UNICAST_HOPS, *options.ttl,
               "the TTL");
  }
  if (options.tos) {
    set_option(sender, v4 ? int{IPPROTO_IP} : int{IPPROTO_IPV6}, v4 ? IP_TOS : IPV6_TCLASS, *options.tos, "the TOS");
  }
  if (options.interface.empty()) return;
  // The receiving half stays unbound: a reply that comes in elsewhere counts (field bug 38).
  const auto length = static_cast<socklen_t>(options.interface.size());
  if (setsockopt(sender.get(), SOL_SOCKET, SO_BINDTODEVICE, options.interface.data(), length) != 0) {
    throw system_error(fmt::format("cannot send by interface '{}'", options.interface), errno);
  }
}

// The kernel counts a packet whose checksum is wrong, whoever sent it, among those for which the buffer had no room,
// and the answers to our probes would be taken for lost. The sum covers the address that the packet came to. Linux
// takes this option for ICMPv6 at the level of raw sockets only.
void leave_checksums_to_us(const FileDescriptor& raw_v6) {
  set_option(raw_v6, SOL_RAW, IPV6_CHECKSUM, -1, "IPV6_CHECKSUM");
  set_option(raw_v6, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
}

void prepare_receiver(const FileDescriptor& receiver, Family family, SocketPlan plan) {
  set_option(receiver, SOL_SOCKET, SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS");
  if (family == Family::v6) {
    set_option(receiver, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
    if (plan == SocketPlan::raw) leave_checksums_to_us(receiver);
  } else if (plan == SocketPlan::dgram) {
    // A raw socket gives the whole IPv4 header, TTL included.
    set_option(receiver, IPPROTO_IP, IP_RECVTTL, 1, "IP_RECVTTL");
  }
}

void ask_for_errors(const FileDescriptor& socket, Family family) {
  if (family == Family::v4) {
    set_option(socket, IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
  } else {
    set_option(socket, IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
  }
}

FileDescriptor open_raw_sender(Family family, const SocketOptions& options) {
  FileDescriptor sender = open_socket(family, SOCK_RAW);
  filter_types(sender, family, false);
  set_option(sender, SOL_SOCKET, SO_RCVBUF, 1, "SO_RCVBUF");
  // Without it, IPv4 hides what the queue of the device or the neighbour table refused. IPv6 never hides that.
  if (family == Family::v4) ask_for_errors(sender, family);
  prepare_sender(sender, family, options);
  return sender;
}

FileDescriptor open_ping(Family family) {
  FileDescriptor socket = open_socket(family, SOCK_DGRAM);
  // Two sockets on one identifier need it, and closing the identifier to others afterwards must be possible.
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
  return socket;
}

std::optional<FileDescriptor> raw_sender_if_allowed(Family family, const SocketOptions& options) {
  try {
    return open_raw_sender(family, options);
  } catch (const Refused&) {
    return std::nullopt;
  }
}

FamilySockets open_dgram(Family family, const SocketOptions& options, const std::optional<Address>& source) {
  FamilySockets sockets;
  sockets.family = family;
  sockets.receiver_is_ping = true;
  sockets.receiver = open_ping(family);
  prepare_receiver(sockets.receiver, family, SocketPlan::dgram);
  ask_for_errors(sockets.receiver, family);
  // An IPv6 ping socket hides every local drop.
  auto raw_sender = family == Family::v6 ? raw_sender_if_allowed(family, options) : std::nullopt;
  if (raw_sender) {
    sockets.sender = std::move(*raw_sender);
    if (source) bind_to(sockets.sender, family, source, 0);
    bind_to(sockets.receiver, family, source, 0);
    sockets.identifier = bound_identifier(sockets.receiver, family);
  } else {
    sockets.sender_is_ping = true;
    sockets.sender = open_ping(family);
    prepare_sender(sockets.sender, family, options);
    // It is read as well.
    prepare_receiver(sockets.sender, family, SocketPlan::dgram);
    bind_to(sockets.sender, family, source, 0);
    sockets.identifier = bound_identifier(sockets.sender, family);
    bind_to(sockets.receiver, family, source, sockets.identifier);
    set_option(sockets.sender, SOL_SOCKET, SO_REUSEADDR, 0, "SO_REUSEADDR");
  }
  // From here on nobody else can bind the identifier and take our replies (field bug 42).
  set_option(sockets.receiver, SOL_SOCKET, SO_REUSEADDR, 0, "SO_REUSEADDR");
  return sockets;
}

FamilySockets open_raw(Family family, const SocketOptions& options, const std::optional<Address>& source) {
  FamilySockets sockets;
  sockets.family = family;
  sockets.identifier = random_identifier();
  sockets.sender = open_raw_sender(family, options);
  sockets.receiver = open_socket(family, SOCK_RAW);
  filter_types(sockets.receiver, family, true);
  prepare_receiver(sockets.receiver, family, SocketPlan::raw);
  if (source) {
    bind_to(sockets.sender, family, source, 0);
    bind_to(sockets.receiver, family, source, 0);
  }
  return sockets;
}

FamilySockets open_family(SocketPlan plan, Family family, const SocketOptions& options) {
  const auto& source = family == Family::v4 ? options.source_v4 : options.source_v6;
  FamilySockets sockets =
      plan == SocketPlan::dgram ? open_dgram(family, options, source) : open_raw(family, options, source);
  sockets.receive_buffer_bytes = grow_buffer(sockets.receiver, SO_RCVBUF, SO_RCVBUFFORCE, options.receive_buffer_bytes);
  sockets.send_buffer_bytes = grow_buffer(sockets.sender, SO_SNDBUF, SO_SNDBUFFORCE, options.send_buffer_bytes);
  return sockets;
}

SocketSet open_plan(SocketPlan plan, const SocketOptions& options) {
  const RaisedPrivileges raised;
  SocketSet set;
  set.plan = plan;
  set.packet_bytes = options.packet_bytes;
  if (options.need_v4) set.v4 = open_family(plan, Family::v4, options);
  if (options.need_v6) set.v6 = open_family(plan, Family::v6, options);
  return set;
}

std::string name_of(SocketPlan plan) {
  return plan == SocketPlan::dgram ? "ping sockets" : "raw sockets";
}

// Which plan it is and why, for people.
std::string describe(const SocketSet& set, const SocketOptions& options, const std::string& causes) {
  std::string text = name_of(set.plan);
  if (set.plan == SocketPlan::dgram && set.v6 && !set.v6->sender_is_ping) text += ", IPv6 sent raw";
  if (options.plan) return text + " (asked for)";
  if (causes.empty()) return text + " (allowed by net.ipv4.ping_group_range)";
  return text +
         fmt::format(" ({}; net.ipv4.ping_group_range is {})", causes, read_socket_surroundings().ping_group_range);
}

}  // namespace

SocketSet open_sockets(const SocketOptions& options) {
  std::string causes;
  int errno_value = 0;
  for (const SocketPlan plan : {SocketPlan::dgram, SocketPlan::raw}) {
    if (options.plan && *options.plan != plan) continue;
    try {
      SocketSet set = open_plan(plan, options);
      set.description = describe(set, options, causes);
      return set;
    } catch (const Refused& refused) {
      errno_value = refused.errno_value;
      causes += fmt::format("{}{}: {}", causes.empty() ? "" : ", ", name_of(plan), std::strerror(errno_value));
    }
  }
  throw Error(ExitCode::refused_by_system, "cannot open an ICMP socket: " + causes, errno_value,
              socket_remedy(read_socket_surroundings(), options.plan));
}

}  // namespace ringsweep
