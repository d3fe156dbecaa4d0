#include "tun/answer_builder.h"

#include <algorithm>
#include <cstring>

#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/byte_order.h"
#include "ringsweep/core/probe/icmp_codec.h"

namespace ringsweep::tun {
namespace {

using Bytes = std::span<const std::byte>;
using Packet = std::vector<std::byte>;

constexpr std::size_t max_ip_packet = 65'535;
constexpr std::uint8_t destination_options = 60;
constexpr std::uint8_t v6_redirect = 137;

std::span<std::byte> from(Packet& packet, std::size_t at) {
  return std::span(packet).subspan(at);
}
void append(Packet& packet, Bytes bytes) {
  packet.insert(packet.end(), bytes.begin(), bytes.end());
}
void append_zeros(Packet& packet, std::size_t count) {
  packet.resize(packet.size() + count);
}
void append(Packet& packet, const Address& v6) {
  append_zeros(packet, 16);
  v6.to_v6_bytes(packet.data() + packet.size() - 16);
}

// IPv4: no-operations. IPv6: a header with one option that a receiver skips when it does not know it (RFC 4727).
void append_options(Packet& packet, Family family, std::size_t size) {
  if (size == 0) return;
  if (family == Family::v4) {
    packet.insert(packet.end(), size, std::byte{1});
    return;
  }
  constexpr std::byte experimental_option{0x1E};
  packet.push_back(std::byte{protocol_icmp_v6});
  packet.push_back(static_cast<std::byte>(size / 8 - 1));
  packet.push_back(experimental_option);
  packet.push_back(static_cast<std::byte>(size - 4));
  append_zeros(packet, size - 4);
}

void seal_v4_header(std::span<std::byte> header) {
  store_network<std::uint16_t>(header.subspan(10), 0);
  store_network(header.subspan(10), internet_checksum(header));
}

// The header of the answer; its length field is filled when all is there.
void append_header(const EchoProbe& probe, const Shape& shape, const Address& responder, Packet& out) {
  const std::size_t begin = out.size();
  if (probe.family() == Family::v6) {
    append_zeros(out, 8);
    out[begin] = std::byte{0x60};
    out[begin + 6] = std::byte{shape.options > 0 ? destination_options : protocol_icmp_v6};
    out[begin + 7] = std::byte{shape.ttl};
    append(out, responder);
    append(out, probe.source);
  } else {
    append_zeros(out, v4_header_size);
    out[begin] = static_cast<std::byte>(0x40 + (v4_header_size + shape.options) / 4);
    out[begin + 8] = std::byte{shape.ttl};
    out[begin + 9] = std::byte{protocol_icmp_v4};
    store_network(from(out, begin + 12), responder.v4_value());
    store_network(from(out, begin + 16), probe.source.v4_value());
  }
  append_options(out, probe.family(), shape.options);
}

// The probe's own message, changed as the forgery wants it.
void append_message(const EchoProbe& probe, const Forgery& forgery, Bytes replayed, Packet& out) {
  const std::size_t begin = out.size();
  append(out, probe.message);
  store_network(from(out, begin + 4), static_cast<std::uint16_t>(probe.identifier + forgery.add_identifier));
  store_network(from(out, begin + 6), static_cast<std::uint16_t>(probe.sequence + forgery.add_sequence));
  const std::span<std::byte> payload = from(out, begin + icmp_header_size);
  if (forgery.replay) std::copy_n(replayed.begin(), std::min(replayed.size(), payload.size()), payload.begin());
  if (forgery.payload) {
    for (std::byte& byte : payload) byte = ~byte;
  }
  if (forgery.byte && *forgery.byte < payload.size()) payload[*forgery.byte] = ~payload[*forgery.byte];
}

void append_quoted_header(const EchoProbe& probe, const Shape& shape, Packet& out) {
  const std::size_t begin = out.size();
  append(out, probe.header);
  const Address& destination = shape.forgery.destination;
  const auto longer_by = [&](std::size_t at) {
    const std::span<std::byte> length = from(out, begin + at);
    store_network(length, static_cast<std::uint16_t>(load_network<std::uint16_t>(length) + shape.quote_options));
  };
  if (probe.family() == Family::v6) {
    if (!destination.is_none()) destination.to_v6_bytes(out.data() + begin + 24);
    if (shape.quote_options > 0) out[begin + 6] = std::byte{destination_options};
    longer_by(4);
    append_options(out, Family::v6, shape.quote_options);
    return;
  }
  if (!destination.is_none()) store_network(from(out, begin + 16), destination.v4_value());
  append_options(out, Family::v4, shape.quote_options);
  out[begin] = static_cast<std::byte>(0x40 + (out.size() - begin) / 4);
  longer_by(2);
  seal_v4_header(from(out, begin));
}

// RFC 4884: the quote filled up to 128 bytes or more, its length in the header, and an extension with one MPLS label.
void append_extension(Family family, std::size_t error_at, Packet& out) {
  const std::size_t word = family == Family::v4 ? 4 : 8;
  std::size_t quoted = out.size() - error_at - icmp_header_size;
  const std::size_t filled = std::max<std::size_t>(128, (quoted + word - 1) / word * word);
  append_zeros(out, filled - quoted);
  out[error_at + (family == Family::v4 ? 5 : 4)] = static_cast<std::byte>(filled / word);
  const std::size_t begin = out.size();
  append_zeros(out, 12);
  out[begin] = std::byte{0x20};    // version 2
  out[begin + 5] = std::byte{8};   // length of the object
  out[begin + 6] = std::byte{1};   // MPLS label stack
  out[begin + 7] = std::byte{1};   // incoming
  out[begin + 10] = std::byte{1};  // bottom of the stack
  out[begin + 11] = std::byte{64};
  store_network(from(out, begin + 2), internet_checksum(from(out, begin)));
}

// The second word of an error's header (RFC 792, RFC 4443).
void store_rest_of_header(const EchoProbe& probe, const Shape& shape, const Address& responder,
                          std::span<std::byte> rest) {
  if (probe.family() == Family::v6) {
    if (shape.type == 2) store_network(rest, shape.mtu);
  } else if (shape.type == 3 && shape.code == 4) {
    store_network(rest.subspan(2), static_cast<std::uint16_t>(shape.mtu));
  } else if (shape.type == 5) {
    store_network(rest, responder.v4_value());
  }
}

void append_error(const EchoProbe& probe, const Shape& shape, const Address& responder, Bytes replayed, Packet& out) {
  const std::size_t begin = out.size();
  const bool is_v6 = probe.family() == Family::v6;
  append_zeros(out, icmp_header_size);
  store_rest_of_header(probe, shape, responder, from(out, begin + 4));
  const bool is_v6_redirect = is_v6 && shape.type == v6_redirect;
  std::size_t option_at = 0;
  if (is_v6_redirect) {  // RFC 4861, section 4.5: better hop, destination, the packet as an option
    append(out, responder);
    append(out, probe.target);
    option_at = out.size();
    append_zeros(out, 8);
    out[option_at] = std::byte{4};
  }
  append_quoted_header(probe, shape, out);
  const std::size_t quote_at = out.size();
  append_message(probe, shape.forgery, replayed, out);
  // RFC 1812, section 4.3.2.3; RFC 4443, section 2.4 (c).
  const std::size_t whole = is_v6 ? 1280 : 576;
  constexpr std::size_t not_said = std::numeric_limits<std::size_t>::max();
  const std::size_t quote = shape.quote != not_said ? shape.quote : whole - std::min(whole, quote_at);
  if (out.size() - quote_at > quote) out.resize(quote_at + quote);
  if (is_v6_redirect) {
    append_zeros(out, (8 - (out.size() - option_at) % 8) % 8);
    out[option_at + 1] = static_cast<std::byte>((out.size() - option_at) / 8);
  }
  if (shape.extension) append_extension(probe.family(), begin, out);
}

void grow(const Shape& shape, Packet& out) {
  const std::size_t grown = std::min(out.size() + shape.grow, max_ip_packet);
  while (out.size() < grown) out.push_back(static_cast<std::byte>(out.size()));
}

// Lengths and checksums, which cover all that is there, and the lies about them.
void seal(const EchoProbe& probe, const Shape& shape, const Address& responder, std::size_t message_at, Packet& out) {
  const std::span<std::byte> message = from(out, message_at);
  if (message.size() >= 4) {
    store_network<std::uint16_t>(message.subspan(2), 0);
    std::uint16_t checksum = icmp_checksum(responder, probe.source, message);
    if (shape.wrong_checksum) checksum ^= 0x00FF;
    store_network(message.subspan(2), checksum);
  }
  const std::size_t counted = probe.family() == Family::v4 ? out.size() : out.size() - v6_header_size;
  const std::uint16_t length = static_cast<std::uint16_t>(static_cast<int>(counted) + shape.length_lie);
  store_network(from(out, probe.family() == Family::v4 ? 2 : 4), length);
  if (probe.family() == Family::v4) {
    seal_v4_header(std::span(out).first(message_at));
    if (shape.wrong_ip_checksum) out[11] ^= std::byte{0xFF};
  }
}

}  // namespace

void build_answer(const EchoProbe& probe, const Shape& shape, const Address& responder, Bytes replayed, Packet& out) {
  out.clear();
  append_header(probe, shape, responder, out);
  const std::size_t message_at = out.size();
  if (shape.is_error) {
    append_error(probe, shape, responder, replayed, out);
  } else {
    append_message(probe, shape.forgery, replayed, out);
  }
  grow(shape, out);
  out[message_at] = std::byte{shape.type};
  out[message_at + 1] = std::byte{shape.code};
  if (out.size() - message_at > shape.cut) out.resize(message_at + shape.cut);
  seal(probe, shape, responder, message_at, out);
  append_zeros(out, shape.padding);
}

}  // namespace ringsweep::tun
