// IPv4 answers, byte by byte. The expected bytes were computed by hand and by a few lines of Python, not by this code.
#include <gtest/gtest.h>

#include "unit/tun/packets.h"

namespace ringsweep::tun::testing {
namespace {

const std::string probe = v4_header + v4_message;
const std::string reply_header = "4500003400000000 4001aaae 0a010007 c6120001";
const std::string reply_message = "0000cb9c abcd0102" + payload_text;

Bytes answered(const std::string& answer) {
  return answer_to(probe, "10.1.0.0/16 " + answer);
}

TEST(AnswerV4, alive_is_an_echo_reply_from_the_target) {
  EXPECT_EQ(answered("alive"), hex_bytes(reply_header + reply_message));
}

TEST(AnswerV4, another_address_ttl_and_options) {
  EXPECT_EQ(answered("alive from xor 0x100 ttl 7 options 4"),
            hex_bytes("4600003800000000 0701dfa8 0a010107 c6120001 01010101" + reply_message));
}

TEST(AnswerV4, forged_payload) {
  EXPECT_EQ(answered("alive forge payload"),
            hex_bytes(reply_header + "0000dac3abcd0102 bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0afaeadacabaaa9a8"));
}

TEST(AnswerV4, forged_byte) {
  EXPECT_EQ(answered("alive forge byte 5"),
            hex_bytes(reply_header + "0000cb27abcd0102 4041424344ba464748494a4b4c4d4e4f5051525354555657"));
}

TEST(AnswerV4, forged_byte_behind_the_payload_changes_nothing) {
  EXPECT_EQ(answered("alive forge byte 24"), hex_bytes(reply_header + reply_message));
}

TEST(AnswerV4, forged_identifier_and_sequence) {
  EXPECT_EQ(answered("alive forge identifier 1 forge sequence 3"),
            hex_bytes(reply_header + "0000cb98 abce0105" + payload_text));
}

TEST(AnswerV4, replayed_payload) {
  const std::string earlier = "bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0afaeadacabaaa9a8";
  EXPECT_EQ(answer_to(probe, "10.1.0.0/16 alive forge replay", earlier),
            hex_bytes(reply_header + "0000dac3abcd0102" + earlier));
}

TEST(AnswerV4, grown_payload) {
  EXPECT_EQ(answered("alive grow 3"),
            hex_bytes("4500003700000000 4001aaab 0a010007 c6120001 00006167 abcd0102" + payload_text + "343536"));
}

TEST(AnswerV4, grows_to_the_largest_packet_at_most) {
  EXPECT_EQ(answered("alive grow 65535").size(), 65'535U);
}

TEST(AnswerV4, cut_message_has_right_headers_and_checksum) {
  EXPECT_EQ(answered("alive cut 9"), hex_bytes("4500001d00000000 4001aac5 0a010007 c6120001 00001330abcd0102 40"));
}

TEST(AnswerV4, cut_before_the_checksum) {
  EXPECT_EQ(answered("alive cut 1"), hex_bytes("4500001500000000 4001aacd 0a010007 c6120001 00"));
}

TEST(AnswerV4, lying_lengths) {
  EXPECT_EQ(answered("alive length +4"), hex_bytes("4500003800000000 4001aaaa 0a010007 c6120001" + reply_message));
  EXPECT_EQ(answered("alive length -4"), hex_bytes("4500003000000000 4001aab2 0a010007 c6120001" + reply_message));
}

TEST(AnswerV4, padding_is_behind_the_packet) {
  EXPECT_EQ(answered("alive padding 2"), hex_bytes(reply_header + reply_message + "0000"));
}

TEST(AnswerV4, wrong_checksums) {
  EXPECT_EQ(answered("alive wrong-checksum"), hex_bytes(reply_header + "0000cb63 abcd0102" + payload_text));
  EXPECT_EQ(answered("alive wrong-ip-checksum"),
            hex_bytes("4500003400000000 4001aa51 0a010007 c6120001" + reply_message));
}

TEST(AnswerV4, error_quotes_the_whole_probe) {
  EXPECT_EQ(answered("error 3/1 from 198.18.9.1"),
            hex_bytes("4500005000000000 4001e586 c6120901 c6120001 0301fcfe 00000000" + probe));
}

TEST(AnswerV4, short_quotes) {
  EXPECT_EQ(
      answered("error 3/13 from 198.18.9.1 quote 8"),
      hex_bytes("4500003800000000 4001e59e c6120901 c6120001 030d8486 00000000" + v4_header + "0800c39c abcd0102"));
  EXPECT_EQ(answered("error 3/13 from 198.18.9.1 quote 28"),
            hex_bytes("4500004c00000000 4001e58a c6120901 c6120001 030da79f 00000000" + v4_header +
                      "0800c39c abcd0102" + payload_text.substr(0, 40)));
}

TEST(AnswerV4, quote_of_a_long_probe_ends_at_576_bytes_or_where_it_is_said) {
  Bytes long_probe = hex_bytes("450003e800004000 400166fa c6120001 0a010007 0800f52c 00010001");
  long_probe.resize(1000);
  const EchoProbe read = read_probe(long_probe).value();
  Bytes out;
  build_answer(read, answer_of("10.1.0.0/16 error 3/1").shape, Address::v4(0xC6120901), {}, out);
  EXPECT_EQ(out.size(), 576U);
  build_answer(read, answer_of("10.1.0.0/16 error 3/1 quote 548").shape, Address::v4(0xC6120901), {}, out);
  EXPECT_EQ(out.size(), 20U + 8 + 20 + 548);
}

TEST(AnswerV4, quoted_header_with_options) {
  EXPECT_EQ(answered("error 11/0 from 198.18.9.1 quote-options 8 quote 8"),
            hex_bytes("4500004000000000 4001e596 c6120901 c6120001 0b007c93 00000000"
                      "4700003c00004000 400164a2 c6120001 0a010007 0101010101010101 0800c39c abcd0102"));
}

TEST(AnswerV4, quoted_destination_forged) {
  EXPECT_EQ(answered("error 3/1 from 198.18.9.1 quote 8 forge destination 10.9.9.9"),
            hex_bytes("4500003800000000 4001e59e c6120901 c6120001 03018492 00000000"
                      "4500003400004000 400161a4 c6120001 0a090909 0800c39c abcd0102"));
}

TEST(AnswerV4, next_mtu_and_gateway) {
  EXPECT_EQ(
      answered("error 3/4 from 198.18.9.1 quote 8"),
      hex_bytes("4500003800000000 4001e59e c6120901 c6120001 03047f8f 00000500" + v4_header + "0800c39c abcd0102"));
  EXPECT_EQ(
      answered("error 5/1 from 198.18.9.1 quote 8"),
      hex_bytes("4500003800000000 4001e59e c6120901 c6120001 0501b37e c6120901" + v4_header + "0800c39c abcd0102"));
}

TEST(AnswerV4, extension_behind_a_quote_of_128_bytes) {
  EXPECT_EQ(answered("error 11/0 from 198.18.9.1 extension"),
            hex_bytes("450000a800000000 4001e52e c6120901 c6120001 0b00f4df 00200000" + probe + std::string(152, '0') +
                      "2000ddb6 00080101 00000140"));
}

}  // namespace
}  // namespace ringsweep::tun::testing
