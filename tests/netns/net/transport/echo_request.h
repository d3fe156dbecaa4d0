// Echo requests built and answers read byte by byte, independently of the codec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ringsweep/net/transport/transport.h"

namespace ringsweep::testing {

inline std::uint16_t big_endian(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) << 8 |
                                    std::to_integer<unsigned>(bytes[at + 1]));
}

inline void put_big_endian(std::vector<std::byte>& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::byte>(value >> 8);
  bytes[at + 1] = static_cast<std::byte>(value & 255);
}

// An echo request of 8 + 24 bytes whose payload is 24 times `fill`.
inline std::vector<std::byte> echo_request(Family family, std::uint16_t identifier, std::uint16_t sequence,
                                           std::uint8_t fill = 0x5a) {
  std::vector<std::byte> bytes(32, std::byte{fill});
  put_big_endian(bytes, 0, family == Family::v4 ? 0x0800 : 0x8000);
  put_big_endian(bytes, 2, 0);
  put_big_endian(bytes, 4, identifier);
  put_big_endian(bytes, 6, sequence);
  if (family == Family::v6) return bytes;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) sum += big_endian(bytes, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  put_big_endian(bytes, 2, static_cast<std::uint16_t>(~sum));
  return bytes;
}

// From the ICMP header on.
inline std::span<const std::byte> icmp_of(const ReceivedPacket& packet) {
  if (packet.framing != Framing::raw_v4) return packet.bytes;
  return packet.bytes.subspan(std::to_integer<std::size_t>(packet.bytes[0] & std::byte{15}) * 4);
}

inline bool is_reply(const ReceivedPacket& packet) {
  if (packet.framing == Framing::quote) return false;
  return icmp_of(packet)[0] == (packet.family == Family::v4 ? std::byte{0} : std::byte{129});
}

}  // namespace ringsweep::testing
