// What --explain is told of a probe and its reply.
#include "ringsweep/engine/ping_session.h"

namespace ringsweep {

void PingSession::explain_probe(std::span<const std::byte> probe) {
  ExpectedIpHeader header{.source = target_.source, .destination = target_.destination, .payload_bytes = probe.size()};
  header.ttl = options_.socket.ttl;
  if (!header.ttl && target_.address.is_v4()) header.ttl = default_ttl();
  header.tos = options_.socket.tos;
  header.dont_fragment = options_.socket.mtu_discovery != MtuDiscovery::dont;
  explanation_->probe(header, probe, target_.socket.is_raw());
}

void PingSession::explain_reply(const PingMessage& message, const PingSocket::Received& received,
                                std::int64_t received_ns) {
  const std::int64_t sent_ns = series_.sent_ns(message.sequence);
  if (sent_ns == 0) return;  // to a probe that was never sent
  explanation_->reply(target_.address.family, received.packet, target_.socket.is_raw(),
                      {.sent_ns = sent_ns,
                       .received_ns = received_ns,
                       .stamp_ns = received.control.realtime_ns,
                       .has_time = packet_.has_time(),
                       .same_data = !is_truncated(message) && !packet_.difference(data_of(message))});
}

}  // namespace ringsweep
