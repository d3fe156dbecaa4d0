#include "ringsweep/net/neighbour_limits.h"

#include "netns/net/own_proc.h"

namespace ringsweep::testing {
namespace {

class NeighbourLimitsText : public OwnProc {
 protected:
  NeighbourLimits read() { return read_neighbour_limits(proc_.string()); }
};

TEST_F(NeighbourLimitsText, are_the_settings_and_the_entries_of_the_whole_kernel) {
  write("sys/net/ipv4/neigh/default/gc_thresh3", "8192\n");
  write("sys/net/ipv6/neigh/default/gc_thresh3", "2048\n");
  // Hexadecimal, and each processor's line has the whole number of entries.
  write("net/stat/arp_cache",
        "entries  allocs table_fulls\n000003fe  00000001 0000000a\n000003fe  00000001 00000010\n");
  write("net/stat/ndisc_cache", "entries  allocs table_fulls\n00000011  00000001 00000000\n");
  EXPECT_EQ(read().gc_thresh3_v4, 8192U);
  EXPECT_EQ(read().used_v4, 1022U);
  EXPECT_EQ(read().gc_thresh3_v6, 2048U);
  EXPECT_EQ(read().used_v6, 17U);
}

TEST_F(NeighbourLimitsText, are_the_defaults_of_the_kernel_where_it_does_not_tell) {
  EXPECT_EQ(read().gc_thresh3_v4, 1024U);
  EXPECT_EQ(read().used_v4, 0U);
  EXPECT_EQ(read().gc_thresh3_v6, 1024U);
  EXPECT_EQ(read().used_v6, 0U);
  write("sys/net/ipv4/neigh/default/gc_thresh3", "many\n");
  write("net/stat/arp_cache", "entries  allocs\n");
  EXPECT_EQ(read().gc_thresh3_v4, 1024U);
  EXPECT_EQ(read().used_v4, 0U);
}

}  // namespace
}  // namespace ringsweep::testing
