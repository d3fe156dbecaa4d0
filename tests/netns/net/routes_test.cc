#include "ringsweep/net/routes.h"

#include <gtest/gtest.h>

#include "netns/net/lab_namespace.h"

namespace ringsweep::testing {
namespace {

// field-bugs 25
TEST(MachineAddressesRead, broadcast_addresses_are_those_of_our_own_networks_alone) {
  NEEDS_LAB();
  const MachineAddresses machine = read_machine_addresses();
  EXPECT_TRUE(machine.is_broadcast(v4("127.255.255.255")));
  EXPECT_TRUE(machine.is_broadcast(v4("198.19.5.255")));
  EXPECT_FALSE(machine.is_broadcast(v4("198.19.5.1")));
  EXPECT_FALSE(machine.is_broadcast(v4("198.19.6.255"))) << "others' are ordinary addresses";
  EXPECT_FALSE(machine.is_broadcast(v4("10.0.0.255")));
}

TEST(MachineAddressesRead, own_addresses_are_whole_local_prefixes_of_both_families) {
  NEEDS_LAB();
  const MachineAddresses machine = read_machine_addresses();
  for (const char* own :
       {"127.0.0.1", "127.3.2.1", "198.19.5.1", "198.18.0.0", "198.18.255.255", "::1", "fd77::1", "fd77:0:9::5"}) {
    EXPECT_TRUE(machine.is_own(*parse_address(own))) << own;
  }
  for (const char* other : {"126.255.255.255", "198.19.5.2", "198.19.0.0", "::2", "fd78::2", "203.0.113.1"}) {
    EXPECT_FALSE(machine.is_own(*parse_address(other))) << other;
  }
}

TEST(MachineAddressesRead, a_local_default_route_of_a_transparent_proxy_makes_no_address_our_own) {
  NEEDS_LAB();
  ASSERT_TRUE(feed("ip -batch -", R"(
route add local default dev lo table 100
route add local ::/0 dev lo table 2004
route add local 203.0.113.0/24 dev lo table main
)"));
  const MachineAddresses machine = read_machine_addresses();
  for (const char* other : {"198.19.5.2", "203.0.112.1", "fd78::2", "::2"}) {
    EXPECT_FALSE(machine.is_own(*parse_address(other))) << other;
  }
  for (const char* own : {"198.19.5.1", "203.0.113.1", "fd78::1"}) {
    EXPECT_TRUE(machine.is_own(*parse_address(own))) << own;
  }
  EXPECT_TRUE(feed("ip -batch -", R"(
route del local 203.0.113.0/24 dev lo table main
route del local ::/0 dev lo table 2004
route del local default dev lo table 100
)"));
}

TEST(MachineAddressesRead, addresses_in_a_vrf_are_our_own) {
  NEEDS_LAB();
  if (!feed("ip -batch -", "link add red type vrf table 77\n")) GTEST_SKIP() << "this kernel has no VRF";
  ASSERT_TRUE(feed("ip -batch -", R"(
link set red up
addr add 192.0.2.7/32 dev red
addr add 2001:db8::7/128 dev red nodad
)"));
  const MachineAddresses machine = read_machine_addresses();
  EXPECT_TRUE(machine.is_own(v4("192.0.2.7")));
  EXPECT_TRUE(machine.is_own(v6("2001:db8::7")));
  EXPECT_TRUE(feed("ip -batch -", "link del red\n"));
}

TEST(ZoneNamesRead, are_the_interfaces_of_this_namespace) {
  NEEDS_LAB();
  const ZoneNames zones = read_zone_names();
  EXPECT_EQ(zones.index_of("lo"), 1U);
  EXPECT_EQ(zones.name_of(1), "lo");
  EXPECT_EQ(zones.index_of("eth0"), std::nullopt);
  EXPECT_EQ(parse_address("fe80::1%lo", zones), Address::v6(0xfe80000000000000, 1, 1));
}

}  // namespace
}  // namespace ringsweep::testing
