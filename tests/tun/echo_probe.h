// Reads what the device delivers: an IP packet with an echo request, or something that is not for us. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "ringsweep/base/address.h"

namespace ringsweep::tun {

// Views of the packet that it was read from.
struct EchoProbe {
  Address source, target;
  std::uint16_t identifier = 0, sequence = 0;
  bool checksum_right = false;
  std::span<const std::byte> header;   // IP header with its options
  std::span<const std::byte> message;  // from the ICMP header on

  Family family() const { return target.family; }
};

// Nothing for all that is no whole echo request: other protocols, fragments, cut packets.
std::optional<EchoProbe> read_probe(std::span<const std::byte> packet);

inline constexpr std::uint8_t protocol_icmp_v4 = 1, protocol_icmp_v6 = 58;

// The checksum of an ICMP message; for IPv6 with the pseudo header of RFC 8200, section 8.1. 0 if the message holds a
// right one.
std::uint16_t icmp_checksum(const Address& source, const Address& destination, std::span<const std::byte> message);

}  // namespace ringsweep::tun
