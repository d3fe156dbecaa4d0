#include "ringsweep/base/limits.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

// As SO_MEMINFO shows them for echo replies with so much payload (Linux 6.18).
TEST(Limits, a_packet_is_charged_what_the_kernel_charges) {
  EXPECT_EQ(packet_charge_bytes(24), 832U);
  EXPECT_EQ(packet_charge_bytes(56), 832U);
  EXPECT_EQ(packet_charge_bytes(200), 1'280U);
  EXPECT_EQ(packet_charge_bytes(576), 1'280U);
  EXPECT_EQ(packet_charge_bytes(700), 2'304U);
  EXPECT_EQ(packet_charge_bytes(1'400), 2'304U);
  EXPECT_EQ(packet_charge_bytes(3'000), 4'352U);
  EXPECT_EQ(packet_charge_bytes(8'000), 16'640U);
}

}  // namespace
}  // namespace ringsweep
