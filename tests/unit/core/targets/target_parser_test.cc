#include "ringsweep/core/targets/target_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace ringsweep {
namespace {

constexpr std::uint64_t db8 = 0x2001'0db8'0000'0000;
constexpr std::uint64_t fe80 = 0xfe80'0000'0000'0000;

u128 v6(std::uint64_t high, std::uint64_t low) {
  return (static_cast<u128>(high) << 64) | low;
}

ZoneNames two_interfaces() {
  ZoneNames zones;
  zones.add(2, "eth0");
  zones.add(17, "br-lan");
  return zones;
}

std::string reason_of(std::string_view text) {
  const TargetSpec spec = parse_target(text);
  const auto* bad = std::get_if<BadTarget>(&spec);
  return bad != nullptr ? bad->reason : "it was taken";
}

TEST(TargetParser, takes_every_form_of_ipv4) {
  const struct {
    const char* text;
    std::uint32_t first, last;
  } cases[] = {
      {"10.0.0.1", 0x0a000001, 0x0a000001},
      {"0.0.0.0", 0, 0},
      {"10.0.0.0/24", 0x0a000000, 0x0a0000ff},
      {"10.0.0.77/24", 0x0a000000, 0x0a0000ff},  // host bits are cut
      {"10.1.2.3/15", 0x0a000000, 0x0a01ffff},   // field bug 25
      {"10.0.0.5/31", 0x0a000004, 0x0a000005},
      {"10.0.0.5/32", 0x0a000005, 0x0a000005},
      {"1.2.3.4/0", 0, 0xffffffff},
      {"10.0.0.1-254", 0x0a000001, 0x0a0000fe},  // field bug 26
      {"10.0.0.7-7", 0x0a000007, 0x0a000007},
      {"10.0.0.0-0", 0x0a000000, 0x0a000000},
      {"10.0.0.1-10.0.1.5", 0x0a000001, 0x0a000105},  // field bug 26
      {"0.0.0.0-255.255.255.255", 0, 0xffffffff},
  };
  for (const auto& [text, first, last] : cases) {
    EXPECT_EQ(parse_target(text), TargetSpec(TargetsV4{first, last})) << text;
  }
}

TEST(TargetParser, takes_every_form_of_ipv6) {
  const struct {
    const char* text;
    u128 first, last;
    std::uint32_t zone;
  } cases[] = {
      {"2001:db8::1", v6(db8, 1), v6(db8, 1), 0},
      {"2001:db8::/120", v6(db8, 0), v6(db8, 0xff), 0},
      {"2001:db8::ab/120", v6(db8, 0), v6(db8, 0xff), 0},
      {"2001:db8::/88", v6(db8, 0), v6(db8, 0xff'ffff'ffff), 0},  // field bug 25
      {"2001:db8::/64", v6(db8, 0), v6(db8, ~0ULL), 0},
      {"2001:db8::/32", v6(db8, 0), v6(0x2001'0db8'ffff'ffff, ~0ULL), 0},
      {"::1/128", v6(0, 1), v6(0, 1), 0},
      {"::/0", 0, v6(~0ULL, ~0ULL), 0},
      {"2001:db8::1-2001:db8::1:0", v6(db8, 1), v6(db8, 0x10000), 0},
      {"::ffff:10.0.0.1", v6(0, 0xffff'0a00'0001), v6(0, 0xffff'0a00'0001), 0},  // stays IPv6
      {"::ffff:10.0.0.0/120", v6(0, 0xffff'0a00'0000), v6(0, 0xffff'0a00'00ff), 0},
      {"fe80::1%eth0", v6(fe80, 1), v6(fe80, 1), 2},
      {"fe80::1%br-lan", v6(fe80, 1), v6(fe80, 1), 17},
      {"fe80::1%9", v6(fe80, 1), v6(fe80, 1), 9},
      {"fe80::%eth0/120", v6(fe80, 0), v6(fe80, 0xff), 2},
      {"fe80::1%eth0-fe80::9%eth0", v6(fe80, 1), v6(fe80, 9), 2},
      {"fe80::1%eth0-fe80::9", v6(fe80, 1), v6(fe80, 9), 2},
      {"fe80::1%br-lan-fe80::9%br-lan", v6(fe80, 1), v6(fe80, 9), 17},
      {"fe80::1%br-lan-fe80::9", v6(fe80, 1), v6(fe80, 9), 17},
      {"ff02::1%eth0", v6(0xff02'0000'0000'0000, 1), v6(0xff02'0000'0000'0000, 1), 2},
  };
  for (const auto& [text, first, last, zone] : cases) {
    EXPECT_EQ(parse_target(text, two_interfaces()), TargetSpec(TargetsV6{{first, last}, zone})) << text;
  }
}

TEST(TargetParser, takes_host_names) {
  const std::string label(63, 'a');
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  ASSERT_EQ(longest.size(), 253U);
  for (const std::string& text :
       {std::string("localhost"), std::string("a"), std::string("www.example.org"), std::string("www.example.org."),
        std::string("_dmarc.example.org"), std::string("my-host"), std::string("xn--bcher-kva.example"),
        std::string("1.2.3.x"), std::string("3com.com"), std::string("dead.beef"), std::string("10.0.0.1-x"),
        std::string("HOST"), label, longest, longest + "."}) {
    EXPECT_EQ(parse_target(text), TargetSpec(HostName{text})) << text;
  }
}

// field bug 26
TEST(TargetParser, a_bad_spec_has_a_precise_reason) {
  const std::string label(63, 'a');
  const struct {
    std::string text;
    const char* reason;
  } cases[] = {
      {"", "it is empty"},
      {"10.0.0.5-10.0.0.1", "the range ends before it begins"},
      {"10.0.0.5-1", "the range ends before it begins"},
      {"2001:db8::2-2001:db8::1", "the range ends before it begins"},
      {"10.0.0.0/33", "the prefix length 33 is over 32"},
      {"2001:db8::/129", "the prefix length 129 is over 128"},
      {"10.0.0.0/-1", "'-1' is not a prefix length from 0 to 32"},
      {"10.0.0.0/", "'' is not a prefix length from 0 to 32"},
      {"10.0.0.0/08", "'08' is not a prefix length from 0 to 32"},
      {"10.0.0.0/24/24", "'24/24' is not a prefix length from 0 to 32"},
      {"10.0.0.0/255.255.255.0", "'255.255.255.0' is not a prefix length from 0 to 32"},
      {"10.0.0.0/4294967320", "'4294967320' is not a prefix length from 0 to 32"},
      {"10.0.0.256", "'256' is over 255"},
      {"256", "it is not four numbers with dots between them"},
      {"10.0.0.1-256", "'256' is over 255"},
      {"10.0.0.1-99999999999999999999", "'99999999999999999999' is over 255"},
      {"10.0.0.1-010", "'010' has a leading zero"},
      {"010.0.0.1", "'010' has a leading zero"},
      {"010.0.0.0/8", "'010.0.0.0' before the '/': '010' has a leading zero"},
      {"10.0.0", "it is not four numbers with dots between them"},
      {"10/8", "'10' before the '/': it is not four numbers with dots between them"},
      {"10.0.0.1.", "it is not four numbers with dots between them"},
      {"10..0.1", "'' is not a number from 0 to 255"},
      {"1234567890", "it is not four numbers with dots between them"},
      {".", "it is not four numbers with dots between them"},
      {"-", "'' where the range begins: it is empty"},
      {"10.0.0.1-", "'' where the range ends: it is empty"},
      {"10-20", "'10' where the range begins: it is not four numbers with dots between them"},
      {"10.0.0.1-0.5", "'0.5' where the range ends: it is not four numbers with dots between them"},
      {"10.0.0.1-5-9", "'5-9' where the range ends: it is not four numbers with dots between them"},
      {"10.0.0.1-::1", "the range begins in IPv4 and ends in IPv6, or the reverse"},
      {"::1-10.0.0.1", "the range begins in IPv4 and ends in IPv6, or the reverse"},
      {"2001:db8::1-ff", "'ff' where the range ends: it is not four numbers with dots between them"},
      {"fe80::1%2-fe80::9%3", "the ends of the range have different zones"},
      {"2001:db8::1%2", "only link-local addresses (fe80::/10) take a zone"},
      {"fe80::%2/9", "only link-local addresses (fe80::/10) take a zone"},
      {"fe80::1%eth9", "'eth9' is no interface of this machine"},
      {"10.0.0.1%eth0", "it has a zone, which only IPv6 has"},
      {"[::1]", "an IPv6 address must be given without brackets"},
      {"10.0.0.1:80", "one ':' does not make an IPv6 address, and ping has no ports"},
      {"example.org:80", "one ':' does not make an IPv6 address, and ping has no ports"},
      {"2001:db8:::1", "'' is not a group of hexadecimal digits"},
      {"http://example.org/", "'http:' before the '/': 'http' is not a group of hexadecimal digits"},
      {"a b", "' ' cannot be part of an address or a host name"},
      {"10.0.0.1,10.0.0.2", "',' cannot be part of an address or a host name"},
      {"10.0.0.*", "'*' cannot be part of an address or a host name"},
      {"a@b", "'@' cannot be part of an address or a host name"},
      {"b\xc3\xbc.example", "an international host name must be given in its xn-- form"},
      {"--rate", "a host name cannot begin with '-'"},
      {"a..b", "there is nothing before or between its dots"},
      {".a", "there is nothing before or between its dots"},
      {"a..", "there is nothing before or between its dots"},
      {std::string(64, 'a'), "a part of a host name has at most 63 characters"},
      {label + "." + label + "." + label + "." + std::string(62, 'b'), "a host name has at most 253 characters"},
      {std::string(10'000, 'a'), "a target has at most 254 characters"},
  };
  for (const auto& [text, reason] : cases) EXPECT_EQ(reason_of(text), reason) << text;
}

TEST(TargetParser, text_of_digits_dots_and_slashes_is_never_a_host_name) {
  std::string text(5, '0');
  const std::string letters = "0129./-";
  for (const char a : letters) {
    for (const char b : letters) {
      for (const char c : letters) {
        for (const char d : letters) {
          for (const char e : letters) {
            text = {a, b, c, d, e};
            EXPECT_TRUE(std::holds_alternative<BadTarget>(parse_target(text))) << text;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace ringsweep
