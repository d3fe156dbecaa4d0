#include "ringsweep/output/ping/packet_bytes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "ringsweep/base/limits.h"
#include "ringsweep/core/ping/ping_packet.h"
#include "ringsweep/core/probe/byte_order.h"
#include "ringsweep/core/probe/icmp_codec.h"

namespace ringsweep {
namespace {

constexpr std::size_t width = 100;
constexpr std::string_view indent = "    ";
constexpr std::size_t bytes_a_line = 8;
constexpr std::size_t data_lines_max = 8;

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes)
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", std::to_integer<unsigned>(byte));
  return text;
}

std::string line(std::string_view bytes, std::string_view meaning) {
  if (meaning.empty()) return fmt::format("{}{}\n", indent, bytes);
  return fmt::format("{}{:<25}{}\n", indent, bytes, meaning);
}

std::string address_line(std::string_view what, const Address& address) {
  std::array<std::byte, 16> bytes{};
  if (address.is_v4()) {
    store_network(bytes, address.v4_value());
    return line(hex(std::span(bytes).first(4)), fmt::format("{} {}", what, to_text(address)));
  }
  address.to_v6_bytes(bytes.data());
  return line(hex(std::span(bytes).first(8)), fmt::format("{} {}", what, to_text(address))) +
         line(hex(std::span(bytes).last(8)), "");
}

std::uint16_t number_at(std::span<const std::byte> bytes, std::size_t at) {
  return load_network<std::uint16_t>(bytes.subspan(at));
}

unsigned byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<unsigned>(bytes[at]);
}

std::string type_line(Family family, unsigned type) {
  const bool request = type == echo_request_type(family);
  return fmt::format("type {}: echo {}", type, request ? "request" : "reply");
}

// Lines of eight bytes; the first one says what they mean.
std::string byte_lines(std::span<const std::byte> data, std::string_view meaning) {
  std::string text;
  const std::size_t shown = std::min(data.size(), data_lines_max * bytes_a_line);
  for (std::size_t at = 0; at < shown; at += bytes_a_line, meaning = "") {
    text += line(hex(data.subspan(at, std::min(bytes_a_line, shown - at))), meaning);
  }
  if (shown < data.size()) text += line("...", fmt::format("and {} more bytes", data.size() - shown));
  return text;
}

std::string own_data_lines(std::span<const std::byte> data) {
  std::string text;
  std::size_t at = 0;
  if (data.size() >= ping_time_bytes) {
    std::array<std::int64_t, 2> time{};
    std::memcpy(time.data(), data.data(), sizeof time);
    text += line(hex(data.first(8)), fmt::format("data: the time of day, {} seconds", time[0]));
    text += line(hex(data.subspan(8, 8)), fmt::format("and {} microseconds, in this machine's byte order", time[1]));
    at = ping_time_bytes;
  }
  bool counts = true;
  for (std::size_t i = at; i < data.size(); ++i) counts = counts && byte_at(data, i) == (i & 0xff);
  return text + byte_lines(data.subspan(at), counts ? "data: each byte holds its position" : "data: the pattern of -p");
}

std::string data_lines(std::span<const std::byte> data, std::size_t own_bytes) {
  if (own_bytes == 0 || own_bytes > data.size()) return byte_lines(data, "data: differs from the probe's");
  std::string text = own_data_lines(data.first(own_bytes));
  if (own_bytes < data.size()) text += byte_lines(data.subspan(own_bytes), "data: beyond that of the probe");
  return text;
}

std::string v6_fields(const ExpectedIpHeader& header) {
  std::string text =
      line("6? ?? ?? ??", fmt::format("version 6, traffic class {}, flow label chosen by the kernel", header.tos));
  if (header.may_be_fragments) {
    text += line("?? ??", fmt::format("{} bytes follow, or those of a fragment", header.payload_bytes));
    text += line("??", "next header 58: ICMPv6, or 44 before a fragment");
  } else {
    text += line(fmt::format("{:02x} {:02x}", header.payload_bytes >> 8 & 0xff, header.payload_bytes & 0xff),
                 fmt::format("{} bytes follow", header.payload_bytes));
    text += line("3a", "next header 58: ICMPv6");
  }
  return text + (header.ttl ? line(fmt::format("{:02x}", *header.ttl),
                                   fmt::format("hop limit {}: each router subtracts one", *header.ttl))
                            : line("??", "hop limit of the route: each router subtracts one"));
}

std::string fragment_line(const ExpectedIpHeader& header) {
  if (header.may_be_fragments) return line("?? ??", "flags and fragment offset, of the packet or of a fragment");
  if (!header.dont_fragment) return line("?0 00", "flags: may or may not be fragmented; fragment offset 0");
  return *header.dont_fragment ? line("40 00", "flags: don't fragment; fragment offset 0")
                               : line("00 00", "flags: may be fragmented; fragment offset 0");
}

std::string v4_fields(const ExpectedIpHeader& header) {
  const std::size_t total = header.payload_bytes + v4_header_size;
  std::string text = line("45", "version 4, header of 5 words of 4 bytes");
  text += line(fmt::format("{:02x}", header.tos), fmt::format("type of service {}", header.tos));
  text += line(
      header.may_be_fragments ? "?? ??" : fmt::format("{:02x} {:02x}", total >> 8 & 0xff, total & 0xff),
      fmt::format("total length {}: {} + {} of ICMP header + {} of data{}", total, v4_header_size, icmp_header_size,
                  header.payload_bytes - icmp_header_size, header.may_be_fragments ? ", or that of a fragment" : ""));
  text += line("?? ??", "identification, chosen by the kernel: joins the fragments of a packet");
  text += fragment_line(header);
  text += header.ttl ? line(fmt::format("{:02x}", *header.ttl),
                            fmt::format("time to live {}{}: each router subtracts one", *header.ttl,
                                        header.ttl_is_default ? ", unless the route has another" : ""))
                     : line("??", "time to live: each router subtracts one");
  text += line("01", "protocol 1: ICMP");
  return text + line("?? ??", "checksum of these 20 bytes");
}

std::string source_line(const Address& source) {
  if (!source.is_unspecified()) return address_line("source", source);
  return line(source.is_v4() ? "?? ?? ?? ??" : "?? ... ??", "source: an address of the outgoing interface");
}

}  // namespace

std::string indented_paragraph(std::string_view words) {
  std::string text, current(indent);
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (current.size() > indent.size() && current.size() + 1 + word.size() > width) {
      text += current + "\n";
      current = indent;
    }
    if (current.size() > indent.size()) current += ' ';
    current += word;
  }
  return text + current + "\n";
}

std::string annotated(const ExpectedIpHeader& header) {
  return (header.destination.is_v4() ? v4_fields(header) : v6_fields(header)) + source_line(header.source) +
         address_line("destination", header.destination);
}

std::string annotated_v4_header(std::span<const std::byte> header) {
  const unsigned words = byte_at(header, 0) & 0xf;
  const unsigned flags = number_at(header, 6);
  std::string text = line(hex(header.first(1)),
                          fmt::format("version {}, header of {} words of 4 bytes", byte_at(header, 0) >> 4, words));
  text += line(hex(header.subspan(1, 1)), fmt::format("type of service {}", byte_at(header, 1)));
  text += line(hex(header.subspan(2, 2)), fmt::format("total length {}", number_at(header, 2)));
  text += line(hex(header.subspan(4, 2)), "identification: joins the fragments of a packet");
  text += line(hex(header.subspan(6, 2)),
               fmt::format("flags: {}; fragment offset {}",
                           (flags & 0x4000) != 0 ? "don't fragment" : "may be fragmented", (flags & 0x1fff) * 8));
  text += line(hex(header.subspan(8, 1)), fmt::format("time to live {}: what the routers left", byte_at(header, 8)));
  text += line(hex(header.subspan(9, 1)), fmt::format("protocol {}", byte_at(header, 9)));
  text += line(hex(header.subspan(10, 2)), "checksum of the header");
  text += address_line("source", Address::v4(load_network<std::uint32_t>(header.subspan(12))));
  return text + address_line("destination", Address::v4(load_network<std::uint32_t>(header.subspan(16))));
}

std::string annotated_echo(Family family, std::span<const std::byte> message, const EchoNotes& notes) {
  std::string text = line(hex(message.first(1)), type_line(family, byte_at(message, 0)));
  text += line(hex(message.subspan(1, 1)), fmt::format("code {}", byte_at(message, 1)));
  text += line(hex(message.subspan(2, 2)),
               !notes.kernel_gives_checksum && family == Family::v6 ? "checksum of the message and of the IP addresses"
               : !notes.kernel_gives_checksum                       ? "checksum of the whole message"
               : family == Family::v4 ? "checksum: recomputed by the kernel with the identifier"
                                      : "checksum: computed by the kernel, as it also covers the IP addresses");
  text +=
      line(hex(message.subspan(4, 2)),
           notes.kernel_gives_identifier ? std::string("identifier: assigned by the kernel, unique to each ping socket")
                                         : fmt::format("identifier {}", number_at(message, 4)));
  text += line(hex(message.subspan(6, 2)), fmt::format("sequence number {}", number_at(message, 6)));
  return text + data_lines(message.subspan(icmp_header_size), notes.own_data_bytes);
}

std::string checksum_text(std::span<const std::byte> message) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < message.size(); i += 2) {
    if (i == 2) continue;
    sum += byte_at(message, i) << 8 | (i + 1 < message.size() ? byte_at(message, i + 1) : 0);
  }
  std::uint64_t folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >> 16);
  return fmt::format(
      "The checksum: read as 16-bit numbers, with the checksum itself as 0, the message adds up to 0x{:x}. Adding what exceeds 16 bits to the rest gives 0x{:04x}, and inverting all bits gives 0x{:04x}. The receiver adds up everything, checksum included: if the result is not 0xffff, the message was changed on the way.",
      sum, folded, ~folded & 0xffff);
}

}  // namespace ringsweep
