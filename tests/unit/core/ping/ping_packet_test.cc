// The probe of ping, byte by byte, and what comes back.
#include "ringsweep/core/ping/ping_packet.h"

#include <gtest/gtest.h>

#include <array>

#include "support/hex_bytes.h"

namespace ringsweep {
namespace {

using testing::hex_bytes;

std::vector<std::byte> copy(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

// Sums of the words, without the checksum: 0x0800 + 0x1234 + 0x0001 + 0x0001 + 0x0203 = 0x1c39, inverted 0xe3c6.
TEST(PingPacket, a_short_one_counts_from_0_and_has_no_time) {
  PingPacket packet(Family::v4, 0x1234, 4, {});
  EXPECT_FALSE(packet.has_time());
  EXPECT_EQ(copy(packet.patch(1, 7)), hex_bytes("0800e3c6 12340001 00010203"));
}

TEST(PingPacket, the_time_stands_in_front_and_the_rest_counts_on) {
  PingPacket packet(Family::v6, 0, 20, {});
  EXPECT_TRUE(packet.has_time());
  const auto bytes = copy(packet.patch(258, 3'000'000'000 + 5'999));
  // For IPv6 the kernel fills in the checksum. The time is in this machine's byte order.
  const std::array<std::int64_t, 2> time{3, 5};
  EXPECT_EQ(std::vector(bytes.begin(), bytes.begin() + 8), hex_bytes("8000 0000 0000 0102"));
  EXPECT_TRUE(std::equal(bytes.begin() + 8, bytes.begin() + 24, std::as_bytes(std::span(time)).begin()));
  EXPECT_EQ(std::vector(bytes.begin() + 24, bytes.end()), hex_bytes("10111213"));
}

TEST(PingPacket, a_pattern_repeats) {
  const std::array<std::uint8_t, 3> pattern{0xaa, 0xbb, 0xcc};
  PingPacket packet(Family::v6, 1, 7, pattern);
  EXPECT_EQ(copy(packet.patch(1, 0)), hex_bytes("8000000000010001 aabbccaabbccaa"));
}

TEST(PingPacket, a_second_probe_has_a_checksum_of_its_own) {
  PingPacket packet(Family::v4, 0x1234, 4, {});
  packet.patch(1, 7);
  EXPECT_EQ(copy(packet.patch(2, 7)), hex_bytes("0800e3c5 12340002 00010203"));
}

TEST(PingPacket, finds_the_first_byte_that_differs_behind_the_time) {
  PingPacket packet(Family::v4, 1, 20, {});
  auto reply = copy(packet.patch(1, 7).subspan(8));
  EXPECT_FALSE(packet.difference(reply));
  reply[3] = std::byte{0xff};  // the time: whatever it is
  EXPECT_FALSE(packet.difference(reply));
  reply[18] = std::byte{0xff};
  const auto difference = packet.difference(reply);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->at, 18U);
  EXPECT_EQ(difference->expected, 0x12);
  EXPECT_EQ(difference->received, 0xff);
}

TEST(PingMessage, of_a_datagram_socket_begins_with_its_icmp_header) {
  const auto bytes = hex_bytes("00000000 12340007 aabb");
  const auto message = read_ping_message(bytes, false);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->is_reply(Family::v4));
  EXPECT_FALSE(message->is_request(Family::v4));
  EXPECT_EQ(message->identifier, 0x1234);
  EXPECT_EQ(message->sequence, 7);
  EXPECT_EQ(message->info, 0x12340007U);
  EXPECT_EQ(message->ttl, -1);
  EXPECT_TRUE(message->sound);
  EXPECT_EQ(message->icmp.size(), 10U);
}

// field bug 13, 15
TEST(PingMessage, of_a_raw_socket_stands_behind_a_header_with_or_without_options) {
  const auto plain = hex_bytes("45000020 00000000 07010000 0a000001 0a000002  000028fe12340007 61626364");
  auto message = read_ping_message(plain, true);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->ttl, 7);
  EXPECT_EQ(message->sequence, 7);
  EXPECT_TRUE(message->sound);

  const auto with_options =
      hex_bytes("46000024 00000000 07010000 0a000001 0a000002 01010101 000028fe12340007 61626364");
  message = read_ping_message(with_options, true);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->icmp.size(), 12U);
  EXPECT_TRUE(message->sound);

  const auto wrong_sum = hex_bytes("45000020 00000000 07010000 0a000001 0a000002  000028ff12340007 61626364");
  message = read_ping_message(wrong_sum, true);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->sound);
}

// field bug 13
TEST(PingMessage, that_is_too_short_for_its_headers_is_none) {
  EXPECT_FALSE(read_ping_message({}, false));
  EXPECT_FALSE(read_ping_message(hex_bytes("00000000 123400"), false));
  EXPECT_FALSE(read_ping_message({}, true));
  EXPECT_FALSE(read_ping_message(hex_bytes("45000020 00000000 07010000 0a000001 0a0000"), true));
  EXPECT_FALSE(read_ping_message(hex_bytes("45000020 00000000 07010000 0a000001 0a000002 00000000000000"), true));
  // A header of 60 bytes that are not there, and one of 16, which cannot be.
  EXPECT_FALSE(read_ping_message(hex_bytes("4f000020 00000000 07010000 0a000001 0a000002 000028fe12340007"), true));
  EXPECT_FALSE(read_ping_message(hex_bytes("44000020 00000000 07010000 0a000001 0a000002 000028fe12340007"), true));
}

TEST(PingMessage, knows_requests_and_replies_of_its_family) {
  EXPECT_TRUE(read_ping_message(hex_bytes("0800000000000000"), false)->is_request(Family::v4));
  EXPECT_TRUE(read_ping_message(hex_bytes("8000000000000000"), false)->is_request(Family::v6));
  EXPECT_TRUE(read_ping_message(hex_bytes("8100000000000000"), false)->is_reply(Family::v6));
  EXPECT_FALSE(read_ping_message(hex_bytes("8100000000000000"), false)->is_reply(Family::v4));
}

TEST(PingMessage, of_a_packet_that_was_cut_no_checksum_is_judged) {
  const auto wrong_sum = hex_bytes("45000020 00000000 07010000 0a000001 0a000002  000028ff12340007");
  EXPECT_FALSE(read_ping_message(wrong_sum, true)->sound);
  EXPECT_TRUE(read_ping_message(wrong_sum, true, true)->sound);
}

TEST(PingReceiveRoom, is_that_of_ping_but_never_more_than_a_packet_can_need) {
  EXPECT_EQ(ping_receive_room(Family::v4, 56), 192U);
  EXPECT_EQ(ping_receive_room(Family::v6, 56), 4208U);
  EXPECT_EQ(ping_receive_room(Family::v4, 500'000'000), 65'671U);
}

}  // namespace
}  // namespace ringsweep
