// What comes back from the network, byte for byte. The first byte of an input says how it came: 0 raw IPv4, 1 IPv4 ping
// socket, 2 ICMPv6, 3 and 4 quotes of IPv4 and IPv6 (then two bytes of error type and code).
#include "fuzz/exact_copy.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/core/probe/probe_token.h"

namespace ringsweep {
namespace {

DecodedPacket decode(std::uint8_t framing, std::span<const std::byte> bytes, std::uint8_t type, std::uint8_t code) {
  switch (framing % 5) {
    case 0:
      return decode_raw_v4(bytes);
    case 1:
      return decode_ping_v4(bytes);
    case 2:
      return decode_icmp_v6(bytes);
    case 3:
      return decode_quote(Family::v4, bytes, type, code);
    default:
      return decode_quote(Family::v6, bytes, type, code);
  }
}

// The payload is a piece of the packet, and its token is right only with the tag.
void check(const DecodedPacket& packet, std::span<const std::byte> bytes) {
  if (packet.payload.empty()) return;
  require(packet.payload.data() >= bytes.data());
  require(packet.payload.data() + packet.payload.size() <= bytes.data() + bytes.size());
  const TokenKey key({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  const Address to = packet.quoted_destination.is_none() ? Address::v4(0x0a000001) : packet.quoted_destination;
  const auto seen = TokenKey::peek(packet.payload);
  require(seen.has_value() == (packet.payload.size() >= token_size));
  const auto token = key.open(packet.payload, to);
  require(!token || *token == *seen);
}

}  // namespace
}  // namespace ringsweep

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ringsweep;
  if (size < 1) return 0;
  const bool is_quote = data[0] % 5 >= 3;
  const std::size_t prefix = is_quote ? 3 : 1;
  if (size < prefix) return 0;
  const std::uint8_t type = is_quote ? data[1] : 0;
  const std::uint8_t code = is_quote ? data[2] : 0;
  const ExactCopy copy(data + prefix, size - prefix);
  const DecodedPacket packet = decode(data[0], copy.bytes(), type, code);
  check(packet, copy.bytes());
  // What decodes as an error has a meaning or none; asking never goes wrong.
  if (packet.kind == PacketKind::error) {
    const Family family = data[0] % 5 == 2 || data[0] % 5 == 4 ? Family::v6 : Family::v4;
    const auto meaning = meaning_of_icmp_error(family, packet.type, packet.code);
    require(!meaning || !to_text(meaning->reason).empty());
  }
  return 0;
}
