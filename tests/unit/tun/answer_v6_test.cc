// IPv6 answers, byte by byte. The expected bytes were computed by hand and by a few lines of Python, not by this code.
#include <gtest/gtest.h>

#include "unit/tun/packets.h"

namespace ringsweep::tun::testing {
namespace {

const std::string probe = v6_header + v6_message;

Bytes answered(const std::string& answer) {
  return answer_to(probe, "fd78::/64 " + answer);
}

TEST(AnswerV6, alive_is_an_echo_reply_from_the_target) {
  EXPECT_EQ(answered("alive"),
            hex_bytes("60000000 00203a40" + v6_target + v6_near + "81004f49 abcd0102" + payload_text));
}

TEST(AnswerV6, options_are_a_header_of_their_own) {
  EXPECT_EQ(answered("alive options 8"), hex_bytes("60000000 00283c40" + v6_target + v6_near + "3a001e0400000000" +
                                                   "81004f49 abcd0102" + payload_text));
}

TEST(AnswerV6, lying_length) {
  EXPECT_EQ(answered("alive length -4"),
            hex_bytes("60000000 001c3a40" + v6_target + v6_near + "81004f49 abcd0102" + payload_text));
}

TEST(AnswerV6, error_quotes_the_whole_probe) {
  EXPECT_EQ(answered("error 1/3 from fd77::9"),
            hex_bytes("60000000 00503a40" + v6_router + v6_near + "01036972 00000000" + probe));
}

TEST(AnswerV6, packet_too_big_says_the_mtu) {
  EXPECT_EQ(
      answered("error 2/0 from fd77::9 quote 8"),
      hex_bytes("60000000 00383a40" + v6_router + v6_near + "0200eb20 00000500" + v6_header + "80005049 abcd0102"));
}

TEST(AnswerV6, quoted_header_with_options) {
  EXPECT_EQ(answered("error 3/0 from fd77::9 quote-options 8 quote 8"),
            hex_bytes("60000000 00403a40" + v6_router + v6_near + "0300950c 00000000" + "60000000 00283c40" + v6_near +
                      v6_target + "3a001e0400000000" + "80005049 abcd0102"));
}

TEST(AnswerV6, extension_behind_a_quote_of_128_bytes) {
  EXPECT_EQ(answered("error 1/1 from fd77::9 extension"),
            hex_bytes("60000000 00943a40" + v6_router + v6_near + "01015930 10000000" + probe + std::string(112, '0') +
                      "2000ddb6 00080101 00000140"));
}

TEST(AnswerV6, redirect_holds_the_packet_in_an_option) {
  EXPECT_EQ(answered("error 137/0 from fd77::9"),
            hex_bytes("60000000 00783a40" + v6_router + v6_near + "8900e241 00000000" + v6_router + v6_target +
                      "040a000000000000" + probe));
}

}  // namespace
}  // namespace ringsweep::tun::testing
