#include "ringsweep/core/probe/inflight_table.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

constexpr std::int64_t start_ns = 5'000 * ns_per_s;

TargetMemory target(std::uint64_t index) {
  TargetMemory memory;
  memory.target = index;
  return memory;
}

InflightTable small_table(std::uint64_t slots = 8) {
  return InflightTable(slots, false, Schedule::constant(ns_per_s));
}

TEST(InflightTable, numbers_probes_from_one_and_keeps_what_was_entered) {
  InflightTable table = small_table();
  TargetMemory memory = target(0xfffffffffe);
  memory.local_tries = 9;
  memory.repaired = true;
  memory.no_neighbour = true;
  EXPECT_EQ(table.add(memory, 1'048'575, Address::v4(0x0a010203), 0), 1U);
  table.set_sent(1, start_ns + 123'456'700);
  const Probe probe = table.probe(1);
  EXPECT_EQ(probe.memory, memory);
  EXPECT_EQ(probe.attempt, 1'048'575U);
  EXPECT_EQ(probe.address, Address::v4(0x0a010203));
  EXPECT_EQ(probe.sent_ns, start_ns + 123'456'700);
  EXPECT_EQ(probe.state, ProbeState::in_flight);
  EXPECT_FALSE(probe.pending);
}

TEST(InflightTable, send_times_reach_thirty_hours_back_in_tenths_of_a_microsecond) {
  InflightTable table = small_table();
  const std::int64_t thirty_hours_ns = 30 * 3600 * ns_per_s + 100;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    table.add(target(n), 1, Address::v4(1), 0);
    table.set_sent(n, start_ns + static_cast<std::int64_t>(n) * thirty_hours_ns);
  }
  EXPECT_EQ(table.sent_ns(2), start_ns + 2 * thirty_hours_ns);
  EXPECT_EQ(table.sent_ns(3), start_ns + 3 * thirty_hours_ns);
  EXPECT_EQ(table.deadline_ns(3), start_ns + 3 * thirty_hours_ns + ns_per_s);
}

TEST(InflightTable, holds_exactly_the_last_slots_numbers) {
  InflightTable table = small_table(4);
  for (std::uint64_t n = 1; n <= 6; ++n) {
    table.add(target(n), 1, Address::v4(1), 0);
    table.set_state(n, ProbeState::answered);
  }
  EXPECT_FALSE(table.holds(0));
  EXPECT_FALSE(table.holds(2));
  EXPECT_TRUE(table.holds(3));
  EXPECT_TRUE(table.holds(6));
  EXPECT_FALSE(table.holds(7));
}

TEST(InflightTable, is_full_only_while_the_slot_to_reuse_is_in_flight) {
  InflightTable table = small_table(4);
  for (std::uint64_t n = 1; n <= 4; ++n) table.add(target(n), 1, Address::v4(1), 0);
  EXPECT_TRUE(table.full());
  table.set_state(2, ProbeState::answered);
  EXPECT_TRUE(table.full());
  table.set_state(1, ProbeState::timed_out);
  EXPECT_FALSE(table.full());
  EXPECT_EQ(table.in_flight(), 2U);
}

TEST(InflightTable, ipv6_addresses_with_zone_stand_beside_ipv4_ones) {
  InflightTable table(4, true, Schedule::constant(ns_per_s));
  const Address v6 = Address::v6(0xfe80000000000000, 0x0123456789abcdef, 7);
  table.add(target(1), 1, v6, 0);
  table.add(target(2), 1, Address::v4(0xffffffff), 0);
  EXPECT_EQ(table.address(1), v6);
  EXPECT_EQ(table.address(2), Address::v4(0xffffffff));
}

TEST(InflightTable, a_chain_of_successors_ends_at_the_last_probe_and_tells_whether_the_target_is_open) {
  InflightTable table = small_table();
  table.add(target(5), 1, Address::v4(9), 0);
  table.set_state(1, ProbeState::timed_out);
  EXPECT_FALSE(table.target_open(1));
  table.set_pending(1, 77);
  EXPECT_EQ(table.place_in_queue(1), 77U);
  EXPECT_EQ(table.last_of_target(1), 1U);
  EXPECT_TRUE(table.target_open(1));
  table.add(target(6), 1, Address::v4(10), 0);
  table.add(target(5), 2, Address::v4(9), 1);
  EXPECT_FALSE(table.pending(1));
  EXPECT_EQ(table.last_of_target(1), 3U);
  EXPECT_TRUE(table.target_open(1));
  table.set_state(3, ProbeState::timed_out);
  EXPECT_FALSE(table.target_open(1));
}

TEST(InflightTable, expires_in_order_of_number_and_only_what_was_over) {
  InflightTable table = small_table();
  EXPECT_EQ(table.next_expiry_ns(), never_ns);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    table.add(target(n), 1, Address::v4(1), 0);
    table.set_sent(n, start_ns + static_cast<std::int64_t>(n) * 1'000);
  }
  table.set_state(1, ProbeState::answered);
  EXPECT_EQ(table.next_expiry_ns(), start_ns + 2'000 + ns_per_s);
  EXPECT_EQ(table.next_expired(start_ns + 1'999 + ns_per_s), std::nullopt);
  EXPECT_EQ(table.next_expired(start_ns + 2'000 + ns_per_s), 2U);
  table.set_state(2, ProbeState::timed_out);
  EXPECT_EQ(table.next_expired(start_ns + 2'999 + ns_per_s), std::nullopt);
  EXPECT_EQ(table.next_expired(start_ns + 9'000 + ns_per_s), 3U);
}

TEST(InflightTable, attempts_with_timeouts_of_their_own_expire_independently) {
  const std::array<std::int64_t, 2> timeouts{3 * ns_per_s, ns_per_s};
  InflightTable table(8, false, Schedule(timeouts));
  table.add(target(1), 1, Address::v4(1), 0);
  table.add(target(2), 2, Address::v4(2), 0);
  table.set_sent(1, start_ns);
  table.set_sent(2, start_ns + 100);
  EXPECT_EQ(table.next_expired(start_ns + ns_per_s + 100), 2U);
  table.set_state(2, ProbeState::timed_out);
  EXPECT_EQ(table.next_expired(start_ns + 2 * ns_per_s), std::nullopt);
  EXPECT_EQ(table.next_expired(start_ns + 3 * ns_per_s), 1U);
}

TEST(InflightTable, finds_the_newest_undecided_probe_of_a_sequence_across_65536_wraps) {
  InflightTable table(1U << 18, false, Schedule::constant(ns_per_s));
  for (std::uint64_t n = 1; n <= 200'000; ++n)
    table.add(target(n), 1, Address::v4(static_cast<std::uint32_t>(n % 2)), 0);
  // 5, 65541, 131077 and 196613 share sequence 5 and are all odd.
  EXPECT_EQ(table.find_undecided(5, Address::v4(1)), 196'613U);
  table.set_state(196'613, ProbeState::answered);
  EXPECT_EQ(table.find_undecided(5, Address::v4(1)), 131'077U);
  EXPECT_EQ(table.find_undecided(5, Address::v4(0)), std::nullopt);
  // What never left cannot be meant.
  table.set_state(131'077, ProbeState::lost_here);
  EXPECT_EQ(table.find_undecided(5, Address::v4(1)), 65'541U);
  // Sequence 0xffff: the newest number is 196607, and 65535 is the oldest (field bug 14).
  EXPECT_EQ(table.find_undecided(0xffff, Address::v4(1)), 196'607U);
}

}  // namespace
}  // namespace ringsweep
