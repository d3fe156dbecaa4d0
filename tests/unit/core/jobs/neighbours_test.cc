#include "ringsweep/core/jobs/neighbours.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

using Range = std::pair<Address, Address>;

Range v4(std::uint32_t first, std::uint32_t last) {
  return {Address::v4(first), Address::v4(last)};
}

OnLinkPrefixes prefixes_of(const std::vector<Range>& ranges) {
  OnLinkPrefixes prefixes;
  for (const auto& [first, last] : ranges) prefixes.add(first, last);
  prefixes.sort();
  return prefixes;
}

TEST(OnLinkPrefixes, hold_nothing_at_first) {
  OnLinkPrefixes prefixes;
  EXPECT_TRUE(prefixes.empty());
  prefixes.sort();
  EXPECT_TRUE(prefixes.empty());
  EXPECT_FALSE(prefixes.contains(Address::v4(0)));
  EXPECT_FALSE(prefixes.contains(Address::v6(0, 0)));
}

TEST(OnLinkPrefixes, contain_their_first_and_last_address_and_nothing_beside) {
  const OnLinkPrefixes prefixes = prefixes_of({v4(0xc6130500, 0xc61305ff), v4(0xc6130700, 0xc61307ff)});
  for (const std::uint32_t inside : {0xc6130500U, 0xc6130501U, 0xc61305ffU, 0xc6130700U, 0xc61307ffU}) {
    EXPECT_TRUE(prefixes.contains(Address::v4(inside))) << std::hex << inside;
  }
  for (const std::uint32_t outside : {0U, 0xc61304ffU, 0xc6130600U, 0xc61306ffU, 0xc6130800U, 0xffffffffU}) {
    EXPECT_FALSE(prefixes.contains(Address::v4(outside))) << std::hex << outside;
  }
}

TEST(OnLinkPrefixes, one_inside_another_does_not_hide_the_rest_of_it) {
  // A /16 with a /24 and a host in it, unordered.
  const OnLinkPrefixes prefixes =
      prefixes_of({v4(0xc6130505, 0xc6130505), v4(0xc6130000, 0xc613ffff), v4(0xc6130500, 0xc61305ff)});
  EXPECT_TRUE(prefixes.contains(Address::v4(0xc6130000)));
  EXPECT_TRUE(prefixes.contains(Address::v4(0xc6130505)));
  EXPECT_TRUE(prefixes.contains(Address::v4(0xc6130506)));
  EXPECT_TRUE(prefixes.contains(Address::v4(0xc613ffff)));
  EXPECT_FALSE(prefixes.contains(Address::v4(0xc6140000)));
  EXPECT_EQ(prefixes.ranges(), std::vector{v4(0xc6130000, 0xc613ffff)});
}

TEST(OnLinkPrefixes, overlapping_and_equal_ones_become_one) {
  const OnLinkPrefixes prefixes = prefixes_of({v4(20, 30), v4(10, 20), v4(10, 20), v4(25, 40), v4(50, 60)});
  EXPECT_EQ(prefixes.ranges(), (std::vector{v4(10, 40), v4(50, 60)}));
  EXPECT_TRUE(prefixes.contains(Address::v4(40)));
  EXPECT_FALSE(prefixes.contains(Address::v4(41)));
}

TEST(OnLinkPrefixes, all_of_one_family_is_nothing_of_the_other) {
  const OnLinkPrefixes all_v4 = prefixes_of({v4(0, 0xffffffff)});
  EXPECT_TRUE(all_v4.contains(Address::v4(0)));
  EXPECT_TRUE(all_v4.contains(Address::v4(0xffffffff)));
  EXPECT_FALSE(all_v4.contains(Address::v6(0, 0)));
  EXPECT_FALSE(all_v4.contains(Address::v6(0, 0xc6130505)));

  const OnLinkPrefixes all_v6 = prefixes_of({{Address::v6(0, 0), Address::v6(~0ULL, ~0ULL)}});
  EXPECT_TRUE(all_v6.contains(Address::v6(0, 5)));
  EXPECT_FALSE(all_v6.contains(Address::v4(5)));

  const OnLinkPrefixes both =
      prefixes_of({{Address::v6(0, 0), Address::v6(~0ULL, ~0ULL)}, v4(0, 0xffffffff), v4(10, 20)});
  EXPECT_EQ(both.ranges().size(), 2U);
  EXPECT_TRUE(both.contains(Address::v4(0xffffffff)));
  EXPECT_TRUE(both.contains(Address::v6(0, 0)));
}

TEST(OnLinkPrefixes, an_address_is_on_link_on_whichever_interface) {
  // fe80::/64 on interface 3.
  const OnLinkPrefixes prefixes =
      prefixes_of({{Address::v6(0xfe80000000000000, 0, 3), Address::v6(0xfe80000000000000, ~0ULL, 3)},
                   {Address::v6(0xfe80000000000000, 0), Address::v6(0xfe80000000000000, ~0ULL)}});
  EXPECT_EQ(prefixes.ranges().size(), 1U);
  for (const std::uint32_t zone : {0U, 2U, 3U, 4U}) {
    EXPECT_TRUE(prefixes.contains(Address::v6(0xfe80000000000000, 0, zone))) << zone;
    EXPECT_TRUE(prefixes.contains(Address::v6(0xfe80000000000000, ~0ULL, zone))) << zone;
    EXPECT_FALSE(prefixes.contains(Address::v6(0xfe80000000000001, 0, zone))) << zone;
  }
}

}  // namespace
}  // namespace ringsweep
