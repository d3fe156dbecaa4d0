#include "ringsweep/core/targets/private_networks.h"

#include <gtest/gtest.h>

#include "ringsweep/base/limits.h"

namespace ringsweep {
namespace {

std::string public_of(const std::vector<std::string>& specs) {
  TargetSetBuilder builder({default_max_targets, true, true, {}});
  for (const std::string& spec : specs) builder.add(spec, "test");
  return public_range_of(builder.build()).value_or("none");
}

TEST(PrivateNetworks, private_loopback_and_link_local_networks_are_private) {
  EXPECT_EQ(public_of({"10.0.0.0/8"}), "none");
  EXPECT_EQ(public_of({"127.0.0.1", "169.254.0.0/16", "172.16.0.0/12", "192.168.255.255"}), "none");
  EXPECT_EQ(public_of({"::1", "fd00::/112", "fe80::1%2", "fc00::1"}), "none");
}

TEST(PrivateNetworks, the_addresses_beside_them_are_not) {
  EXPECT_EQ(public_of({"9.255.255.255"}), "0.0.0.0 to 9.255.255.255");
  EXPECT_EQ(public_of({"11.0.0.0"}), "11.0.0.0 to 126.255.255.255");
  EXPECT_EQ(public_of({"172.15.255.255"}), "169.255.0.0 to 172.15.255.255");
  EXPECT_EQ(public_of({"172.32.0.0"}), "172.32.0.0 to 192.167.255.255");
  EXPECT_EQ(public_of({"10.0.0.1", "192.169.0.0"}), "192.169.0.0 to 255.255.255.255");
  EXPECT_EQ(public_of({"2001:db8::1"}), "::2 to fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(public_of({"fec0::1"}), "fec0:: to ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(PrivateNetworks, a_single_address_is_told_in_any_zone) {
  EXPECT_TRUE(is_private(Address::v4(0x0a000001)));
  EXPECT_FALSE(is_private(Address::v4(0x08080808)));
  EXPECT_TRUE(is_private(Address::v6(0xfe80000000000000, 1, 7)));
  EXPECT_FALSE(is_private(Address::v6(0x20010db800000000, 1)));
}

}  // namespace
}  // namespace ringsweep
