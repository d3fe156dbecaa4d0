#include "ringsweep/output/ping/packet_bytes.h"

#include <gtest/gtest.h>

#include "support/hex_bytes.h"

namespace ringsweep {
namespace {

using testing::hex_bytes;

TEST(AnnotatedBytes, an_echo_request_without_data_has_five_fields) {
  EXPECT_EQ(annotated_echo(Family::v4, hex_bytes("0800 f7fd 0001 0001"), {}),
            "    08                       type 8: echo request\n"
            "    00                       code 0\n"
            "    f7 fd                    checksum of the whole message\n"
            "    00 01                    identifier 1\n"
            "    00 01                    sequence number 1\n");
}

TEST(AnnotatedBytes, data_too_short_for_a_time_counts_from_its_first_byte) {
  const std::string text =
      annotated_echo(Family::v6, hex_bytes("8100 0000 0001 ffff 000102030405060708"), {.own_data_bytes = 9});
  EXPECT_NE(text.find("    81                       type 129: echo reply\n"), std::string::npos) << text;
  EXPECT_NE(text.find("    ff ff                    sequence number 65535\n"
                      "    00 01 02 03 04 05 06 07  data: each byte holds its position\n"
                      "    08\n"),
            std::string::npos)
      << text;
}

TEST(AnnotatedBytes, long_data_is_cut_and_counted) {
  std::vector<std::byte> message = hex_bytes("0800 0000 0000 0001");
  for (int i = 0; i < 100; ++i) message.push_back(std::byte{0xaa});
  const std::string text = annotated_echo(
      Family::v4, message, {.kernel_gives_identifier = true, .kernel_gives_checksum = true, .own_data_bytes = 100});
  EXPECT_NE(text.find("data: the pattern of -p\n"), std::string::npos) << text;
  // The time takes 16 bytes, and 64 more are shown.
  EXPECT_NE(text.find("    ...                      and 20 more bytes\n"), std::string::npos) << text;
}

TEST(AnnotatedBytes, a_received_ipv4_header_tells_what_the_routers_left) {
  EXPECT_EQ(annotated_v4_header(hex_bytes("4500 0054 9efa 4000 3901 ddac 0a010203 c6120001")),
            "    45                       version 4, header of 5 words of 4 bytes\n"
            "    00                       type of service 0\n"
            "    00 54                    total length 84\n"
            "    9e fa                    identification: joins the fragments of a packet\n"
            "    40 00                    flags: don't fragment; fragment offset 0\n"
            "    39                       time to live 57: what the routers left\n"
            "    01                       protocol 1\n"
            "    dd ac                    checksum of the header\n"
            "    0a 01 02 03              source 10.1.2.3\n"
            "    c6 12 00 01              destination 198.18.0.1\n");
}

TEST(AnnotatedBytes, what_the_kernel_chooses_is_no_number) {
  const ExpectedIpHeader header{.source = Address::v6(0xfd77ULL << 48, 1),
                                .destination = Address::v6(0xfd77ULL << 48, 2)};
  EXPECT_EQ(annotated(header),
            "    6? ?? ?? ??              version 6, traffic class 0, flow label chosen by the kernel\n"
            "    00 40                    64 bytes follow\n"
            "    3a                       next header 58: ICMPv6\n"
            "    ??                       hop limit of the route: each router subtracts one\n"
            "    fd 77 00 00 00 00 00 00  source fd77::1\n"
            "    00 00 00 00 00 00 00 01\n"
            "    fd 77 00 00 00 00 00 00  destination fd77::2\n"
            "    00 00 00 00 00 00 00 02\n");
}

TEST(AnnotatedBytes, data_that_is_not_the_probes_has_no_meaning) {
  const std::vector<std::byte> message = hex_bytes("0000 0000 0001 0001 ffff ffff ffff ffff 0102 0304 0506 0708 10");
  EXPECT_NE(annotated_echo(Family::v4, message, {})
                .find("    ff ff ff ff ff ff ff ff  data: differs from the probe's\n"
                      "    01 02 03 04 05 06 07 08\n"
                      "    10\n"),
            std::string::npos);
}

TEST(AnnotatedBytes, data_behind_the_probes_own_is_told_apart) {
  EXPECT_NE(annotated_echo(Family::v4, hex_bytes("0000 0000 0001 0001 0001 ffff"), {.own_data_bytes = 2})
                .find("    00 01                    data: each byte holds its position\n"
                      "    ff ff                    data: beyond that of the probe\n"),
            std::string::npos);
}

TEST(AnnotatedBytes, a_header_that_may_be_a_fragments_has_no_length_and_no_flags) {
  const ExpectedIpHeader header{.source = Address::v4(0x0a000001),
                                .destination = Address::v4(0xe0000001),
                                .payload_bytes = 3008,
                                .ttl = 1,
                                .dont_fragment = true,
                                .may_be_fragments = true};
  EXPECT_EQ(
      annotated(header),
      "    45                       version 4, header of 5 words of 4 bytes\n"
      "    00                       type of service 0\n"
      "    ?? ??                    total length 3028: 20 + 8 of ICMP header + 3000 of data, or that of a fragment\n"
      "    ?? ??                    identification, chosen by the kernel: joins the fragments of a packet\n"
      "    ?? ??                    flags and fragment offset, of the packet or of a fragment\n"
      "    01                       time to live 1: each router subtracts one\n"
      "    01                       protocol 1: ICMP\n"
      "    ?? ??                    checksum of these 20 bytes\n"
      "    0a 00 00 01              source 10.0.0.1\n"
      "    e0 00 00 01              destination 224.0.0.1\n");
}

TEST(ChecksumText, shows_the_carry_that_is_added) {
  // 0x0800 + 0x0001 + 0xffff = 0x10800, with the carry 0x0801.
  EXPECT_NE(
      checksum_text(hex_bytes("0800 f7fe 0001 ffff"))
          .find(
              "adds up to 0x10800. Adding what exceeds 16 bits to the rest gives 0x0801, and inverting all bits gives 0xf7fe."),
      std::string::npos);
}

TEST(IndentedParagraph, breaks_between_words_only) {
  EXPECT_EQ(indented_paragraph("one two"), "    one two\n");
  const std::string long_word(97, 'x');
  EXPECT_EQ(indented_paragraph("a " + long_word + " b"), "    a\n    " + long_word + "\n    b\n");
}

}  // namespace
}  // namespace ringsweep
