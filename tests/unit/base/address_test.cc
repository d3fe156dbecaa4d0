#include "ringsweep/base/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace ringsweep {
namespace {

ZoneNames two_interfaces() {
  ZoneNames zones;
  zones.add(2, "eth0");
  zones.add(17, "br-lan");
  return zones;
}

TEST(AddressText, v4_is_a_dotted_quad) {
  const struct {
    const char* text;
    std::uint32_t value;
  } cases[] = {
      {"0.0.0.0", 0},
      {"1.2.3.4", 0x01020304},
      {"10.0.0.255", 0x0a0000ff},
      {"127.0.0.1", 0x7f000001},
      {"192.168.99.100", 0xc0a86364},
      {"255.255.255.255", 0xffffffff},
  };
  for (const auto& [text, value] : cases) {
    EXPECT_EQ(parse_address(text), Address::v4(value)) << text;
    EXPECT_EQ(parse_v4(text), value) << text;
    EXPECT_EQ(to_text(Address::v4(value)), text);
  }
}

// field bug 26
TEST(AddressText, v4_is_strict) {
  for (const char* text :
       {"",         " ",         "1",          "1.2",      "10.0.0",   "1.2.3.",     ".1.2.3",       "1..2.3",
        "1.2.3.4.", "1.2.3.4.5", "010.0.0.1",  "1.2.3.04", "00.0.0.0", "1.2.3.256",  "1.2.3.1000",   "1.2.3.4294967297",
        "1.2.3.-4", "1.2.3.+4",  "0x1.2.3.4",  "1.2.3.4 ", " 1.2.3.4", "1.2.3.4/24", "1.2.3.4%eth0", "1.2.3.4%2",
        "1,2,3,4",  "a.b.c.d",   "2130706433", "1.2.3.4\n"}) {
    EXPECT_EQ(parse_address(text, two_interfaces()), std::nullopt) << text;
    EXPECT_EQ(parse_v4(text), std::nullopt) << text;
  }
}

TEST(AddressText, v6_takes_every_form_of_rfc_4291_and_prints_rfc_5952) {
  const struct {
    const char* text;
    std::uint64_t high, low;
    const char* canonical;
  } cases[] = {
      {"::", 0, 0, "::"},
      {"::1", 0, 1, "::1"},
      {"1::", 0x0001'0000'0000'0000, 0, "1::"},
      {"0:0:0:0:0:0:0:0", 0, 0, "::"},
      {"0000:0000:0000:0000:0000:0000:0000:0001", 0, 1, "::1"},
      {"2001:DB8::8:800:200C:417A", 0x2001'0db8'0000'0000, 0x0008'0800'200c'417a, "2001:db8::8:800:200c:417a"},
      {"2001:db8:0:0:8:800:200c:417a", 0x2001'0db8'0000'0000, 0x0008'0800'200c'417a, "2001:db8::8:800:200c:417a"},
      {"FF01::101", 0xff01'0000'0000'0000, 0x101, "ff01::101"},
      {"2001:0db8::0001", 0x2001'0db8'0000'0000, 1, "2001:db8::1"},
      {"2001:db8:0:1:1:1:1:1", 0x2001'0db8'0000'0001, 0x0001'0001'0001'0001, "2001:db8:0:1:1:1:1:1"},
      {"2001:db8::1:1:1:1:1", 0x2001'0db8'0000'0001, 0x0001'0001'0001'0001, "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", 0x2001'0000'0000'0001, 1, "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", 0x2001'0db8'0000'0000, 0x0001'0000'0000'0001, "2001:db8::1:0:0:1"},
      {"1:0:0:2:2:0:0:0", 0x0001'0000'0000'0002, 0x0002'0000'0000'0000, "1:0:0:2:2::"},
      {"1:2:3:4:5:6:7::", 0x0001'0002'0003'0004, 0x0005'0006'0007'0000, "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", 0x0000'0002'0003'0004, 0x0005'0006'0007'0008, "0:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7:8", 0x0001'0002'0003'0004, 0x0005'0006'0007'0008, "1:2:3:4:5:6:7:8"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ~0ULL, ~0ULL, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"::ffff:1.2.3.4", 0, 0xffff'0102'0304, "::ffff:1.2.3.4"},
      {"::FFFF:102:304", 0, 0xffff'0102'0304, "::ffff:1.2.3.4"},
      {"0:0:0:0:0:ffff:129.144.52.38", 0, 0xffff'8190'3426, "::ffff:129.144.52.38"},
      {"::13.1.68.3", 0, 0x0d01'4403, "::d01:4403"},
      {"64:ff9b::192.0.2.33", 0x0064'ff9b'0000'0000, 0xc000'0221, "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:7.8.9.10", 0x0001'0002'0003'0004, 0x0005'0006'0708'090a, "1:2:3:4:5:6:708:90a"},
      {"fe80::abcd:0:10", 0xfe80'0000'0000'0000, 0xabcd'0000'0010, "fe80::abcd:0:10"},
  };
  for (const auto& [text, high, low, canonical] : cases) {
    EXPECT_EQ(parse_address(text), Address::v6(high, low)) << text;
    EXPECT_EQ(to_text(Address::v6(high, low)), canonical);
  }
}

TEST(AddressText, v6_is_strict) {
  for (const char* text : {":",
                           ":::",
                           "1",
                           "1:2",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "1:2:3:4::5:6:7:8",
                           "::1:2:3:4:5:6:7:8",
                           "1:2:3:4:5:6:7:8::",
                           "1:",
                           ":1",
                           "1:2:3:4:5:6:7:",
                           ":2:3:4:5:6:7:8",
                           "::12345",
                           "::g",
                           "::-1",
                           "::0x1",
                           "::1 ",
                           " ::1",
                           "[::1]",
                           "::1/64",
                           "::1.2.3",
                           "::1.2.3.256",
                           "::1.2.3.04",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:8.9.10.11",
                           "1.2.3.4::",
                           "::1%",
                           "::1%eth9",
                           "::1%0",
                           "::1%02",
                           "::1%-2",
                           "::1%4294967296",
                           "::1%eth0%eth0"}) {
    EXPECT_EQ(parse_address(text, two_interfaces()), std::nullopt) << text;
  }
}

TEST(AddressText, a_zone_is_a_known_name_or_a_number) {
  const ZoneNames zones = two_interfaces();
  const std::uint64_t fe80 = 0xfe80'0000'0000'0000;
  EXPECT_EQ(parse_address("fe80::1%eth0", zones), Address::v6(fe80, 1, 2));
  EXPECT_EQ(parse_address("fe80::1%br-lan", zones), Address::v6(fe80, 1, 17));
  EXPECT_EQ(parse_address("fe80::1%3", zones), Address::v6(fe80, 1, 3));
  EXPECT_EQ(parse_address("fe80::1%3"), Address::v6(fe80, 1, 3));
  EXPECT_EQ(parse_address("fe80::1%eth0"), std::nullopt);
  EXPECT_EQ(to_text(Address::v6(fe80, 1, 2), zones), "fe80::1%eth0");
  EXPECT_EQ(to_text(Address::v6(fe80, 1, 3), zones), "fe80::1%3");
  EXPECT_EQ(to_text(Address::v6(fe80, 1, 2)), "fe80::1%2");
}

TEST(AddressText, the_longest_text_fits) {
  ZoneNames zones;
  zones.add(5, "fifteen-letters");
  std::array<char, max_address_text> out;
  const std::size_t size = format_address(Address::v6(~0ULL, ~0ULL, 5), out.data(), zones);
  EXPECT_EQ(std::string(out.data(), size), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%fifteen-letters");
  EXPECT_LE(size, max_address_text);
  EXPECT_EQ(to_text(Address::v6(1, 0, 4294967295)), "0:0:0:1::%4294967295");
}

TEST(AddressText, none_is_empty) {
  EXPECT_EQ(to_text(Address()), "");
  EXPECT_TRUE(Address().is_none());
}

TEST(AddressText, a_refused_text_has_a_precise_reason) {
  const struct {
    const char* text;
    const char* reason;
  } cases[] = {
      {"", "it is empty"},
      {"10.0.0", "it is not four numbers with dots between them"},
      {"10.0.0.256", "'256' is over 255"},
      {"10.0.0.4294967297", "'4294967297' is over 255"},
      {"010.0.0.1", "'010' has a leading zero"},
      {"10.0..1", "'' is not a number from 0 to 255"},
      {"10.0.0.x", "'x' is not a number from 0 to 255"},
      {"10.0.0.1%2", "it has a zone, which only IPv6 has"},
      {"fe80::1%eth9", "'eth9' is no interface of this machine"},
      {"1::2::3", "it has '::' twice"},
      {"::12345", "'12345' is longer than four hexadecimal digits"},
      {"::g", "'g' is not a group of hexadecimal digits"},
      {"1:2", "it has fewer than eight groups and no '::'"},
      {"1:2:3:4::5:6:7:8", "it has eight groups and '::'"},
      {"1:2:3:4:5:6:7:8:9", "it has more than eight groups"},
      {":1", "it begins with a single ':'"},
      {"1:", "it ends with a single ':'"},
      {"::1.2.3.256", "'256' is over 255"},
      {"10.0.0.1", ""},
      {"::1", ""},
  };
  for (const auto& [text, reason] : cases) EXPECT_EQ(why_not_address(text), reason) << text;
}

TEST(Address, bytes_are_in_network_order) {
  const std::array<unsigned char, 16> bytes = {0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xff};
  const Address address = Address::v6_from_bytes(bytes.data(), 7);
  EXPECT_EQ(address, Address::v6(0x2001'0db8'0102'0304, 0x0506'0708'090a'0bff, 7));
  std::array<unsigned char, 16> back{};
  address.to_v6_bytes(back.data());
  EXPECT_EQ(back, bytes);
}

TEST(Address, v4_comes_before_v6_then_number_then_zone) {
  const std::vector<Address> in_order = {
      Address(),         Address::v4(0),        Address::v4(0xffffffff), Address::v6(0, 0), Address::v6(0, 0, 1),
      Address::v6(0, 1), Address::v6(0, ~0ULL), Address::v6(1, 0),
  };
  std::vector<Address> shuffled(in_order.rbegin(), in_order.rend());
  std::sort(shuffled.begin(), shuffled.end());
  EXPECT_EQ(shuffled, in_order);
  EXPECT_NE(Address::v4(1), Address::v6(0, 1));
}

TEST(Address, multicast_unspecified_and_link_local_are_known_by_their_prefix) {
  const auto of = [](const char* text) { return *parse_address(text); };
  for (const char* text : {"224.0.0.0", "239.255.255.255", "ff00::", "ff02::1"}) {
    EXPECT_TRUE(of(text).is_multicast()) << text;
  }
  for (const char* text : {"223.255.255.255", "240.0.0.0", "255.255.255.255", "feff::1", "::ffff:224.0.0.1"}) {
    EXPECT_FALSE(of(text).is_multicast()) << text;
  }
  for (const char* text : {"0.0.0.0", "::"}) EXPECT_TRUE(of(text).is_unspecified()) << text;
  for (const char* text : {"0.0.0.1", "::1", "1::"}) EXPECT_FALSE(of(text).is_unspecified()) << text;
  for (const char* text : {"169.254.0.0", "169.254.255.255", "fe80::", "febf:ffff::1"}) {
    EXPECT_TRUE(of(text).is_link_local()) << text;
  }
  for (const char* text : {"169.253.255.255", "169.255.0.0", "fec0::", "fe7f::1"}) {
    EXPECT_FALSE(of(text).is_link_local()) << text;
  }
  EXPECT_FALSE(Address().is_multicast());
  EXPECT_FALSE(Address().is_unspecified());
  EXPECT_FALSE(Address().is_link_local());
}

}  // namespace
}  // namespace ringsweep
