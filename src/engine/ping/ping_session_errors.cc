// ICMP and local errors about the probes of a ping.
#include <fmt/core.h>

#include <cerrno>
#include <cstring>

#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/engine/ping/ping_session.h"

namespace ringsweep {

// Raw IPv4 sockets only. The error queue reports the errors; here they only end the wait for their probe.
void PingSession::handle_error_packet(const PingMessage& message, const PingSocket::Received& received) {
  const DecodedPacket decoded = decode_raw_v4(received.packet);
  if (!is_target(decoded.quoted_destination) || !is_ours(decoded.identifier)) return;
  if (decoded.kind == PacketKind::error) series_.acknowledge(decoded.sequence);
  if (decoded.kind != PacketKind::redirect && decoded.kind != PacketKind::source_quench) return;
  if (options_.quiet || options_.flood) return;
  print_stamp();
  printer_.print(ping_error_packet_line(text_of(received.source), decoded.sequence,
                                        error_text(decoded.type, decoded.code, message.info)));
}

PingSession::Queued PingSession::take_error() {
  const PingSocket::QueuedError error = target_.socket.next_error();
  if (error.errno_value == EAGAIN || error.errno_value == EINTR) return Queued::none;
  if (error.errno_value != 0) return Queued::unreadable;
  return error.is_local ? handle_local_error(error) : handle_network_error(error);
}

PingSession::Queued PingSession::handle_local_error(const PingSocket::QueuedError& error) {
  // Not counted with -q: so does ping.
  if (options_.quiet) return Queued::local;
  series_.count_error();
  const auto errno_value = static_cast<int>(error.control.error_errno);
  if (options_.flood) {
    printer_.print_now("E");
  } else if (errno_value != EMSGSIZE) {
    printer_.complain(fmt::format("local error: {}", std::strerror(errno_value)));
  } else {
    printer_.complain(fmt::format("local error: message too long, mtu{}{}", target_.address.is_v4() ? "=" : ": ",
                                  error.control.error_info));
  }
  return Queued::local;
}

PingSession::Queued PingSession::handle_network_error(const PingSocket::QueuedError& error) {
  const Family family = target_.address.family;
  const auto probe = read_ping_message(error.quote, false);
  if (!probe || !is_target(error.destination) || !probe->is_request(family) || !is_ours(probe->identifier)) {
    return Queued::foreign;
  }
  // With IPv6 ping keeps the probe in flight.
  if (family == Family::v4) series_.acknowledge(probe->sequence);
  target_.socket.ignore_errors_as_packets();
  series_.count_error();
  if (options_.quiet) return Queued::network;
  if (options_.flood) {
    printer_.print_now("\bE");
    return Queued::network;
  }
  const ControlFields& told = error.control;
  print_stamp();
  printer_.print(ping_error_line(text_of(told.offender), probe->sequence,
                                 error_text(told.error_type, told.error_code, told.error_info)));
  printer_.flush();
  return Queued::network;
}

std::string PingSession::error_text(std::uint8_t type, std::uint8_t code, std::uint32_t information) {
  const Family family = target_.address.family;
  const std::string gateway = is_ping_redirect(family, type) ? text_of(Address::v4(information)) : std::string();
  return ping_error_text(family, type, code, information, gateway);
}

}  // namespace ringsweep
