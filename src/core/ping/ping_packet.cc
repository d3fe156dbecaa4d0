#include "ringsweep/core/ping/ping_packet.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"
#include "ringsweep/core/probe/byte_order.h"

namespace ringsweep {
namespace {

constexpr std::size_t ttl_at = 8;  // in the IPv4 header

}  // namespace

PingPacket::PingPacket(Family family, std::uint16_t identifier, std::size_t data_bytes,
                       std::span<const std::uint8_t> pattern)
    : family_(family), bytes_(icmp_header_size + data_bytes) {
  bytes_[0] = std::byte{echo_request_type(family)};
  store_network(std::span(bytes_).subspan(icmp_identifier_at), identifier);
  for (std::size_t i = 0; i < data_bytes; ++i) {
    data()[i] = std::byte{pattern.empty() ? static_cast<std::uint8_t>(i) : pattern[i % pattern.size()]};
  }
}

std::span<std::byte> PingPacket::data() {
  return std::span(bytes_).subspan(icmp_header_size);
}

bool PingPacket::has_time() const {
  return bytes_.size() >= icmp_header_size + ping_time_bytes;
}

std::span<const std::byte> PingPacket::patch(std::uint16_t sequence, std::int64_t realtime_ns) {
  store_network(std::span(bytes_).subspan(icmp_sequence_at), sequence);
  if (has_time()) {
    const std::array<std::int64_t, 2> time{realtime_ns / ns_per_s, realtime_ns % ns_per_s / ns_per_us};
    static_assert(sizeof time == ping_time_bytes);
    std::memcpy(data().data(), time.data(), sizeof time);
  }
  if (family_ == Family::v4) {
    store_network(std::span(bytes_).subspan(icmp_checksum_at), std::uint16_t{0});
    store_network(std::span(bytes_).subspan(icmp_checksum_at), internet_checksum(bytes_));
  }
  return bytes_;
}

std::optional<PingPacket::Difference> PingPacket::difference(std::span<const std::byte> received) const {
  const std::span<const std::byte> ours = std::span(bytes_).subspan(icmp_header_size);
  for (std::size_t i = ping_time_bytes; i < ours.size(); ++i) {
    if (received[i] != ours[i]) {
      return Difference{i, std::to_integer<std::uint8_t>(ours[i]), std::to_integer<std::uint8_t>(received[i])};
    }
  }
  return std::nullopt;
}

std::size_t ping_receive_room(Family family, std::size_t data_bytes) {
  constexpr std::size_t longest_packet = 65'535;
  // IPv4: its longest header, and 76 for ICMP. IPv6: 4096 for extension headers, and the fixed ones.
  const std::size_t extra = family == Family::v4 ? 60 + 76 : 8 + 4096 + v6_header_size + icmp_header_size;
  return std::min(data_bytes, longest_packet) + extra;
}

std::optional<PingMessage> read_ping_message(std::span<const std::byte> packet, bool raw_v4, bool cut) {
  PingMessage message;
  std::size_t header = 0;
  if (raw_v4) {
    if (packet.size() < v4_header_size) return std::nullopt;
    header = std::to_integer<std::size_t>(packet[0] & std::byte{15}) * 4;
    message.ttl = std::to_integer<int>(packet[ttl_at]);
    if (header < v4_header_size) return std::nullopt;
  }
  if (packet.size() < header + icmp_header_size) return std::nullopt;
  message.icmp = packet.subspan(header);
  message.type = std::to_integer<std::uint8_t>(message.icmp[0]);
  message.code = std::to_integer<std::uint8_t>(message.icmp[1]);
  message.identifier = load_network<std::uint16_t>(message.icmp.subspan(icmp_identifier_at));
  message.sequence = load_network<std::uint16_t>(message.icmp.subspan(icmp_sequence_at));
  message.info = load_network<std::uint32_t>(message.icmp.subspan(icmp_identifier_at));
  message.sound = !raw_v4 || cut || internet_checksum(message.icmp) == 0;
  return message;
}

}  // namespace ringsweep
