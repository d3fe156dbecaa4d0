#include "ringsweep/core/probe/icmp_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <optional>

#include "ringsweep/core/probe/byte_order.h"

namespace ringsweep {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint8_t protocol_icmp_v4 = 1;
constexpr std::uint8_t protocol_icmp_v6 = 58;

constexpr std::uint8_t v6_redirect_type = 137;

std::uint8_t byte_at(Bytes bytes, std::size_t at) {
  assert(at < bytes.size());
  return std::to_integer<std::uint8_t>(bytes[at]);
}
std::uint16_t word_at(Bytes bytes, std::size_t at) {
  return load_network<std::uint16_t>(bytes.subspan(at));
}

// The sum of all 16-bit words as this machine reads them, an odd last byte filled up with zero. Which byte order they
// are summed in does not matter (RFC 1071), and 32-bit words have the same sum once it is folded; of these, 2^32 fit.
std::uint64_t native_sum(Bytes bytes) {
  std::uint64_t sum = 0;
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), sizeof(word));
    sum += (word & 0xFFFFFFFF) + (word >> 32);
    bytes = bytes.subspan(8);
  }
  if (!bytes.empty()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), bytes.size());
    sum += (word & 0xFFFFFFFF) + (word >> 32);
  }
  return sum;
}

// The checksum of a native sum, still in the byte order in which it was summed: ready to be copied into a packet.
std::uint16_t native_checksum(std::uint64_t sum) {
  sum = (sum & 0xFFFFFFFF) + (sum >> 32);
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

PacketKind kind_of_type(Family family, std::uint8_t type) {
  if (type == echo_reply_type(family)) return PacketKind::echo_reply;
  if (family == Family::v4) {
    if (type == 3 || type == 11 || type == 12) return PacketKind::error;
    if (type == 4) return PacketKind::source_quench;
    if (type == 5) return PacketKind::redirect;
    return PacketKind::other;
  }
  if (type >= 1 && type <= 4) return PacketKind::error;
  if (type == v6_redirect_type) return PacketKind::redirect;
  return PacketKind::other;
}

void take_header_and_payload(Bytes message, DecodedPacket& packet) {
  packet.identifier = word_at(message, icmp_identifier_at);
  packet.sequence = word_at(message, icmp_sequence_at);
  packet.payload = message.subspan(icmp_header_size);
}

// A quoted ICMP message as far as it was quoted. `kind` is what the packet is if the quote is an echo request.
void decode_quoted_probe(Family family, Bytes message, PacketKind kind, DecodedPacket& packet) {
  if (message.size() < icmp_header_size) return;  // RFC 792 and RFC 4443 promise these 8 bytes: malformed
  if (byte_at(message, 0) != echo_request_type(family)) {
    packet.kind = PacketKind::other;
    return;
  }
  take_header_and_payload(message, packet);
  packet.kind = kind;
}

// The quote ends where the quoted packet says that it ends: behind that may be padding and extensions (RFC 4884), never
// payload. A router may have cut it short of that.
void decode_quoted_v4(Bytes quote, PacketKind kind, DecodedPacket& packet) {
  if (quote.size() < v4_header_size || byte_at(quote, 0) >> 4 != 4) return;
  const std::size_t header = (byte_at(quote, 0) & 0x0FU) * 4U;
  const std::size_t total = word_at(quote, 2);
  if (header < v4_header_size || header > quote.size() || total < header) return;
  if (total < quote.size()) quote = quote.first(total);
  const unsigned fragment_offset = word_at(quote, 6) & 0x1FFFU;
  if (byte_at(quote, 9) != protocol_icmp_v4 || fragment_offset != 0) {
    packet.kind = PacketKind::other;
    return;
  }
  packet.quoted_destination = Address::v4(load_network<std::uint32_t>(quote.subspan(16)));
  decode_quoted_probe(Family::v4, quote.subspan(header), kind, packet);
}

struct UpperLayer {
  std::uint8_t protocol = 0;
  Bytes bytes;
};

// Walks the extension headers (RFC 8200, section 4) behind an IPv6 header; nothing where they end too early. A fragment
// that is not the first has no upper layer: protocol 59, "no next header".
std::optional<UpperLayer> skip_extension_headers(std::uint8_t protocol, Bytes rest) {
  constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, authentication = 51, no_next_header = 59,
                         destination_options = 60;
  while (true) {
    std::size_t length = 0;
    switch (protocol) {
      case hop_by_hop:
      case routing:
      case destination_options:
        if (rest.size() < 2) return std::nullopt;
        length = (byte_at(rest, 1) + 1U) * 8U;
        break;
      case authentication:
        if (rest.size() < 2) return std::nullopt;
        length = (byte_at(rest, 1) + 2U) * 4U;
        break;
      case fragment:
        if (rest.size() < 8) return std::nullopt;
        if (word_at(rest, 2) >> 3 != 0) return UpperLayer{no_next_header, {}};
        length = 8;
        break;
      default:
        return UpperLayer{protocol, rest};
    }
    if (length > rest.size()) return std::nullopt;
    protocol = byte_at(rest, 0);
    rest = rest.subspan(length);
  }
}

void decode_quoted_v6(Bytes quote, PacketKind kind, DecodedPacket& packet) {
  if (quote.size() < v6_header_size || byte_at(quote, 0) >> 4 != 6) return;
  const std::size_t total = v6_header_size + word_at(quote, 4);
  if (total < quote.size()) quote = quote.first(total);
  const auto upper = skip_extension_headers(byte_at(quote, 6), quote.subspan(v6_header_size));
  if (!upper) return;
  if (upper->protocol != protocol_icmp_v6) {
    packet.kind = PacketKind::other;
    return;
  }
  packet.quoted_destination = Address::v6_from_bytes(quote.subspan(24).data());
  decode_quoted_probe(Family::v6, upper->bytes, kind, packet);
}

// RFC 4884: the length of the quote, where extensions follow it, in byte 5 (IPv4, in 4 bytes) or byte 4 (IPv6, in 8) of
// the header. Most routers write 0, and some write arbitrary values: a value that does not fit is ignored.
Bytes quote_of_error(Family family, std::uint8_t type, Bytes message) {
  const Bytes quote = message.subspan(icmp_header_size);
  std::size_t length = 0;
  if (family == Family::v4 && (type == 3 || type == 11 || type == 12)) length = byte_at(message, 5) * 4U;
  if (family == Family::v6 && (type == 1 || type == 3)) length = byte_at(message, 4) * 8U;
  constexpr std::size_t least_with_extensions = 128;
  return length >= least_with_extensions && length < quote.size() ? quote.first(length) : quote;
}

// RFC 4861, section 4.5: target and destination address, then options; the packet is in the one of type 4.
std::optional<Bytes> quote_of_v6_redirect(Bytes message) {
  constexpr std::size_t fixed_part = 40, option_header = 8;
  if (message.size() < fixed_part) return std::nullopt;
  Bytes options = message.subspan(fixed_part);
  while (options.size() >= option_header) {
    const std::size_t length = byte_at(options, 1) * 8U;
    if (length == 0 || length > options.size()) return std::nullopt;
    if (byte_at(options, 0) == 4) return options.subspan(option_header, length - option_header);
    options = options.subspan(length);
  }
  return std::nullopt;
}

void decode_error(Family family, Bytes message, PacketKind kind, DecodedPacket& packet) {
  if (family == Family::v4) {
    decode_quoted_v4(quote_of_error(family, packet.type, message), kind, packet);
  } else if (kind != PacketKind::redirect) {
    decode_quoted_v6(quote_of_error(family, packet.type, message), kind, packet);
  } else if (const auto quote = quote_of_v6_redirect(message)) {
    decode_quoted_v6(*quote, kind, packet);
  }
}

// From the ICMP header on. Every early return leaves `packet` malformed.
void decode_message(Family family, Bytes message, DecodedPacket& packet) {
  if (message.size() < icmp_header_size) return;
  packet.type = byte_at(message, 0);
  packet.code = byte_at(message, 1);
  const PacketKind kind = kind_of_type(family, packet.type);
  if (kind == PacketKind::echo_reply) {
    take_header_and_payload(message, packet);
    packet.kind = kind;
  } else if (kind == PacketKind::other) {
    packet.kind = kind;
  } else {
    decode_error(family, message, kind, packet);
  }
}

// The checksum needs the whole message. For an error that was cut short, the token in the quote proves as much.
void decode_cut_message(Family family, Bytes message, DecodedPacket& packet) {
  decode_message(family, message, packet);
  if (packet.kind == PacketKind::error && packet.payload.size() >= token_size) return;
  packet.kind = PacketKind::malformed;
  packet.payload = {};
}

// What an ICMPv6 checksum covers beside the message: source, destination, length, protocol (RFC 8200, section 8.1).
std::uint64_t pseudo_header_sum(const Address& source, const Address& destination, std::size_t message_size) {
  std::array<std::byte, 40> header{};
  source.to_v6_bytes(header.data());
  destination.to_v6_bytes(header.data() + 16);
  store_network<std::uint32_t>(std::span(header).subspan(32), static_cast<std::uint32_t>(message_size));
  header[39] = std::byte{protocol_icmp_v6};
  return native_sum(header);
}

}  // namespace

std::uint16_t internet_checksum(std::span<const std::byte> bytes) {
  return swap_network_order(native_checksum(native_sum(bytes)));
}

ProbePackets::ProbePackets(Family family, std::uint16_t identifier, std::size_t payload_size, std::uint32_t slots,
                           bool with_checksum)
    : packet_size_(icmp_header_size + payload_size), with_checksum_(with_checksum), block_(slots * packet_size_) {
  assert(payload_size >= token_size && payload_size <= max_payload_size && slots > 0);
  // An ICMPv6 checksum covers addresses that only the kernel knows.
  assert(family == Family::v4 || !with_checksum);
  const std::span<std::byte> first = std::span(block_).first(packet_size_);
  first[0] = std::byte{echo_request_type(family)};
  store_network<std::uint16_t>(first.subspan(icmp_identifier_at), identifier);
  for (std::size_t i = token_size; i < payload_size; ++i) first[icmp_header_size + i] = static_cast<std::byte>(i);
  constant_sum_ = native_sum(first);  // everything else is still 0
  for (std::uint32_t slot = 1; slot < slots; ++slot) {
    std::memcpy(block_.data() + slot * packet_size_, first.data(), packet_size_);
  }
}

std::span<const std::byte> ProbePackets::patch(std::uint32_t slot, std::uint16_t sequence,
                                               std::span<const std::byte, token_size> token) {
  const std::span<std::byte> packet = std::span(block_).subspan(slot * packet_size_, packet_size_);
  const std::span<std::byte> sequence_bytes = packet.subspan(icmp_sequence_at, 2);
  store_network<std::uint16_t>(sequence_bytes, sequence);
  std::memcpy(packet.data() + icmp_header_size, token.data(), token_size);
  if (with_checksum_) {
    const std::uint16_t checksum = native_checksum(constant_sum_ + native_sum(sequence_bytes) + native_sum(token));
    std::memcpy(packet.data() + icmp_checksum_at, &checksum, sizeof(checksum));
  }
  return packet;
}

DecodedPacket decode_raw_v4(std::span<const std::byte> packet, bool truncated) {
  DecodedPacket decoded;
  if (packet.size() < v4_header_size || byte_at(packet, 0) >> 4 != 4) return decoded;
  const std::size_t header = (byte_at(packet, 0) & 0x0FU) * 4U;
  const std::size_t total = word_at(packet, 2);
  if (header < v4_header_size || total < header || header > packet.size()) return decoded;
  if (total > packet.size() && !truncated) return decoded;
  decoded.ttl = byte_at(packet, 8);
  if (byte_at(packet, 9) != protocol_icmp_v4) {
    decoded.kind = PacketKind::other;
    return decoded;
  }
  // Bytes after the total length are padding of the link.
  const Bytes message = packet.first(std::min(total, packet.size())).subspan(header);
  if (total <= packet.size()) {
    if (internet_checksum(message) == 0) decode_message(Family::v4, message, decoded);
    return decoded;
  }
  decode_cut_message(Family::v4, message, decoded);
  return decoded;
}

DecodedPacket decode_ping_v4(std::span<const std::byte> message) {
  DecodedPacket decoded;
  decode_message(Family::v4, message, decoded);
  return decoded;
}

DecodedPacket decode_raw_v6(std::span<const std::byte> message, const Address& source, const Address& destination,
                            bool truncated) {
  DecodedPacket decoded;
  if (truncated) {
    decode_cut_message(Family::v6, message, decoded);
  } else if (native_checksum(pseudo_header_sum(source, destination, message.size()) + native_sum(message)) == 0) {
    decode_message(Family::v6, message, decoded);
  }
  return decoded;
}

DecodedPacket decode_icmp_v6(std::span<const std::byte> message) {
  DecodedPacket decoded;
  decode_message(Family::v6, message, decoded);
  return decoded;
}

DecodedPacket decode_quote(Family family, std::span<const std::byte> quoted_message, std::uint8_t error_type,
                           std::uint8_t error_code) {
  DecodedPacket decoded;
  decoded.type = error_type;
  decoded.code = error_code;
  const PacketKind kind = kind_of_type(family, error_type);
  if (kind == PacketKind::other || kind == PacketKind::echo_reply) {
    decoded.kind = PacketKind::other;
  } else {
    decode_quoted_probe(family, quoted_message, kind, decoded);
  }
  return decoded;
}

}  // namespace ringsweep
