// Packets as annotated bytes, one field a line, for `ping --explain`:
//
//     08                       type 8: echo request
//     00 01                    sequence number 1
//
// RFC 791, RFC 792, RFC 8200, RFC 4443. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"

namespace ringsweep {

// Wraps words at 100 columns and indents each line by four spaces.
std::string indented_paragraph(std::string_view words);

// The IP header that the kernel adds to a probe, as far as it is known before sending; "??" marks what the kernel
// chooses.
struct ExpectedIpHeader {
  Address source, destination;     // an unspecified source: chosen by the kernel
  std::size_t payload_bytes = 64;  // of the ICMP message
  std::optional<int> ttl = {};     // absent: not known in advance
  bool ttl_is_default = false;     // a route may override it
  int tos = 0;
  std::optional<bool> dont_fragment = {};  // absent: not known in advance
  bool may_be_fragments = false;           // longer than every path carries in one piece
};
std::string annotated(const ExpectedIpHeader& header);

// A header that a raw IPv4 socket received. Pre: at least 20 bytes.
std::string annotated_v4_header(std::span<const std::byte> header);

// An echo request or reply.
struct EchoNotes {
  // Fields that the kernel overwrites when it sends: shown as the program left them, and the text says so.
  bool kernel_gives_identifier = false;
  bool kernel_gives_checksum = false;
  // So many bytes of data are those of a probe, whose meaning is known; 0: the data is unknown.
  std::size_t own_data_bytes = 0;
};
std::string annotated_echo(Family family, std::span<const std::byte> message, const EchoNotes& notes);

// Explains how the checksum of an ICMPv4 message is computed (RFC 1071).
std::string checksum_text(std::span<const std::byte> message);

}  // namespace ringsweep
