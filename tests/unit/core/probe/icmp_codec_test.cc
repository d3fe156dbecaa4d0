// Encoding: the checksum and the packets of a batch. What comes back: icmp_decode_v4_test.cc, icmp_decode_v6_test.cc.
#include "ringsweep/core/probe/icmp_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "support/hex_bytes.h"

namespace ringsweep {
namespace {

using testing::hex_bytes;
using Bytes = std::vector<std::byte>;
using Words = std::vector<std::uint16_t>;
using Token = std::array<std::byte, token_size>;

// RFC 1071 as it is written: 16-bit words in network order, an odd byte filled up with zero.
std::uint16_t naive_checksum(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? static_cast<std::uint32_t>(bytes[i]) << 8 : static_cast<std::uint32_t>(bytes[i]);
    if (sum > 0xFFFF) sum = (sum & 0xFFFF) + 1;
  }
  return static_cast<std::uint16_t>(~sum);
}

Bytes naive_v4_probe(std::uint16_t identifier, std::uint16_t sequence, std::size_t payload_size, const Token& token) {
  const auto high = [](std::uint16_t word) { return static_cast<std::byte>(word >> 8); };
  const auto low = [](std::uint16_t word) { return static_cast<std::byte>(word & 0xFF); };
  Bytes packet = {std::byte{8},     std::byte{0},    std::byte{0},   std::byte{0},
                  high(identifier), low(identifier), high(sequence), low(sequence)};
  packet.insert(packet.end(), token.begin(), token.end());
  for (std::size_t i = token_size; i < payload_size; ++i) packet.push_back(static_cast<std::byte>(i % 256));
  const auto checksum = naive_checksum(packet);
  packet[2] = high(checksum);
  packet[3] = low(checksum);
  return packet;
}

Bytes patched(ProbePackets& packets, std::uint32_t slot, std::uint16_t sequence, const Token& token) {
  const auto packet = packets.patch(slot, sequence, token);
  return {packet.begin(), packet.end()};
}

Token token_of(std::mt19937_64& random) {
  Token token;
  for (auto& byte : token) byte = static_cast<std::byte>(random());
  return token;
}

Token filled_token(std::uint8_t value) {
  Token token;
  token.fill(static_cast<std::byte>(value));
  return token;
}

TEST(InternetChecksum, of_the_example_in_rfc_1071) {
  EXPECT_EQ(internet_checksum(hex_bytes("0001 f203 f4f5 f6f7")), 0x220D);
}

TEST(InternetChecksum, of_nothing_zeros_and_ones) {
  EXPECT_EQ(internet_checksum({}), 0xFFFF);
  EXPECT_EQ(internet_checksum(hex_bytes("0000")), 0xFFFF);
  EXPECT_EQ(internet_checksum(hex_bytes("ffff")), 0);
  EXPECT_EQ(internet_checksum(hex_bytes("ffff ffff ffff ffff ffff")), 0);
}

TEST(InternetChecksum, odd_last_byte_is_the_high_half_of_a_word) {  // field bug 14
  EXPECT_EQ(internet_checksum(hex_bytes("ff")), 0x00FF);
  EXPECT_EQ(internet_checksum(hex_bytes("0001 ff")), 0x00FE);
  EXPECT_EQ(internet_checksum(hex_bytes("0100 ff")), 0xFFFE);  // 0100 + ff00 carries into the low end
}

TEST(InternetChecksum, of_every_length_is_that_of_the_plain_loop) {
  std::mt19937_64 random(1);
  for (std::size_t size = 0; size <= 300; ++size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());
    ASSERT_EQ(internet_checksum(bytes), naive_checksum(bytes)) << size;
    std::fill(bytes.begin(), bytes.end(), std::byte{0xFF});
    ASSERT_EQ(internet_checksum(bytes), naive_checksum(bytes)) << size;
  }
  const Bytes largest(65'535, std::byte{0xFF});
  EXPECT_EQ(internet_checksum(largest), naive_checksum(largest));
}

TEST(ProbePackets, v4_probe_byte_by_byte) {
  ProbePackets packets(Family::v4, 0xABCD, 27, 1, true);
  Token token;
  const auto token_bytes = hex_bytes("0102030405 060708 090a0b0c0d 0e 0f10 63eb209f34ef5670");
  std::copy(token_bytes.begin(), token_bytes.end(), token.begin());
  EXPECT_EQ(packets.packet_size(), 35U);
  EXPECT_EQ(patched(packets, 0, 0xFFFF, token),
            hex_bytes("08 00 c9e6 abcd ffff  0102030405 060708 090a0b0c0d 0e 0f10 63eb209f34ef5670  18 19 1a"));
}

TEST(ProbePackets, v6_probe_leaves_the_checksum_to_the_kernel) {
  ProbePackets packets(Family::v6, 0x0102, 26, 2, false);
  for (const std::uint32_t slot : {0U, 1U}) {
    EXPECT_EQ(patched(packets, slot, 0x0304, filled_token(0x77)),
              hex_bytes("80 00 0000 0102 0304  777777777777777777777777777777777777777777777777  18 19"));
  }
}

TEST(ProbePackets, v4_probe_of_a_ping_socket_leaves_the_checksum_to_the_kernel) {
  ProbePackets packets(Family::v4, 0xFFFF, 24, 1, false);
  EXPECT_EQ(patched(packets, 0, 1, filled_token(0)),
            hex_bytes("08 00 0000 ffff 0001  000000000000000000000000000000000000000000000000"));
}

TEST(ProbePackets, patched_is_as_if_encoded_anew) {  // field bug 14
  std::mt19937_64 random(2);
  for (const std::size_t payload_size :
       {24U, 25U, 26U, 31U, 32U, 33U, 56U, 255U, 256U, 257U, 511U, 512U, 1472U, 1473U, 65'507U}) {
    ProbePackets packets(Family::v4, 0xBEEF, payload_size, 5, true);
    for (int turn = 0; turn < 3; ++turn) {  // slots are used again and again
      for (std::uint32_t slot = 0; slot < 5; ++slot) {
        for (const std::uint16_t sequence : Words{0, 1, 0x00FF, 0xFF00, 0xFFFE, 0xFFFF}) {
          const auto token = token_of(random);
          ASSERT_EQ(patched(packets, slot, sequence, token), naive_v4_probe(0xBEEF, sequence, payload_size, token));
        }
      }
    }
  }
}

TEST(ProbePackets, extreme_tokens_and_identifiers) {
  for (const std::uint16_t identifier : Words{0, 1, 0x8000, 0xFFFF}) {
    ProbePackets packets(Family::v4, identifier, 32, 1, true);
    for (const std::uint8_t fill : std::vector<std::uint8_t>{0x00, 0x01, 0x80, 0xFF}) {
      ASSERT_EQ(patched(packets, 0, 0xFFFF, filled_token(fill)),
                naive_v4_probe(identifier, 0xFFFF, 32, filled_token(fill)));
    }
  }
}

TEST(ProbePackets, every_sequence_has_the_right_checksum) {
  ProbePackets packets(Family::v4, 0x1234, 33, 1, true);
  int zero_checksums = 0;
  for (std::uint32_t sequence = 0; sequence <= 0xFFFF; ++sequence) {
    const auto packet = patched(packets, 0, static_cast<std::uint16_t>(sequence), filled_token(0xA5));
    ASSERT_EQ(internet_checksum(packet), 0) << sequence;
    const Bytes checksum(packet.begin() + 2, packet.begin() + 4);
    ASSERT_NE(checksum, hex_bytes("ffff")) << "the sum of a probe is never 0";
    zero_checksums += checksum == hex_bytes("0000") ? 1 : 0;
  }
  EXPECT_EQ(zero_checksums, 1);
}

TEST(ProbePackets, slots_do_not_share_bytes) {
  ProbePackets packets(Family::v4, 7, 40, 3, true);
  const auto first = packets.patch(0, 1, filled_token(1));
  const Bytes before(first.begin(), first.end());
  packets.patch(1, 2, filled_token(2));
  packets.patch(2, 3, filled_token(3));
  EXPECT_EQ(Bytes(first.begin(), first.end()), before);
}

}  // namespace
}  // namespace ringsweep
