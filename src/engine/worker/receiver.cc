#include "ringsweep/engine/worker/receiver.h"

#include "ringsweep/core/probe/low_bits.h"

namespace ringsweep {
namespace {

DecodedPacket decode(const ReceivedPacket& packet) {
  switch (packet.framing) {
    case Framing::raw_v4:
      return decode_raw_v4(packet.bytes, packet.truncated);
    case Framing::ping_v4:
      return decode_ping_v4(packet.bytes);
    case Framing::raw_v6:
      return decode_raw_v6(packet.bytes, packet.source, packet.destination, packet.truncated);
    case Framing::icmp_v6:
      return decode_icmp_v6(packet.bytes);
    case Framing::quote:
      return decode_quote(packet.family, packet.bytes, packet.error_type, packet.error_code);
  }
  return {};
}

// What this machine reports to itself if ARP or neighbour discovery failed: host or address unreachable.
bool says_no_neighbour(Family family, const DecodedPacket& error) {
  return family == Family::v4 ? error.type == 3 && error.code == 1 : error.type == 1 && error.code == 3;
}

std::int16_t ttl_of(const ReceivedPacket& packet, const DecodedPacket& decoded) {
  return packet.ttl >= 0 ? packet.ttl : decoded.ttl;
}

}  // namespace

Receiver::Receiver(Flight& flight, const TokenKey& key, const Identity& identity, const MachineAddresses& machine,
                   Tally& tally)
    : flight_(flight), key_(key), identity_(identity), machine_(machine), tally_(tally) {}

bool Receiver::identifier_is_ours(Family family, std::uint16_t identifier) const {
  return identifier == (family == Family::v4 ? identity_.identifier_v4 : identity_.identifier_v6);
}

void Receiver::take(const ReceivedPacket& packet) {
  const DecodedPacket decoded = decode(packet);
  switch (decoded.kind) {
    case PacketKind::echo_reply:
      take_reply(packet, decoded);
      return;
    case PacketKind::error:
      take_error(packet, decoded);
      return;
    case PacketKind::redirect:
      ++tally_.replies.redirect;
      return;
    case PacketKind::source_quench:
      ++tally_.replies.source_quench;
      return;
    case PacketKind::other:
      ++tally_.replies.foreign;
      return;
    case PacketKind::malformed:
      ++tally_.replies.malformed;
      return;
  }
}

std::optional<std::uint64_t> Receiver::probe_of_token(std::span<const std::byte> payload, const Address& to) {
  const auto seen = TokenKey::peek(payload);
  if (!seen || seen->run != identity_.run || seen->worker != identity_.worker) {
    ++tally_.replies.foreign;
    return std::nullopt;
  }
  const InflightTable& table = flight_.table();
  const std::uint64_t number = number_below(table.next_number(), seen->number, probe_number_bits);
  const bool held = table.holds(number);
  const Address sent_to = held ? table.address(number) : to;
  if (!key_.open(payload, sent_to)) {
    ++tally_.replies.foreign;
    return std::nullopt;
  }
  if (!held) {
    ++tally_.replies.late;
    return std::nullopt;
  }
  return number;
}

void Receiver::take_reply(const ReceivedPacket& packet, const DecodedPacket& decoded) {
  if (!identifier_is_ours(packet.family, decoded.identifier)) {
    ++tally_.replies.foreign;
    return;
  }
  const auto number = probe_of_token(decoded.payload, packet.source);
  if (!number) return;
  if (decoded.sequence != static_cast<std::uint16_t>(*number)) {
    ++tally_.replies.foreign;
    return;
  }
  flight_.reply(*number, {packet.source, packet.received_ns, ttl_of(packet, decoded), packet.kernel_stamp});
}

void Receiver::take_error(const ReceivedPacket& packet, const DecodedPacket& decoded) {
  if (!identifier_is_ours(packet.family, decoded.identifier)) {
    ++tally_.replies.foreign;
    return;
  }
  const Address to = packet.framing == Framing::quote ? packet.destination : decoded.quoted_destination;
  std::optional<std::uint64_t> number;
  if (decoded.payload.size() >= token_size) {
    number = probe_of_token(decoded.payload, to);
    if (!number) return;
  } else {
    // The quote is too short for the tag: identifier, sequence and destination must name an undecided probe.
    number = flight_.table().find_undecided(decoded.sequence, to);
    if (!number) {
      ++tally_.replies.late;
      return;
    }
  }
  const auto meaning = meaning_of_icmp_error(packet.family, decoded.type, decoded.code);
  if (!meaning) {
    ++tally_.replies.foreign;
    return;
  }
  if (!packet.source.is_none() && machine_.is_own(packet.source) && says_no_neighbour(packet.family, decoded)) {
    flight_.own_error(*number);
    return;
  }
  const Arrival arrival{packet.source, packet.received_ns, ttl_of(packet, decoded), packet.kernel_stamp};
  flight_.error(*number, arrival, decoded.type, decoded.code, *meaning);
}

}  // namespace ringsweep
