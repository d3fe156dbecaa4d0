// Decoding ICMPv4: from raw sockets (with the IPv4 header) and ping sockets (without). Encoding: icmp_codec_test.cc.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ringsweep/core/probe/icmp_codec.h"
#include "support/hex_bytes.h"

namespace ringsweep {
namespace {

using testing::hex_bytes;
using Bytes = std::vector<std::byte>;

// 198.18.0.1 probed 198.18.0.7; 198.18.0.254 is a router between them.
const std::string payload_text = "404142434445464748494a4b4c4d4e4f5051525354555657";
const std::string probe_header = "45000034 12344000 40019c68 c6120001 c6120007";
const std::string probe_icmp = "0800c39c abcd0102";
const std::string probe = probe_header + probe_icmp + payload_text;
const std::string reply_header = "45000034 12344000 3d019f68 c6120007 c6120001";
const std::string reply_icmp = "0000cb9c abcd0102";

Bytes of(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

DecodedPacket ping(const std::string& text) {
  // Static, so that the payload that is returned stays; of exact size, so that a sanitizer sees a read past the end.
  static std::vector<std::byte> bytes;
  bytes = hex_bytes(text);
  bytes.shrink_to_fit();
  return decode_ping_v4(bytes);
}

DecodedPacket raw(const std::string& text) {
  static std::vector<std::byte> bytes;
  bytes = hex_bytes(text);
  bytes.shrink_to_fit();
  return decode_raw_v4(bytes);
}

// A quote behind "destination unreachable, host".
DecodedPacket quoting(const std::string& quote) {
  return ping("0301 0000 00000000" + quote);
}

void expect_probe_quoted(const DecodedPacket& packet, const std::string& quoted_payload) {
  EXPECT_EQ(packet.kind, PacketKind::error);
  EXPECT_EQ(packet.identifier, 0xABCD);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(packet.quoted_destination, Address::v4(0xC6120007));
  EXPECT_EQ(of(packet.payload), hex_bytes(quoted_payload));
}

std::string zeros(std::size_t bytes) {
  return std::string(2 * bytes, '0');
}

TEST(DecodePingV4, echo_reply) {
  const auto packet = ping("0000 cb9c abcd 0102" + payload_text);
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.type, 0);
  EXPECT_EQ(packet.code, 0);
  EXPECT_EQ(packet.identifier, 0xABCD);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
  EXPECT_TRUE(packet.quoted_destination.is_none());
  EXPECT_EQ(packet.ttl, -1);
}

TEST(DecodePingV4, echo_reply_without_payload) {
  const auto packet = ping("0000 ffff 0000 ffff");
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.sequence, 0xFFFF);  // field bug 14
  EXPECT_TRUE(packet.payload.empty());
}

TEST(DecodePingV4, less_than_a_header_is_malformed) {  // field bug 13
  for (std::size_t size = 0; size < 8; ++size) EXPECT_EQ(ping(zeros(size)).kind, PacketKind::malformed) << size;
}

// field bug 12: an error is never read as a reply, whatever its bytes.
TEST(DecodePingV4, types_are_told_apart) {
  for (int type = 0; type < 256; ++type) {
    auto bytes = hex_bytes("0000 0000 00000000" + probe);
    bytes[0] = static_cast<std::byte>(type);
    const auto kind = decode_ping_v4(bytes).kind;
    switch (type) {
      case 0:
        EXPECT_EQ(kind, PacketKind::echo_reply);
        break;
      case 3:
      case 11:
      case 12:
        EXPECT_EQ(kind, PacketKind::error) << type;
        break;
      case 4:
        EXPECT_EQ(kind, PacketKind::source_quench);
        break;
      case 5:
        EXPECT_EQ(kind, PacketKind::redirect);
        break;
      default:
        EXPECT_EQ(kind, PacketKind::other) << type;
    }
  }
}

TEST(DecodePingV4, errors_carry_type_code_and_the_quoted_probe) {
  const auto packet = ping("0b01 0000 00000000" + probe);
  expect_probe_quoted(packet, payload_text);
  EXPECT_EQ(packet.type, 11);
  EXPECT_EQ(packet.code, 1);
  expect_probe_quoted(ping("0304 0000 000005dc" + probe), payload_text);  // fragmentation needed, MTU 1500
  expect_probe_quoted(ping("0c00 0000 14000000" + probe), payload_text);  // parameter problem, pointer
}

TEST(DecodePingV4, redirect_and_source_quench_quote_like_errors) {
  const auto redirect = ping("0501 0000 c61200fe" + probe);
  EXPECT_EQ(redirect.kind, PacketKind::redirect);
  EXPECT_EQ(redirect.sequence, 0x0102);
  EXPECT_EQ(redirect.quoted_destination, Address::v4(0xC6120007));
  const auto quench = ping("0400 0000 00000000" + probe);
  EXPECT_EQ(quench.kind, PacketKind::source_quench);
  EXPECT_EQ(quench.identifier, 0xABCD);
}

TEST(DecodePingV4, eight_quoted_bytes_are_enough) {  // field bug 13, RFC 792
  expect_probe_quoted(quoting(probe_header + probe_icmp), "");
}

TEST(DecodePingV4, payload_is_quoted_as_far_as_it_goes) {
  expect_probe_quoted(quoting(probe_header + probe_icmp + "404142"), "404142");
}

TEST(DecodePingV4, shorter_quotes_are_malformed) {  // field bug 13
  for (std::size_t size = 0; size < 28; ++size) {
    auto bytes = hex_bytes("0301 0000 00000000" + probe_header + probe_icmp);
    bytes.resize(8 + size);
    bytes.shrink_to_fit();
    EXPECT_EQ(decode_ping_v4(bytes).kind, PacketKind::malformed) << size;
  }
}

TEST(DecodePingV4, quoted_header_may_have_options) {  // field bug 13
  expect_probe_quoted(quoting("46000038 12344000 40010000 c6120001 c6120007 94040000" + probe_icmp + payload_text),
                      payload_text);
  // The longest header: 60 bytes.
  expect_probe_quoted(quoting("4f00005c 12344000 40010000 c6120001 c6120007" + zeros(40) + probe_icmp + payload_text),
                      payload_text);
  EXPECT_EQ(quoting("4f00005c 12344000 40010000 c6120001 c6120007" + zeros(39)).kind, PacketKind::malformed);
  EXPECT_EQ(quoting("4f00005c 12344000 40010000 c6120001 c6120007" + zeros(40) + "0800c39cabcd01").kind,
            PacketKind::malformed);
}

TEST(DecodePingV4, lies_in_the_quoted_header_are_malformed) {  // field bug 13
  const std::string rest = " 12344000 40010000 c6120001 c6120007" + probe_icmp + payload_text;
  EXPECT_EQ(quoting("44000034" + rest).kind, PacketKind::malformed) << "header of 16 bytes";
  EXPECT_EQ(quoting("40000034" + rest).kind, PacketKind::malformed) << "header of no bytes";
  EXPECT_EQ(quoting("65000034" + rest).kind, PacketKind::malformed) << "version 6";
  EXPECT_EQ(quoting("45000013" + rest).kind, PacketKind::malformed) << "total length below the header's";
  EXPECT_EQ(quoting("45000000" + rest).kind, PacketKind::malformed);
  EXPECT_EQ(quoting("4500001b" + rest).kind, PacketKind::malformed) << "7 bytes of ICMP";
}

TEST(DecodePingV4, quoted_length_bounds_the_payload) {
  // A quote that was filled up with zeros to 128 bytes, and an extension object behind it (RFC 4884).
  const std::string extension = "2000764a 0008010112345678";
  expect_probe_quoted(ping("0b00 0000 00200000" + probe + zeros(76) + extension), payload_text);
  // The same from a router that does not write the length of the quote.
  expect_probe_quoted(ping("0b00 0000 00000000" + probe + zeros(76) + extension), payload_text);
}

TEST(DecodePingV4, extensions_behind_a_long_probe_are_no_payload) {
  // The probe was 1028 bytes long, 128 of them are quoted: 100 bytes of payload.
  const std::string quote = "45000404 12344000 40010000 c6120001 c6120007" + probe_icmp + zeros(100);
  expect_probe_quoted(ping("0b00 0000 00200000" + quote + "2000764a 0008010112345678"), zeros(100));
}

TEST(DecodePingV4, quote_length_that_cannot_be_is_ignored) {
  expect_probe_quoted(ping("0b00 0000 00ff0000" + probe), payload_text);  // 1020 bytes
  expect_probe_quoted(ping("0b00 0000 00010000" + probe), payload_text);  // 4 bytes
  expect_probe_quoted(ping("0b00 0000 00200000" + probe), payload_text);  // 128 bytes, 52 are there
}

TEST(DecodePingV4, quotes_of_other_packets_are_other) {
  const std::string udp = "45000034 12344000 40110000 c6120001 c6120007 8235829a 00200000" + payload_text;
  EXPECT_EQ(quoting(udp).kind, PacketKind::other);
  EXPECT_EQ(quoting(probe_header + "0000c39cabcd0102" + payload_text).kind, PacketKind::other) << "echo reply";
  EXPECT_EQ(quoting(probe_header + "0d00c39cabcd0102" + payload_text).kind, PacketKind::other) << "timestamp";
}

TEST(DecodePingV4, only_a_first_fragment_has_our_header) {
  EXPECT_EQ(quoting("45000034 12340001 40010000 c6120001 c6120007" + probe_icmp + payload_text).kind,
            PacketKind::other);
  EXPECT_EQ(quoting("45000034 12343fff 40010000 c6120001 c6120007" + probe_icmp + payload_text).kind,
            PacketKind::other);
  expect_probe_quoted(quoting("45000034 12342000 40010000 c6120001 c6120007" + probe_icmp + payload_text),
                      payload_text);
}

TEST(DecodeRawV4, echo_reply) {
  const auto packet = raw(reply_header + reply_icmp + payload_text);
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.identifier, 0xABCD);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
  EXPECT_EQ(packet.ttl, 0x3D);
}

TEST(DecodeRawV4, echo_reply_of_odd_length_that_ends_in_ff) {  // field bug 14
  const auto packet = raw("45000035 12344000 3d019f67 c6120007 c6120001 0000cd9d abcdffff" + payload_text + "ff");
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.sequence, 0xFFFF);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text + "ff"));
}

TEST(DecodeRawV4, header_with_options) {  // field bug 13
  const auto packet = raw("46000038 12344000 3d010a60 c6120007 c6120001 94040000" + reply_icmp + payload_text);
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
}

TEST(DecodeRawV4, errors) {
  const auto packet = raw("45000050 12344000 3e019d55 c61200fe c6120001 0301fcfe 00000000" + probe);
  expect_probe_quoted(packet, payload_text);
  EXPECT_EQ(packet.type, 3);
  EXPECT_EQ(packet.code, 1);
  EXPECT_EQ(packet.ttl, 62);
  expect_probe_quoted(raw("45000038 12344000 fa01e16c c61200fe c6120001 0b007c93 00000000" + probe_header + probe_icmp),
                      "");
}

TEST(DecodeRawV4, wrong_icmp_checksum_is_malformed) {  // field bug 15
  const auto good = hex_bytes(reply_header + reply_icmp + payload_text);
  for (std::size_t at = 20; at < good.size(); ++at) {
    auto bytes = good;
    bytes[at] ^= std::byte{0x10};
    EXPECT_EQ(decode_raw_v4(bytes).kind, PacketKind::malformed) << "byte " << at;
  }
  EXPECT_EQ(raw(reply_header + "00000000abcd0102" + payload_text).kind, PacketKind::malformed) << "no checksum";
}

TEST(DecodeRawV4, lengths_that_lie_are_malformed) {  // field bug 13
  const std::string rest = " 12344000 3d010000 c6120007 c6120001" + reply_icmp + payload_text;
  EXPECT_EQ(raw("45000035" + rest).kind, PacketKind::malformed) << "a byte longer than what came";
  EXPECT_EQ(raw("4500ffff" + rest).kind, PacketKind::malformed);
  EXPECT_EQ(raw("45000013" + rest).kind, PacketKind::malformed) << "shorter than the header";
  EXPECT_EQ(raw("45000000" + rest).kind, PacketKind::malformed);
  EXPECT_EQ(raw("45000014" + rest).kind, PacketKind::malformed) << "no ICMP";
  EXPECT_EQ(raw("4500001b" + rest).kind, PacketKind::malformed) << "7 bytes of ICMP";
  EXPECT_EQ(raw("44000034" + rest).kind, PacketKind::malformed) << "header of 16 bytes";
  EXPECT_EQ(raw("4f000034" + rest).kind, PacketKind::malformed) << "header of 60 bytes in 52";
  EXPECT_EQ(raw("65000034" + rest).kind, PacketKind::malformed) << "version 6";
}

TEST(DecodeRawV4, bytes_behind_the_total_length_are_padding) {
  const auto packet = raw(reply_header + reply_icmp + payload_text + "deadbeef00");
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
}

TEST(DecodeRawV4, every_truncation_is_malformed) {  // field bug 13
  for (const auto& text : {reply_header + reply_icmp + payload_text,
                           "45000050 12344000 3e019d55 c61200fe c6120001 0301fcfe 00000000" + probe}) {
    const auto whole = hex_bytes(text);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(decode_raw_v4(part).kind, PacketKind::malformed) << size;
    }
  }
}

// An error of 600 bytes, of which so many came.
DecodedPacket beginning_of_error(std::size_t size) {
  static std::vector<std::byte> bytes;
  bytes = hex_bytes("45000258 12344000 3e010000 c61200fe c6120001 0301fcfe 00000000" + probe + zeros(600));
  bytes.resize(size);
  return decode_raw_v4(bytes, true);
}

TEST(DecodeRawV4, of_a_long_error_the_beginning_is_enough_if_it_holds_the_token) {
  expect_probe_quoted(beginning_of_error(256), payload_text);
  expect_probe_quoted(beginning_of_error(20 + 8 + 52), payload_text);
  EXPECT_EQ(beginning_of_error(20 + 8 + 51).kind, PacketKind::malformed);
}

TEST(DecodeRawV4, the_beginning_of_a_reply_is_malformed) {
  auto bytes = hex_bytes("45000258 12344000 3d010000 c6120007 c6120001" + reply_icmp + payload_text);
  EXPECT_EQ(decode_raw_v4(bytes, true).kind, PacketKind::malformed);
}

TEST(DecodeRawV4, error_of_eight_bytes_is_malformed) {  // field bug 13: right checksum, nothing quoted
  EXPECT_EQ(raw("4500001c 12344000 3e010000 c61200fe c6120001 0301fcfe 00000000").kind, PacketKind::malformed);
}

TEST(DecodeRawV4, largest_packet) {  // field bug 13
  auto bytes = hex_bytes("4500ffff 12344000 3d010000 c6120007 c6120001 0000 5431 abcd 0001");
  bytes.resize(65'535);
  const auto packet = decode_raw_v4(bytes);
  ASSERT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.payload.size(), 65'507U);
  EXPECT_EQ(packet.payload.data() + packet.payload.size(), bytes.data() + bytes.size());
  bytes.back() = std::byte{1};
  EXPECT_EQ(decode_raw_v4(bytes).kind, PacketKind::malformed);
}

TEST(DecodeRawV4, other_protocol_is_other) {
  EXPECT_EQ(raw("45000034 12344000 3d110000 c6120007 c6120001" + reply_icmp + payload_text).kind, PacketKind::other);
}

}  // namespace
}  // namespace ringsweep
