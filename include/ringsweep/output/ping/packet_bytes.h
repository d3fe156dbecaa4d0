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

// Words, at most 100 columns wide, each line behind four blanks.
std::string indented_paragraph(std::string_view words);

// The IP header that the kernel puts in front of a probe, as far as it is known before it is sent; "??" is its choice.
struct ExpectedIpHeader {
  Address source, destination;     // an unspecified source: the kernel's choice as well
  std::size_t payload_bytes = 64;  // of the ICMP message
  std::optional<int> ttl = {};     // none: not known before
  bool ttl_is_default = false;     // a route may have another
  int tos = 0;
  std::optional<bool> dont_fragment = {};  // none: not known before
  bool may_be_fragments = false;           // longer than what every path takes in one piece
};
std::string annotated(const ExpectedIpHeader& header);

// One that was received by a raw IPv4 socket. Pre: at least 20 bytes.
std::string annotated_v4_header(std::span<const std::byte> header);

// An echo request or reply.
struct EchoNotes {
  // What the kernel writes over when it is sent: shown as the program left it, and the text says so.
  bool kernel_gives_identifier = false;
  bool kernel_gives_checksum = false;
  // So many bytes of data are a probe's own, whose meaning is known; none: whatever came back instead.
  std::size_t own_data_bytes = 0;
};
std::string annotated_echo(Family family, std::span<const std::byte> message, const EchoNotes& notes);

// How the checksum of an ICMPv4 message comes about (RFC 1071), in words.
std::string checksum_text(std::span<const std::byte> message);

}  // namespace ringsweep
