// Decoding ICMPv6, quotes from an error queue, and all decoders against damaged packets.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ringsweep/core/probe/icmp_codec.h"
#include "support/hex_bytes.h"

namespace ringsweep {
namespace {

using testing::hex_bytes;
using Bytes = std::vector<std::byte>;

// fd77::1 probed fd77::7.
const std::string addresses = "fd770000000000000000000000000001 fd770000000000000000000000000007";
const std::string payload_text = "404142434445464748494a4b4c4d4e4f5051525354555657";
const std::string probe_icmp = "80001234 abcd0102";
const std::string probe = "60000000 0020 3a 40" + addresses + probe_icmp + payload_text;

Bytes of(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}
std::string zeros(std::size_t bytes) {
  return std::string(2 * bytes, '0');
}

DecodedPacket v6(const std::string& text) {
  // Static, so that the payload that is returned stays; of exact size, so that a sanitizer sees a read past the end.
  static std::vector<std::byte> bytes;
  bytes = hex_bytes(text);
  bytes.shrink_to_fit();
  return decode_icmp_v6(bytes);
}

// A quote behind "destination unreachable, address".
DecodedPacket quoting(const std::string& quote) {
  return v6("0103 0000 00000000" + quote);
}

void expect_probe_quoted(const DecodedPacket& packet, const std::string& quoted_payload) {
  EXPECT_EQ(packet.kind, PacketKind::error);
  EXPECT_EQ(packet.identifier, 0xABCD);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(packet.quoted_destination, Address::v6(0xFD77000000000000, 7));
  EXPECT_EQ(of(packet.payload), hex_bytes(quoted_payload));
}

TEST(DecodeV6, echo_reply) {
  const auto packet = v6("8100 0000 abcd 0102" + payload_text);
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.type, 129);
  EXPECT_EQ(packet.identifier, 0xABCD);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
  EXPECT_EQ(packet.ttl, -1);
}

// fd77::7 answers fd77::1.
DecodedPacket raw_v6(const std::string& text, bool truncated = false, const char* to = "fd77::1") {
  static std::vector<std::byte> bytes;
  bytes = hex_bytes(text);
  bytes.shrink_to_fit();
  return decode_raw_v6(bytes, *parse_address("fd77::7"), *parse_address(to), truncated);
}

TEST(DecodeRawV6, the_checksum_covers_the_message_and_both_addresses) {
  const std::string right = "8100 4f4a abcd 0102" + payload_text, odd = "8100 f748 abcd 0102" + payload_text + "58";
  const auto packet = raw_v6(right);
  EXPECT_EQ(packet.kind, PacketKind::echo_reply);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
  EXPECT_EQ(raw_v6(odd).kind, PacketKind::echo_reply);
  EXPECT_EQ(raw_v6(right, false, "fd77::2").kind, PacketKind::malformed) << "it went to another address";
  EXPECT_EQ(raw_v6("8100 4f4b abcd 0102" + payload_text).kind, PacketKind::malformed);
  EXPECT_EQ(raw_v6("8100 4f4a abcd 0103" + payload_text).kind, PacketKind::malformed);
  EXPECT_EQ(raw_v6("8100 0000 abcd 0102" + payload_text).kind, PacketKind::malformed) << "no checksum";
  EXPECT_EQ(raw_v6("").kind, PacketKind::malformed);
}

TEST(DecodeRawV6, of_a_long_error_the_beginning_is_enough_if_it_holds_the_token) {
  const std::string error = "0103 0000 00000000" + probe;
  EXPECT_EQ(raw_v6(error).kind, PacketKind::malformed) << "whole, and its checksum is wrong";
  expect_probe_quoted(raw_v6(error + zeros(100), true), payload_text);
  EXPECT_EQ(raw_v6(error.substr(0, error.size() - 2), true).kind, PacketKind::malformed);
  EXPECT_EQ(raw_v6("8100 4f4a abcd 0102" + payload_text, true).kind, PacketKind::malformed) << "a reply";
}

TEST(DecodeV6, less_than_a_header_is_malformed) {  // field bug 13
  for (std::size_t size = 0; size < 8; ++size) EXPECT_EQ(v6(zeros(size)).kind, PacketKind::malformed) << size;
}

TEST(DecodeV6, types_are_told_apart) {  // field bug 12
  for (int type = 0; type < 256; ++type) {
    auto bytes = hex_bytes("0000 0000 00000000" + probe);
    bytes[0] = static_cast<std::byte>(type);
    const auto kind = decode_icmp_v6(bytes).kind;
    if (type == 129) {
      EXPECT_EQ(kind, PacketKind::echo_reply);
    } else if (type >= 1 && type <= 4) {
      EXPECT_EQ(kind, PacketKind::error) << type;
    } else if (type == 137) {
      EXPECT_EQ(kind, PacketKind::malformed) << "a redirect has two addresses before its quote";
    } else {
      EXPECT_EQ(kind, PacketKind::other) << type;
    }
  }
}

TEST(DecodeV6, errors_carry_type_code_and_the_quoted_probe) {
  const auto packet = v6("0104 0000 00000000" + probe);
  expect_probe_quoted(packet, payload_text);
  EXPECT_EQ(packet.type, 1);
  EXPECT_EQ(packet.code, 4);
  expect_probe_quoted(v6("0200 0000 00000500" + probe), payload_text);  // packet too big, MTU 1280
  expect_probe_quoted(v6("0300 0000 00000000" + probe), payload_text);
  expect_probe_quoted(v6("0401 0000 00000006" + probe), payload_text);  // parameter problem, pointer 6
}

TEST(DecodeV6, redirect_quotes_in_an_option) {
  const std::string redirect = "8900 0000 00000000 fe800000000000000000000000000001 fd770000000000000000000000000007";
  const std::string link_address = "0201 020000000001";
  const std::string quote = "040a 000000000000" + probe;  // 10 x 8 = 8 + 72 bytes
  for (const auto& text : {redirect + quote, redirect + link_address + quote}) {
    const auto packet = v6(text);
    EXPECT_EQ(packet.kind, PacketKind::redirect);
    EXPECT_EQ(packet.sequence, 0x0102);
    EXPECT_EQ(packet.quoted_destination, Address::v6(0xFD77000000000000, 7));
    EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
  }
  EXPECT_EQ(v6(redirect).kind, PacketKind::malformed) << "no quote";
  EXPECT_EQ(v6(redirect + link_address).kind, PacketKind::malformed);
  EXPECT_EQ(v6(redirect + "0200 000000000000" + quote).kind, PacketKind::malformed) << "option of no length";
  EXPECT_EQ(v6(redirect + "04ff 000000000000" + probe).kind, PacketKind::malformed) << "option longer than the packet";
  EXPECT_EQ(v6(redirect + "0401 000000000000" + probe).kind, PacketKind::malformed) << "option that holds nothing";
}

TEST(DecodeV6, eight_quoted_bytes_are_enough) {
  expect_probe_quoted(quoting("60000000 0020 3a 40" + addresses + probe_icmp), "");
  expect_probe_quoted(quoting("60000000 0020 3a 40" + addresses + probe_icmp + "4041"), "4041");
}

TEST(DecodeV6, shorter_quotes_are_malformed) {  // field bug 13
  for (std::size_t size = 0; size < 48; ++size) {
    auto bytes = hex_bytes("0103 0000 00000000 60000000 0020 3a 40" + addresses + probe_icmp);
    bytes.resize(8 + size);
    bytes.shrink_to_fit();
    EXPECT_EQ(decode_icmp_v6(bytes).kind, PacketKind::malformed) << size;
  }
}

TEST(DecodeV6, lies_in_the_quoted_header_are_malformed) {  // field bug 13
  EXPECT_EQ(quoting("45000000 0020 3a 40" + addresses + probe_icmp).kind, PacketKind::malformed) << "version 4";
  EXPECT_EQ(quoting("60000000 0000 3a 40" + addresses + probe_icmp).kind, PacketKind::malformed) << "no payload";
  EXPECT_EQ(quoting("60000000 0007 3a 40" + addresses + probe_icmp).kind, PacketKind::malformed) << "7 bytes of ICMP";
}

TEST(DecodeV6, quoted_length_bounds_the_payload) {
  const std::string extension = "2000764a 0008010112345678";
  expect_probe_quoted(v6("0300 0000 10000000" + probe + zeros(32) + extension), payload_text);  // 16 x 8 = 128 bytes
  expect_probe_quoted(v6("0300 0000 00000000" + probe + zeros(32) + extension), payload_text);
  // 1008 bytes of payload, of which 128 - 48 are quoted.
  const std::string quote = "60000000 03f8 3a 40" + addresses + probe_icmp + zeros(80);
  expect_probe_quoted(v6("0300 0000 10000000" + quote + extension), zeros(80));
  // What is a length in types 1 and 3 is the MTU of type 2.
  expect_probe_quoted(v6("0200 0000 10000000" + quote + "00"), zeros(81));
}

TEST(DecodeV6, extension_headers_are_skipped) {
  const auto chain = [](const std::string& length, const std::string& first, const std::string& headers) {
    return quoting("60000000" + length + first + "40" + addresses + headers + probe_icmp + payload_text);
  };
  expect_probe_quoted(chain("0028", "00", "3a00 050200000100"), payload_text);              // hop-by-hop
  expect_probe_quoted(chain("0028", "3c", "3a00 010400000000"), payload_text);              // destination options
  expect_probe_quoted(chain("0038", "2b", "3a02 040000000000" + zeros(16)), payload_text);  // routing, 24 bytes
  expect_probe_quoted(chain("0028", "2c", "3a00 0001 00000007"), payload_text);             // first fragment
  expect_probe_quoted(chain("0038", "33", "3a04" + zeros(22)), payload_text);               // authentication, 24 bytes
  // All of them, one behind the other.
  expect_probe_quoted(
      chain("0050", "00", "3c00050200000100 2b00010400000000 3300040000000000 2c02" + zeros(14) + "3a00000100000007"),
      payload_text);
}

TEST(DecodeV6, only_a_first_fragment_has_our_header) {
  for (const std::string offset : {"0008", "0009", "fff8"}) {
    EXPECT_EQ(quoting("60000000 0028 2c 40" + addresses + "3a00" + offset + "00000007" + probe_icmp).kind,
              PacketKind::other);
  }
}

TEST(DecodeV6, extension_headers_that_lie_are_malformed) {  // field bug 13
  const auto chain = [](const std::string& first, const std::string& headers) {
    return quoting("60000000 ffff" + first + "40" + addresses + headers).kind;
  };
  for (const std::string first : {"00", "2b", "2c", "33", "3c"}) {
    EXPECT_EQ(chain(first, ""), PacketKind::malformed) << first;
    EXPECT_EQ(chain(first, "3a"), PacketKind::malformed) << first;
    EXPECT_EQ(chain(first, "3a000000000000"), PacketKind::malformed) << "7 bytes of " << first;
    EXPECT_EQ(chain(first, "3a00000000000000"), PacketKind::malformed) << "nothing behind " << first;
    if (first != "2c") {
      EXPECT_EQ(chain(first, "3aff000000000000" + probe_icmp), PacketKind::malformed) << "2048 bytes of " << first;
    }
  }
  // A chain without an upper layer ends with the bytes.
  std::string endless;
  for (int i = 0; i < 150; ++i) endless += "3c00010400000000";
  EXPECT_EQ(chain("3c", endless), PacketKind::malformed);
}

TEST(DecodeV6, quotes_of_other_packets_are_other) {
  EXPECT_EQ(quoting("60000000 0020 11 40" + addresses + "8235829a00200000" + payload_text).kind, PacketKind::other);
  EXPECT_EQ(quoting("60000000 0000 3b 40" + addresses).kind, PacketKind::other) << "no next header";
  EXPECT_EQ(quoting("60000000 0020 3a 40" + addresses + "81001234abcd0102" + payload_text).kind, PacketKind::other);
  EXPECT_EQ(quoting("60000000 0020 01 40" + addresses + "0800c39cabcd0102" + payload_text).kind, PacketKind::other);
}

TEST(DecodeQuote, own_header_from_the_error_queue) {
  const auto bytes = hex_bytes("0800c39c abcd0102" + payload_text);
  const auto packet = decode_quote(Family::v4, bytes, 3, 13);
  EXPECT_EQ(packet.kind, PacketKind::error);
  EXPECT_EQ(packet.type, 3);
  EXPECT_EQ(packet.code, 13);
  EXPECT_EQ(packet.identifier, 0xABCD);
  EXPECT_EQ(packet.sequence, 0x0102);
  EXPECT_EQ(of(packet.payload), hex_bytes(payload_text));
  EXPECT_TRUE(packet.quoted_destination.is_none());

  const auto bytes_v6 = hex_bytes(probe_icmp);
  const auto packet_v6 = decode_quote(Family::v6, bytes_v6, 1, 3);
  EXPECT_EQ(packet_v6.kind, PacketKind::error);
  EXPECT_EQ(packet_v6.sequence, 0x0102);
  EXPECT_TRUE(packet_v6.payload.empty());
}

TEST(DecodeQuote, less_than_a_header_is_malformed) {
  for (std::size_t size = 0; size < 8; ++size) {
    const Bytes bytes(size, std::byte{8});
    EXPECT_EQ(decode_quote(Family::v4, bytes, 3, 1).kind, PacketKind::malformed) << size;
  }
}

TEST(DecodeQuote, what_is_no_error_about_a_probe_is_other) {
  const auto request = hex_bytes("0800c39c abcd0102");
  EXPECT_EQ(decode_quote(Family::v4, request, 0, 0).kind, PacketKind::other) << "an error of local origin has type 0";
  EXPECT_EQ(decode_quote(Family::v4, request, 8, 0).kind, PacketKind::other);
  EXPECT_EQ(decode_quote(Family::v6, request, 1, 0).kind, PacketKind::other) << "no ICMPv6 echo request";
  EXPECT_EQ(decode_quote(Family::v6, hex_bytes("80001234abcd0102"), 129, 0).kind, PacketKind::other);
  EXPECT_EQ(decode_quote(Family::v4, hex_bytes("0000c39cabcd0102"), 3, 1).kind, PacketKind::other);
  EXPECT_EQ(decode_quote(Family::v4, request, 4, 0).kind, PacketKind::source_quench);
  EXPECT_EQ(decode_quote(Family::v4, request, 5, 1).kind, PacketKind::redirect);
}

// field bug 13: for any packet, the returned spans lie inside it. Sanitizer builds see every read past the end.
TEST(Decode, damaged_packets_never_lead_outside_of_themselves) {
  const std::string v4_probe = "45000034 12344000 40019c68 c6120001 c6120007 0800c39c abcd0102" + payload_text;
  const std::string chain = "60000000 0038 00 40" + addresses + "3c00050200000100 2c00010400000000 3a00000100000007";
  std::vector<Bytes> seeds;
  for (const std::string& text : std::vector<std::string>{
           "45000034 12344000 3d019f68 c6120007 c6120001 0000cb9c abcd0102" + payload_text,
           "45000050 12344000 3e019d55 c61200fe c6120001 0301fcfe 00000000" + v4_probe, "0b00 0000 00200000" + v4_probe,
           "0501 0000 c61200fe" + v4_probe, "0103 0000 00000000" + probe, "0103 0000 00000000" + chain + probe_icmp,
           "8900 0000 00000000" + addresses + "0201 020000000001 040a 000000000000" + probe, "80001234 abcd0102"}) {
    seeds.push_back(hex_bytes(text));
  }
  std::mt19937_64 random(7);
  for (int turn = 0; turn < 20'000; ++turn) {
    auto bytes = seeds[random() % seeds.size()];
    for (auto changes = random() % 4; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    }
    bytes.resize(random() % 4 == 0 ? random() % (bytes.size() + 1) : bytes.size());
    bytes.shrink_to_fit();
    const std::byte* const end = bytes.data() + bytes.size();
    for (const auto& packet : {decode_raw_v4(bytes), decode_ping_v4(bytes), decode_icmp_v6(bytes),
                               decode_raw_v6(bytes, Address::v6(0, 1), Address::v6(0, 2), true),
                               decode_quote(Family::v4, bytes, 3, 1), decode_quote(Family::v6, bytes, 1, 0)}) {
      if (packet.payload.empty()) continue;
      ASSERT_GE(packet.payload.data(), bytes.data() + 8);
      ASSERT_EQ(packet.payload.data() + packet.payload.size() <= end, true);
      ASSERT_NE(packet.kind, PacketKind::malformed) << "a malformed packet has no payload";
    }
  }
}

}  // namespace
}  // namespace ringsweep
