#include "tun/echo_probe.h"

#include <gtest/gtest.h>

#include "unit/tun/packets.h"

namespace ringsweep::tun::testing {
namespace {

bool is_probe(const std::string& packet) {
  // Of exact size, so that a sanitizer sees a read past the end.
  Bytes bytes = hex_bytes(packet);
  bytes.shrink_to_fit();
  return read_probe(bytes).has_value();
}

TEST(EchoProbe, v4) {
  const Bytes packet = hex_bytes(v4_header + v4_message + "ffff");  // padding behind
  const EchoProbe probe = read_probe(packet).value();
  EXPECT_EQ(to_text(probe.source), "198.18.0.1");
  EXPECT_EQ(to_text(probe.target), "10.1.0.7");
  EXPECT_EQ(probe.identifier, 0xABCD);
  EXPECT_EQ(probe.sequence, 0x0102);
  EXPECT_TRUE(probe.checksum_right);
  EXPECT_EQ(Bytes(probe.header.begin(), probe.header.end()), hex_bytes(v4_header));
  EXPECT_EQ(Bytes(probe.message.begin(), probe.message.end()), hex_bytes(v4_message));
}

TEST(EchoProbe, v6) {
  const Bytes packet = hex_bytes(v6_header + v6_message);
  const EchoProbe probe = read_probe(packet).value();
  EXPECT_EQ(to_text(probe.source), "fd77::1");
  EXPECT_EQ(to_text(probe.target), "fd78::7");
  EXPECT_EQ(probe.identifier, 0xABCD);
  EXPECT_EQ(probe.sequence, 0x0102);
  EXPECT_TRUE(probe.checksum_right);
  EXPECT_EQ(probe.message.size(), 32U);
}

TEST(EchoProbe, wrong_checksum_is_seen) {
  EXPECT_FALSE(read_probe(hex_bytes(v4_header + "0800c39d abcd0102" + payload_text))->checksum_right);
  EXPECT_FALSE(read_probe(hex_bytes(v6_header + "80005048 abcd0102" + payload_text))->checksum_right);
}

TEST(EchoProbe, anything_else_is_no_probe) {
  EXPECT_FALSE(is_probe(""));
  EXPECT_FALSE(is_probe(v4_header));
  EXPECT_FALSE(is_probe(v4_header + v4_message.substr(0, 19)));                        // cut
  EXPECT_FALSE(is_probe("4500003400002000 40016aae c6120001 0a010007" + v4_message));  // a fragment
  EXPECT_FALSE(is_probe("4500003400004000 40116aae c6120001 0a010007" + v4_message));  // UDP
  EXPECT_FALSE(is_probe("4f00003400004000 40016aae c6120001 0a010007" + v4_message));  // no room
  EXPECT_FALSE(is_probe(v4_header + "0000c39c abcd0102" + payload_text));              // a reply
  EXPECT_FALSE(is_probe("4500001800004000 40016aae c6120001 0a010007 08000000"));      // 4 bytes of ICMP
  EXPECT_FALSE(is_probe(v6_header));                                                   // cut
  EXPECT_FALSE(is_probe("60000000 00203a40" + v6_near + v6_target + "85005049 abcd0102" + payload_text));  // ND
}

TEST(IcmpChecksum, of_a_right_message_is_zero) {
  EXPECT_EQ(icmp_checksum(*parse_address("198.18.0.1"), *parse_address("10.1.0.7"), hex_bytes(v4_message)), 0);
  EXPECT_EQ(icmp_checksum(*parse_address("fd77::1"), *parse_address("fd78::7"), hex_bytes(v6_message)), 0);
}

}  // namespace
}  // namespace ringsweep::tun::testing
