// Echo requests as bytes, and what came back as fields. RFC 792, RFC 4443; quotes as RFC 1812 and RFC 4884 allow them.
//
//   byte  0      1      2          4            6          8
//         | type | code | checksum | identifier | sequence | payload ...
//
// Encoding: the constant bytes of a probe are written once, only sequence, token and checksum are patched per probe.
// Decoding: pure functions over a span, no socket, no clock, no table. No length is ever computed by subtraction of
// unsigned values that have not been compared. Every packet becomes one of a closed set of kinds.
// Hot: nothing here throws or allocates after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/limits.h"

namespace ringsweep {

constexpr std::uint8_t echo_request_type(Family family) {
  return family == Family::v4 ? 8 : 128;
}
constexpr std::uint8_t echo_reply_type(Family family) {
  return family == Family::v4 ? 0 : 129;
}

// Without options and extension headers.
constexpr std::size_t ip_header_size(Family family) {
  return family == Family::v4 ? v4_header_size : v6_header_size;
}

// The Internet checksum (RFC 1071) of `bytes`, in host order, ready to be stored in network order.
std::uint16_t internet_checksum(std::span<const std::byte> bytes);

// The packets of one batch: `slots` equal buffers in one block, constant bytes written once.
class ProbePackets {
 public:
  // `payload_size` >= token_size; the bytes behind the token count 0x18, 0x19, ... as ping's do (byte i = i mod 256).
  // `with_checksum` false: the kernel fills it.
  ProbePackets(Family family, std::uint16_t identifier, std::size_t payload_size, std::uint32_t slots,
               bool with_checksum);

  std::size_t packet_size() const { return packet_size_; }
  // Patches packet `slot` and returns it. `token` is what TokenKey::seal wrote.
  std::span<const std::byte> patch(std::uint32_t slot, std::uint16_t sequence,
                                   std::span<const std::byte, token_size> token);

 private:
  std::size_t packet_size_;
  bool with_checksum_;
  std::uint64_t constant_sum_ = 0;  // one's complement sum of all bytes that never change
  std::vector<std::byte> block_;
};

enum class PacketKind : std::uint8_t {
  echo_reply,  // identifier, sequence, payload
  error,       // ICMP error that quotes an echo request: type, code, quoted destination, identifier, sequence, payload
  redirect,    // quotes like an error, decides nothing (v4 type 5, v6 type 137)
  source_quench,  // v4 type 4
  other,          // well-formed but irrelevant (echo request, neighbour discovery, error that quotes no echo request)
  malformed,      // truncated, lengths that lie, wrong ICMP checksum
};

struct DecodedPacket {
  PacketKind kind = PacketKind::malformed;
  std::uint8_t type = 0, code = 0;
  std::uint16_t identifier = 0, sequence = 0;  // of the reply, or of the quoted probe
  std::span<const std::byte> payload;          // of the reply, or of the quoted probe as far as it was quoted
  Address quoted_destination;                  // of an error; none where the quote has no IP header (Framing::quote)
  std::int16_t ttl = -1;                       // from the IPv4 header of raw_v4, else -1
};

// An ICMPv4 packet from its IPv4 header on (raw socket): checks the header's lengths and the ICMP checksum.
// `truncated`: only its beginning is here; it can then only be an error whose quote holds the token, and the sum is not
// checked.
DecodedPacket decode_raw_v4(std::span<const std::byte> packet, bool truncated = false);
// An ICMPv4 message from its ICMP header on (ping socket: the kernel has checked the sum).
DecodedPacket decode_ping_v4(std::span<const std::byte> message);
// An ICMPv6 message from its ICMPv6 header on (raw socket): checks the sum, which covers the addresses of the packet.
// `truncated` as above.
DecodedPacket decode_raw_v6(std::span<const std::byte> message, const Address& source, const Address& destination,
                            bool truncated = false);
// The same, but the kernel has checked the sum.
DecodedPacket decode_icmp_v6(std::span<const std::byte> message);
// From an error queue: our own ICMP header (at least 8 bytes) and perhaps payload; type and code of the error
// come from the control message.
DecodedPacket decode_quote(Family family, std::span<const std::byte> quoted_message, std::uint8_t error_type,
                           std::uint8_t error_code);

}  // namespace ringsweep
