#include "ringsweep/core/jobs/tally.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace ringsweep {
namespace {

// A Tally consists of 64-bit counters only: viewed as an array, every counter is checked, even one added later.
using Counters = std::array<std::uint64_t, sizeof(Tally) / sizeof(std::uint64_t)>;

Tally tally_of(const Counters& counters) {
  Tally tally;
  std::memcpy(static_cast<void*>(&tally), counters.data(), sizeof(tally));
  return tally;
}

Counters counters_of(const Tally& tally) {
  Counters counters;
  std::memcpy(counters.data(), &tally, sizeof(tally));
  return counters;
}

TEST(Tally, begins_at_zero_and_balances) {
  const Tally tally;
  EXPECT_EQ(counters_of(tally), Counters{});
  EXPECT_TRUE(tally.balances(0));
  EXPECT_FALSE(tally.balances(1));
}

TEST(Tally, balances_when_all_targets_and_all_probes_are_accounted_for) {
  Tally tally;
  tally.of(State::alive) = 3;
  tally.of(State::no_reply) = 2;
  tally.of(State::not_sent) = 5;
  tally.probes_sent = 9;
  tally.of(Outcome::answered) = 3;
  tally.of(Outcome::timed_out) = 4;
  tally.of(Outcome::superseded) = 1;
  tally.of(Outcome::void_here) = 1;
  EXPECT_EQ(tally.targets_decided(), 10U);
  EXPECT_EQ(tally.outcomes_decided(), 9U);
  EXPECT_TRUE(tally.balances(10));
  EXPECT_FALSE(tally.balances(11)) << "a target without a state";
  tally.probes_sent = 10;
  EXPECT_FALSE(tally.balances(10)) << "a probe without an outcome";
}

TEST(Tally, every_state_and_outcome_counts) {
  Tally tally;
  for (auto& count : tally.states) ++count;
  for (auto& count : tally.outcomes) ++count;
  tally.probes_sent = 6;
  EXPECT_TRUE(tally.balances(10));
}

TEST(Tally, what_decides_nothing_is_beside_the_balance) {
  Tally tally;
  tally.replies.duplicate = 7;
  tally.local.lost_here = 8;
  tally.rtt.clamped = 9;
  EXPECT_TRUE(tally.balances(0));
}

TEST(Tally, sum_has_every_counter) {
  Counters first, second, sum;
  for (std::size_t i = 0; i < first.size(); ++i) {
    first[i] = i + 1;
    second[i] = 1000 * (i + 1);
    sum[i] = 1001 * (i + 1);
  }
  Tally tally = tally_of(first);
  tally += tally_of(second);
  EXPECT_EQ(counters_of(tally), sum);
}

TEST(Tally, sum_of_balanced_tallies_balances) {
  Tally one, two;
  one.of(State::alive) = one.of(Outcome::answered) = one.probes_sent = 4;
  two.of(State::unreachable) = two.of(Outcome::error) = two.probes_sent = 6;
  one += two;
  EXPECT_TRUE(one.balances(10));
}

}  // namespace
}  // namespace ringsweep
