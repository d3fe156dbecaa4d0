#include "ringsweep/engine/ping/ping_target.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "ringsweep/base/error.h"
#include "ringsweep/net/ping/route_question.h"
#include "ringsweep/net/resolve/host_names.h"
#include "ringsweep/net/sockets/socket_refusal.h"
#include "ringsweep/output/ping/ping_lines.h"

namespace ringsweep {
namespace {

using RouteAnswer = RouteQuestion::Answer;

struct Sockets {
  PingSocket v4, v6;
};

// Addresses that mean nothing without an interface: fe80::/10, ff02::/16 and the like.
bool needs_zone(const Address& address) {
  return address.is_v6() && (address.is_link_local() || (address.high >> 48 & 0xff0f) == 0xff02);
}

const char* type_name(const PingSocket& socket) {
  if (socket.family() == Family::none) return "0";
  return socket.is_raw() ? "SOCK_RAW" : "SOCK_DGRAM";
}

const char* family_name(Family family) {
  if (family == Family::none) return "AF_UNSPEC";
  return family == Family::v4 ? "AF_INET" : "AF_INET6";
}

// The first lines are ping's own; behind its last one stands what can be done about it.
Error refusal(const PingSocket& socket, PingPrinter& printer) {
  const std::string why = fmt::format("socket: {}", std::strerror(socket.refusal_errno()));
  const bool is_permission = socket.refusal_errno() == EACCES || socket.refusal_errno() == EPERM;
  const std::string help = is_permission ? socket_remedy(read_socket_surroundings(), std::nullopt) : std::string();
  if (!socket.is_raw() || geteuid() == 0) return usage_error(why, help);
  printer.complain(why);
  return usage_error("=> missing cap_net_raw+p capability or setuid?", help);
}

PingSocket open_one(Family family, bool required, const PingOptions& options, PingPrinter& printer,
                    const NetworkCalls& calls) {
  PingSocket socket = PingSocket::open(family, options.socket.identifier == 0, calls);
  if (socket.is_open()) return socket;
  if (required || options.verbose) printer.complain(fmt::format("socktype: {}", type_name(socket)));
  if (required) throw refusal(socket, printer);
  if (options.verbose) printer.complain(fmt::format("socket: {}", std::strerror(socket.refusal_errno())));
  return socket;
}

// One of each family, until the host's address is known.
Sockets open_both(PingOptions& options, PingPrinter& printer, const NetworkCalls& calls) {
  if (options.verbose && options.socket.identifier == 0) {
    printer.complain("WARNING: ident 0 => forcing raw socket");
  }
  Sockets sockets;
  const Family family = options.family;
  if (family != Family::v6) sockets.v4 = open_one(Family::v4, family == Family::v4, options, printer, calls);
  if (family != Family::v4) sockets.v6 = open_one(Family::v6, !sockets.v4.is_open(), options, printer, calls);
  if (family == Family::none && !sockets.v4.is_open()) options.family = Family::v6;
  if (family == Family::none && !sockets.v6.is_open()) options.family = Family::v4;
  if (options.verbose) {
    printer.complain(fmt::format("sock4.fd: {} (socktype: {}), sock6.fd: {} (socktype: {}), hints.ai_family: {}\n",
                                 sockets.v4.get(), type_name(sockets.v4), sockets.v6.get(), type_name(sockets.v6),
                                 family_name(options.family)));
  }
  sockets.v4.set_tos(options.socket.tos);
  sockets.v6.set_tos(options.socket.tos);
  return sockets;
}

void warn_of_zone(const PingOptions& options, const PingSocket& v6, PingPrinter& printer) {
  const std::optional<Address> address = parse_address(options.host);
  if (!address || !needs_zone(*address) || address->zone != 0 || !v6.is_open() || v6.is_raw()) return;
  printer.complain(
      "Warning: IPv6 link-local address on ICMP datagram socket may require ifname or scope-id => use: address%<ifname|scope-id>");
}

// Which source address the kernel takes for the target. Nothing: there is no way to it, but another address to try.
std::optional<Address> ask_for_source(PingTarget& target, const PingSocketOptions& asked, PingPrinter& printer,
                                      const Complain& complain, bool has_alternative) {
  if (!asked.interface.empty() && target.address.is_v6()) interface_index(asked.interface);
  RouteQuestion question(target.address.family, asked, target.socket.calls(), complain);
  if (!asked.interface.empty()) {
    question.bind_to_interface(asked.interface, target.address);
    target.socket.bind_to_interface(asked.interface, target.address);
  }
  // ping asks for no route to a link-local address, and shows "::" as its source.
  RouteAnswer answer = needs_zone(target.address) ? RouteAnswer::found : question.ask(target.destination);
  if (answer == RouteAnswer::forbidden && target.address.is_v4()) {
    if (!asked.broadcast) {
      throw usage_error("Do you want to ping broadcast? Then -b. If not, check your local firewall rules");
    }
    printer.warn("WARNING: pinging broadcast address\n");
    question.allow_broadcast();
    answer = question.ask(target.destination);
  } else if (answer == RouteAnswer::unreachable && has_alternative) {
    return std::nullopt;
  }
  if (answer != RouteAnswer::found) throw system_error("connect", question.errno_value());
  const Address source = question.source();
  if (!asked.interface.empty() && !interface_has_address(asked.interface, source)) {
    complain("Warning: source address might be selected on device other than: " + asked.interface);
  }
  return source;
}

// -I with an address, and perhaps an interface.
Address chosen_source(PingTarget& target, const PingSocketOptions& asked) {
  Address source = *asked.source;
  if (asked.interface.empty()) return source;
  if (needs_zone(source)) source.zone = interface_index(asked.interface);
  target.socket.bind_to_interface(asked.interface, target.address);
  return source;
}

// Many may answer: users must not make them do so too often, and what is sent is not to be cut into fragments.
void prepare_for_many(PingTarget& target, PingOptions& options) {
  const bool v4 = target.address.is_v4();
  target.multicast = target.address.is_multicast() || (v4 && options.socket.broadcast);
  if (!target.multicast) return;
  const char* kind = v4 ? "broadcast" : "multicast";
  std::optional<MtuDiscovery>& discovery = options.socket.mtu_discovery;
  if (!options.is_root) {
    if (options.interval_ms < 1000) {
      throw usage_error(fmt::format("{} ping with too short interval: {}", kind, options.interval_ms));
    }
    if (discovery && discovery != MtuDiscovery::always) {
      throw usage_error(fmt::format("{} ping does not fragment", kind));
    }
  }
  if (!discovery) discovery = MtuDiscovery::always;
}

// The last 64 bits are zero: any router of the subnet answers, with an address of its own.
bool is_routers_anycast(const Address& address) {
  return address.is_v6() && address.low == 0;
}

bool is_numeric(const PingOptions& options, const Address& address) {
  if (options.numeric || options.flood) return true;
  return address.is_v4() ? is_v4_number(options.host) : options.host.find(':') != std::string::npos;
}

// False: there is no way to this address, and another one may do.
bool set_up(PingTarget& target, const HostAddresses& host, PingOptions& options, PingPrinter& printer, bool last) {
  const Complain complain = complain_to(printer);
  const PingSocketOptions& asked = options.socket;
  const bool v4 = target.address.is_v4();
  target.host = v4 && !is_v4_number(options.host) ? host.canonical_name : options.host;
  target.names_wanted = !is_numeric(options, target.address);
  target.destination = target.address;
  if (!asked.interface.empty() && needs_zone(target.address) && target.address.zone == 0) {
    target.destination.zone = interface_index(asked.interface);
  }
  if (asked.source && asked.source->family == target.address.family) {
    target.source = chosen_source(target, asked);
  } else {
    const auto source = ask_for_source(target, asked, printer, complain, !last);
    if (!source) return false;
    target.source = *source;
  }
  if (v4 && target.address.is_unspecified()) target.address = target.destination = target.source;
  prepare_for_many(target, options);
  target.any_source = target.multicast || is_routers_anycast(target.address);
  return true;
}

}  // namespace

Complain complain_to(PingPrinter& printer) {
  return [&printer](const std::string& text) { printer.complain(text); };
}

PingTarget find_ping_target(PingOptions& options, PingPrinter& printer, const NetworkCalls& calls,
                            PingExplanation* explanation) {
  if (options.pattern_given && !options.quiet) printer.print(ping_pattern_line(options.pattern));
  if (explanation != nullptr) explanation->begin(PingExplanation::Step::socket);
  Sockets sockets = open_both(options, printer, calls);
  warn_of_zone(options, sockets.v6, printer);
  const HostAddresses host = resolve_host(options.host);
  if (explanation != nullptr) explanation->begin(PingExplanation::Step::source);
  for (std::size_t i = 0; i < host.addresses.size(); ++i) {
    const Address& address = host.addresses[i];
    if (options.verbose) {
      printer.print(fmt::format("ai->ai_family: {}, ai->ai_canonname: '{}'\n", family_name(address.family),
                                i == 0 ? host.canonical_name : ""));
    }
    const bool last = i + 1 == host.addresses.size();
    if (options.family != Family::none && options.family != address.family) {
      if (last) break;
      continue;
    }
    PingTarget target;
    target.address = address;
    PingSocket& socket = address.is_v4() ? sockets.v4 : sockets.v6;
    target.socket = std::move(socket);
    if (!set_up(target, host, options, printer, last)) {
      socket = std::move(target.socket);
      continue;
    }
    if (explanation != nullptr) explanation->begin(PingExplanation::Step::options);
    target.socket.configure(options.socket, target.source, complain_to(printer));
    return target;
  }
  throw usage_error(options.host + ": " + no_address_of_family_text());
}

}  // namespace ringsweep
