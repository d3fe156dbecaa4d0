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
  Address source, destination;
  std::size_t payload_bytes = 64;  // of the ICMP message
  std::optional<int> ttl = {};     // none: not known before
  int tos = 0;
  bool dont_fragment = true;
};
std::string annotated(const ExpectedIpHeader& header);

// One that was received by a raw IPv4 socket. Pre: at least 20 bytes.
std::string annotated_v4_header(std::span<const std::byte> header);

// An echo request or reply. `kernel_fills`: what the kernel writes over when it is sent; those bytes are shown as the
// program left them, and the text says so.
struct KernelFills {
  bool identifier = false;
  bool checksum = false;
};
std::string annotated_echo(Family family, std::span<const std::byte> message, KernelFills kernel_fills);

// How the checksum of an ICMPv4 message comes about (RFC 1071), in words.
std::string checksum_text(std::span<const std::byte> message);

}  // namespace ringsweep
