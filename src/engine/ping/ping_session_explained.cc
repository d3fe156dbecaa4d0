// What --explain is told of a probe and its reply.
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/engine/ping/ping_session.h"
#include "ringsweep/net/sockets/control_message.h"

namespace ringsweep {
namespace {

// What every path is held to take in one piece (RFC 791, RFC 8200).
constexpr std::size_t sure_v4_packet = 576, sure_v6_packet = 1280;

}  // namespace

void PingSession::explain_probe(std::span<const std::byte> probe) {
  const bool v4 = target_.address.is_v4();
  ExpectedIpHeader header{.source = target_.source, .destination = target_.destination, .payload_bytes = probe.size()};
  header.ttl = options_.socket.ttl;
  if (!header.ttl && target_.address.is_multicast()) {
    header.ttl = 1;  // ip(7), ipv6(7): the default of IP_MULTICAST_TTL and IPV6_MULTICAST_HOPS
  } else if (!header.ttl && v4) {
    header.ttl = default_ttl();
    header.ttl_is_default = true;
  }
  header.tos = options_.socket.tos;
  const auto& discovery = options_.socket.mtu_discovery;
  header.dont_fragment = discovery ? *discovery != MtuDiscovery::dont : path_mtu_discovery_is_default();
  const std::size_t packet = probe.size() + ip_header_size(target_.address.family);
  header.may_be_fragments = packet > (v4 ? sure_v4_packet : sure_v6_packet) && discovery != MtuDiscovery::always;
  const bool chosen = options_.socket.identifier.value_or(0) != 0;
  explanation_->probe(header, probe, target_.socket.is_raw(), target_.socket.is_raw() || chosen);
}

void PingSession::explain_reply(const PingMessage& message, const PingSocket::Received& received,
                                std::int64_t received_ns) {
  const std::int64_t sent_ns = series_.sent_ns(message.sequence);
  if (sent_ns == 0) return;  // to a probe that was never sent
  explanation_->reply(target_.address.family, received.packet,
                      {.raw = target_.socket.is_raw(),
                       .sound = message.sound,
                       .sent_ns = sent_ns,
                       .received_ns = received_ns,
                       .stamp_ns = received.control.realtime_ns});
}

void PingSession::explain_ring() {
  const Family family = target_.address.family;
  explanation_->ring(
      family, options_.socket.data_bytes + icmp_header_size,
      {.header = ring_header_bytes, .address = receive_name_bytes(family), .control = receive_control_bytes});
}

}  // namespace ringsweep
