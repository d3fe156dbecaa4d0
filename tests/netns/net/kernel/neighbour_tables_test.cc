#include "ringsweep/net/kernel/neighbour_tables.h"

#include <gtest/gtest.h>

#include "netns/net/two_hosts.h"
#include "ringsweep/net/kernel/local_counters.h"

namespace ringsweep::testing {
namespace {

TEST(NeighbourTablesRead, are_told_in_a_namespace_that_cannot_change_them) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts&) {
    const NeighbourTables tables = read_neighbour_tables();
    for (const NeighbourTable& table : {tables.v4, tables.v6}) {
      EXPECT_GE(table.size, 128U);
      // Three requests, a second apart: the veth pairs have shorter ones, the loopback device has the usual.
      EXPECT_EQ(table.asking_ns, 3 * ns_per_s);
      EXPECT_EQ(table.reachable_ns, 45 * ns_per_s);
    }
    EXPECT_EQ(LocalCounters::read().value("arp_table_fulls").has_value(), true);
    EXPECT_EQ(LocalCounters::read().value("ndisc_table_fulls").has_value(), true);
  });
}

TEST(NeighbourTablesRead, have_the_longest_times_of_all_devices) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts&) {
    set_sysctl("net/ipv4/neigh/near/retrans_time_ms", "5000");
    set_sysctl("net/ipv4/neigh/near/mcast_solicit", "4");
    set_sysctl("net/ipv6/neigh/near2/base_reachable_time_ms", "100000");
    const NeighbourTables tables = read_neighbour_tables();
    EXPECT_EQ(tables.v4.asking_ns, 20 * ns_per_s);
    EXPECT_EQ(tables.v4.reachable_ns, 45 * ns_per_s);
    EXPECT_EQ(tables.v6.asking_ns, 3 * ns_per_s);
    EXPECT_EQ(tables.v6.reachable_ns, 150 * ns_per_s);
  });
}

std::uint64_t entries_that_stay() {
  NeighbourTables tables = read_neighbour_tables();
  leave_out_spare_entries(tables);
  return tables.v4.entries;
}

TEST(NeighbourTablesRead, an_entry_that_the_kernel_gives_up_or_does_not_count_takes_no_room) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    // Other namespaces share the table, so that its numbers alone say little: 200 at once stand out.
    const std::uint64_t before = entries_that_stay();
    std::string fresh, permanent, failed;
    for (int host = 1; host <= 200; ++host) {
      const std::string entry = "neigh replace 198.19.41." + std::to_string(host) + " dev near2 ";
      fresh += entry + "lladdr 02:00:00:00:01:00 nud stale\n";
      permanent += entry + "lladdr 02:00:00:00:01:00 nud permanent\n";
      failed += entry + "nud failed\n";
    }
    hosts.here(fresh);
    EXPECT_TRUE(becomes([before] { return entries_that_stay() >= before + 150; }));
    hosts.here(permanent);
    EXPECT_TRUE(becomes([before] { return entries_that_stay() < before + 50; }));
    hosts.here(fresh);
    EXPECT_TRUE(becomes([before] { return entries_that_stay() >= before + 150; }));
    // Nothing changes for 5 s: then they may go.
    EXPECT_TRUE(becomes([before] { return entries_that_stay() < before + 50; }));
    hosts.here(failed);
    EXPECT_TRUE(becomes([before] { return entries_that_stay() < before + 50; }));
  });
}

}  // namespace
}  // namespace ringsweep::testing
