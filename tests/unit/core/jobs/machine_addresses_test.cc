#include "ringsweep/core/jobs/machine_addresses.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

TEST(MachineAddresses, only_our_own_broadcast_addresses_are_skipped) {
  MachineAddresses machine;
  machine.add_broadcast(Address::v4(0xc6120fff));
  machine.add_broadcast(Address::v4(0x7fffffff));
  machine.sort();
  EXPECT_EQ(machine.skip_reason(Address::v4(0x7fffffff)), Reason::broadcast);
  EXPECT_EQ(machine.skip_reason(Address::v4(0xc6120fff)), Reason::broadcast);
  EXPECT_EQ(machine.skip_reason(Address::v4(0xffffffff)), Reason::broadcast);
  // Others' network and broadcast addresses are ordinary targets (field bug 25).
  EXPECT_EQ(machine.skip_reason(Address::v4(0x0a0000ff)), std::nullopt);
  EXPECT_EQ(machine.skip_reason(Address::v4(0x0a000000)), std::nullopt);
}

TEST(MachineAddresses, multicast_and_unspecified_are_skipped_in_both_families) {
  const MachineAddresses machine;
  EXPECT_EQ(machine.skip_reason(Address::v4(0)), Reason::unspecified);
  EXPECT_EQ(machine.skip_reason(Address::v6(0, 0)), Reason::unspecified);
  EXPECT_EQ(machine.skip_reason(Address::v4(0xe0000001)), Reason::multicast);
  EXPECT_EQ(machine.skip_reason(Address::v4(0xefffffff)), Reason::multicast);
  EXPECT_EQ(machine.skip_reason(Address::v6(0xff02000000000000, 1)), Reason::multicast);
  EXPECT_EQ(machine.skip_reason(Address::v4(0xf0000001)), std::nullopt);
}

TEST(MachineAddresses, own_ranges_match_by_family_and_ignore_the_zone) {
  MachineAddresses machine;
  machine.add_own(Address::v4(0x7f000000), Address::v4(0x7fffffff));
  machine.add_own(Address::v6(0xfe80000000000000, 1), Address::v6(0xfe80000000000000, 1));
  machine.sort();
  EXPECT_TRUE(machine.is_own(Address::v4(0x7f123456)));
  EXPECT_FALSE(machine.is_own(Address::v4(0x80000000)));
  EXPECT_TRUE(machine.is_own(Address::v6(0xfe80000000000000, 1, 4)));
  EXPECT_FALSE(machine.is_own(Address::v6(0, 0x7f000001)));
}

}  // namespace
}  // namespace ringsweep
