#include "tun/echo_probe.h"

#include <array>

#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/byte_order.h"
#include "ringsweep/core/probe/icmp_codec.h"

namespace ringsweep::tun {
namespace {

using Bytes = std::span<const std::byte>;

void take_message(EchoProbe& probe) {
  probe.identifier = load_network<std::uint16_t>(probe.message.subspan(4));
  probe.sequence = load_network<std::uint16_t>(probe.message.subspan(6));
  probe.checksum_right = icmp_checksum(probe.source, probe.target, probe.message) == 0;
}

std::optional<EchoProbe> read_v4(Bytes packet) {
  const std::size_t header = (std::to_integer<std::size_t>(packet[0]) & 0x0F) * 4;
  const std::size_t total = load_network<std::uint16_t>(packet.subspan(2));
  const unsigned fragment = load_network<std::uint16_t>(packet.subspan(6)) & 0x3FFFU;  // more follow, or offset
  if (header < v4_header_size || total < header + icmp_header_size || total > packet.size() || fragment != 0 ||
      std::to_integer<std::uint8_t>(packet[9]) != protocol_icmp_v4 || packet[header] != std::byte{8}) {
    return std::nullopt;
  }
  EchoProbe probe;
  probe.source = Address::v4(load_network<std::uint32_t>(packet.subspan(12)));
  probe.target = Address::v4(load_network<std::uint32_t>(packet.subspan(16)));
  probe.header = packet.first(header);
  probe.message = packet.first(total).subspan(header);
  take_message(probe);
  return probe;
}

std::optional<EchoProbe> read_v6(Bytes packet) {
  if (packet.size() < v6_header_size) return std::nullopt;
  const std::size_t total = v6_header_size + load_network<std::uint16_t>(packet.subspan(4));
  if (total < v6_header_size + icmp_header_size || total > packet.size() ||
      std::to_integer<std::uint8_t>(packet[6]) != protocol_icmp_v6 || packet[v6_header_size] != std::byte{128}) {
    return std::nullopt;
  }
  EchoProbe probe;
  probe.source = Address::v6_from_bytes(packet.data() + 8);
  probe.target = Address::v6_from_bytes(packet.data() + 24);
  probe.header = packet.first(v6_header_size);
  probe.message = packet.first(total).subspan(v6_header_size);
  take_message(probe);
  return probe;
}

}  // namespace

std::optional<EchoProbe> read_probe(Bytes packet) {
  if (packet.size() < v4_header_size) return std::nullopt;
  const unsigned version = std::to_integer<unsigned>(packet[0]) >> 4;
  if (version == 4) return read_v4(packet);
  return version == 6 ? read_v6(packet) : std::nullopt;
}

std::uint16_t icmp_checksum(const Address& source, const Address& destination, Bytes message) {
  if (source.is_v4()) return internet_checksum(message);
  std::array<std::byte, 40> pseudo{};
  const std::span<std::byte> bytes(pseudo);
  source.to_v6_bytes(bytes.data());
  destination.to_v6_bytes(bytes.subspan(16).data());
  store_network(bytes.subspan(32), static_cast<std::uint32_t>(message.size()));
  pseudo[39] = std::byte{protocol_icmp_v6};
  // Both are complements of sums: add the sums, fold, complement.
  const auto sum_of = [](Bytes part) { return static_cast<std::uint16_t>(~internet_checksum(part)); };
  const unsigned sum = 0U + sum_of(bytes) + sum_of(message);
  return static_cast<std::uint16_t>(~((sum & 0xFFFF) + (sum >> 16)));
}

}  // namespace ringsweep::tun
