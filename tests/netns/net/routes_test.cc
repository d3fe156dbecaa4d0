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
