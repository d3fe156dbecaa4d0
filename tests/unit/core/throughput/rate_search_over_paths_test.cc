// Whole searches over simulated paths of known capacity, by fixed seeds.
#include <gtest/gtest.h>

#include "ringsweep/core/throughput/rate_search.h"
#include "unit/core/throughput/simulated_path.h"

namespace ringsweep {
namespace {

using Kind = SearchResult::Kind;

constexpr RateSearch::Options usual = {.min_pps = 100, .max_pps = 200'000, .precision = 0.02, .trial_ns = 5 * ns_per_s};

constexpr RateSearch::Options usual_up_to_25400 = {.min_pps = 100, .max_pps = 25'400};

TEST(RateSearchOverPaths, the_interval_contains_the_capacity_and_is_no_wider_than_twice_the_precision) {
  // 5, 20 and 50 Mbit/s in packets of 66 bytes; a bucket of 32 KiB and a queue of 10 ms.
  for (const double capacity : {9470.0, 37'879.0, 94'697.0, 1234.0, 150.0}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Searched found = search(
          {.capacity_pps = capacity, .bucket_and_queue = std::min(496 + capacity / 100, capacity / 16)}, usual, seed);
      EXPECT_EQ(found.result.kind, Kind::found);
      EXPECT_TRUE(found.result.confirmed);
      EXPECT_LE(found.result.low_pps, capacity);
      EXPECT_GE(found.result.high_pps, capacity);
      EXPECT_LE(found.result.high_pps / found.result.low_pps, 1.04) << capacity;
      EXPECT_FALSE(found.result.floor);
      EXPECT_LE(found.worst_loss, 0.5);
      EXPECT_LE(found.seconds, 90) << capacity;
    }
  }
}

TEST(RateSearchOverPaths, bursts_of_others_do_not_pull_the_result_down) {
  int contained = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    // A burst in every tenth trial of full length.
    const Searched found = search({.capacity_pps = 20'000, .bucket_and_queue = 200, .bursts_per_s = 0.02}, usual, seed);
    ASSERT_EQ(found.result.kind, Kind::found) << seed;
    if (found.result.low_pps <= 20'000 && found.result.high_pps >= 20'000) ++contained;
    EXPECT_GT(found.result.low_pps, 18'000) << seed;
    EXPECT_LT(found.trials, 60) << seed;
  }
  EXPECT_GE(contained, 190);
}

TEST(RateSearchOverPaths, one_percent_of_random_loss_is_a_floor_and_never_a_rate) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Searched found = search({.random_loss = 0.01}, usual, seed);
    ASSERT_TRUE(found.result.floor) << seed;
    EXPECT_NEAR(found.result.floor->ratio, 0.01, 0.002) << seed;
    EXPECT_EQ(found.result.kind, Kind::above_max) << seed;
  }
}

TEST(RateSearchOverPaths, the_floor_holds_from_a_tenth_of_a_permille_to_twenty_percent) {
  for (const double loss : {0.0001, 0.001, 0.05, 0.2}) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const Searched found = search({.random_loss = loss}, usual, seed);
      ASSERT_TRUE(found.result.floor) << loss << " " << seed;
      EXPECT_NEAR(found.result.floor->ratio, loss, loss / 2) << seed;
    }
  }
}

TEST(RateSearchOverPaths, above_a_floor_the_rate_at_which_more_is_lost_is_found) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Searched found = search({.capacity_pps = 20'000, .random_loss = 0.01}, usual, seed);
    ASSERT_TRUE(found.result.floor) << seed;
    EXPECT_NEAR(found.result.floor->ratio, 0.01, 0.003) << seed;
    ASSERT_EQ(found.result.kind, Kind::found) << seed;
    EXPECT_NEAR(found.result.rate_pps, 20'000, 800) << seed;
  }
}

TEST(RateSearchOverPaths, software_that_chokes_when_overloaded_has_the_rate_before_it) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Searched found = search({.capacity_pps = 30'000, .bucket_and_queue = 30, .collapse = 0.9}, usual, seed);
    EXPECT_EQ(found.result.kind, Kind::found);
    EXPECT_LE(found.result.low_pps, 30'010);
    EXPECT_GE(found.result.high_pps, 30'000);
    EXPECT_LE(found.result.high_pps / found.result.low_pps, 1.04);
  }
}

TEST(RateSearchOverPaths, a_sender_that_is_the_limit_is_found_as_any_other) {
  const Searched found = search({.fastest_pps = 70'000}, usual, 1);
  EXPECT_EQ(found.result.kind, Kind::found);
  EXPECT_LE(found.result.low_pps, 70'000);
  EXPECT_GE(found.result.high_pps, 70'000);
  EXPECT_LE(found.result.high_pps / found.result.low_pps, 1.05);
}

TEST(RateSearchOverPaths, a_path_that_slows_the_sender_while_packets_wait_in_it_is_found_as_any_other) {
  for (const double slowed_until : {1.35, 3.0}) {
    int long_ones = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      const Searched found =
          search({.capacity_pps = 94'697, .bucket_and_queue = 170, .slowed_until = slowed_until}, usual, seed);
      EXPECT_EQ(found.result.kind, Kind::found) << seed;
      // Where the sender is always slowed nothing shows what is carried in overload: 5 s see the bucket as well.
      EXPECT_LE(found.result.low_pps, 94'697 + 170 / 5.0) << seed;
      EXPECT_GE(found.result.high_pps, 94'697) << seed;
      EXPECT_LE(found.result.high_pps / found.result.low_pps, 1.04) << seed;
      EXPECT_LE(found.worst_loss, 0.5) << seed;
      if (found.whole_s > 100) ++long_ones;
    }
    EXPECT_LE(long_ones, 6);
  }
}

TEST(RateSearchOverPaths, a_limit_of_some_targets_alone_is_no_floor) {
  // Of 254 so many answer 50 times a second: a little more is lost with each rate above 12.7k.
  for (const double limited : {1.0, 25.0, 127.0}) {
    const Searched found = search({.slow_targets = limited, .slow_targets_pps = 50}, usual_up_to_25400, 1);
    EXPECT_FALSE(found.result.floor) << limited;
    EXPECT_EQ(found.result.kind, Kind::found) << limited;
    // A bucket of five each: one a second more in trials of 5 s.
    EXPECT_LE(found.result.low_pps, 254 * 51) << limited;
    EXPECT_GE(found.result.high_pps, 254 * 51) << limited;
  }
}

TEST(RateSearchOverPaths, loss_that_grows_softly_with_the_rate_is_no_floor) {
  const Searched found = search({.knee_pps = 20'000, .loss_a_doubling = 0.05}, usual, 1);
  EXPECT_FALSE(found.result.floor);
  EXPECT_LE(found.result.low_pps, 20'010);
  EXPECT_GE(found.result.high_pps, 20'000);
}

TEST(RateSearchOverPaths, a_path_below_the_lowest_rate_says_so) {
  const Searched found = search({.capacity_pps = 70}, usual, 1);
  EXPECT_EQ(found.result.kind, Kind::below_min);
  EXPECT_LE(found.highest_pps, 200);
}

}  // namespace
}  // namespace ringsweep
