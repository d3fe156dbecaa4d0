// Whole runs of `throughput` with the real worker on simulated networks, by fixed seeds.
#include <gtest/gtest.h>

#include "sim/trial_network.h"

namespace ringsweep {
namespace {

struct Course {
  ThroughputReport report;
  double highest_pps = 0;
  double highest_of_target_pps = 0;
};

struct Asked {
  double max_pps = 8000;
  double per_target_pps = 1000;
  std::string targets = "10.0.0.0/26";
  std::int64_t budget_ns = 120 * ns_per_s;
  std::uint16_t stop_after = 0;
};

Course run_over(const TrialNetwork& network, std::uint64_t seed, const Asked& asked = {}) {
  const TargetSet set = SimSweep::build({.targets = {asked.targets}});
  SimTrialRunner runner(network, seed);
  runner.stop_after = asked.stop_after;
  Throughput::Options options;
  options.search = {.min_pps = 100, .max_pps = asked.max_pps, .trial_ns = ns_per_s};
  options.per_target_pps = asked.per_target_pps;
  options.budget_ns = asked.budget_ns;
  options.timeout_ns = 100 * ns_per_ms;
  Course run;
  Throughput(options, set, runner, [](const TrialResult&) {}).run(run.report);
  run.highest_pps = runner.highest_pps;
  run.highest_of_target_pps = runner.highest_of_target_pps;
  return run;
}

TEST(SimThroughput, the_interval_contains_a_bottlenecks_rate_and_the_limit_is_the_network) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Course run = run_over({.path = {.rate_pps = 2345, .bucket = 3, .queue_s = 0.005}}, seed);
    const SearchResult& found = run.report.search;
    EXPECT_EQ(found.kind, SearchResult::Kind::found);
    EXPECT_TRUE(found.confirmed);
    EXPECT_LE(found.low_pps, 2345);
    EXPECT_GE(found.high_pps, 2345);
    EXPECT_LE(found.high_pps / found.low_pps, 1.04);
    EXPECT_EQ(run.report.first_limit, LossPlace::network);
    EXPECT_EQ(run.report.latency().size(), 6U);
    EXPECT_TRUE(run.report.complete());
  }
}

TEST(SimThroughput, a_deep_queue_that_loses_nothing_while_a_trial_lasts_makes_no_higher_rate) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    // In a second it absorbs 8 % more than the path carries.
    const SearchResult found = run_over({.path = {.rate_pps = 2345, .bucket = 3, .queue_s = 0.08}}, seed).report.search;
    EXPECT_EQ(found.kind, SearchResult::Kind::found);
    EXPECT_LE(found.low_pps, 2345);
    EXPECT_GE(found.high_pps, 2345);
    EXPECT_LE(found.high_pps / found.low_pps, 1.04);
  }
}

TEST(SimThroughput, however_deep_a_queue_is_it_carries_no_more_and_is_the_network) {
  const Course run = run_over({.path = {.rate_pps = 2345, .bucket = 3, .queue_s = 2}, .timeout_ns = ns_per_s}, 1);
  EXPECT_EQ(run.report.search.kind, SearchResult::Kind::found);
  EXPECT_LE(run.report.search.low_pps, 2345);
  EXPECT_GE(run.report.search.high_pps, 2345);
  EXPECT_EQ(run.report.first_limit, LossPlace::network);
}

TEST(SimThroughput, a_deep_queue_of_each_target_is_no_network) {
  const Course run = run_over({.each_target = {.rate_pps = 40, .bucket = 2, .queue_s = 1}, .timeout_ns = ns_per_s}, 1);
  EXPECT_EQ(run.report.first_limit, LossPlace::targets);
  EXPECT_NEAR(run.report.search.rate_pps, 64 * 40, 64 * 2);
}

TEST(SimThroughput, targets_with_a_limit_of_their_own_are_told_from_the_network) {
  // 64 targets answer 40 times a second each.
  const Course run = run_over({.each_target = {.rate_pps = 40, .bucket = 2}}, 1);
  EXPECT_EQ(run.report.first_limit, LossPlace::targets);
  // Two packets of each pass at once, so that a trial of a second sees 5 % too much.
  EXPECT_NEAR(run.report.search.rate_pps, 64 * 40, 64 * 2);
}

TEST(SimThroughput, one_target_with_a_limit_is_found_among_others_wherever_it_stands) {
  const TargetSet set = SimSweep::build({.targets = {"10.0.0.0/28"}});
  for (const std::uint64_t place : {6U, 7U}) {
    const Course run = run_over({.each_target = {.rate_pps = 100, .bucket = 2}, .only_limited = set.address_at(place)},
                                1, {.max_pps = 6000, .targets = "10.0.0.0/28"});
    EXPECT_FALSE(run.report.search.floor) << place;
    EXPECT_EQ(run.report.first_limit, LossPlace::targets) << place;
    EXPECT_NEAR(run.report.search.rate_pps, 16 * 100, 60) << place;
  }
}

TEST(SimThroughput, twice_as_many_such_targets_give_twice_the_rate) {
  const Course one = run_over({.each_target = {.rate_pps = 30, .bucket = 2}}, 1, {.targets = "10.0.0.0/26"});
  const Course two = run_over({.each_target = {.rate_pps = 30, .bucket = 2}}, 1, {.targets = "10.0.0.0/25"});
  EXPECT_EQ(two.report.first_limit, LossPlace::targets);
  EXPECT_NEAR(two.report.search.rate_pps / one.report.search.rate_pps, 2, 0.08);
}

TEST(SimThroughput, where_a_target_may_not_be_asked_more_often_halving_the_sum_tells_them_apart) {
  const Asked asked{.max_pps = 3200, .per_target_pps = 50};
  const Course targets = run_over({.each_target = {.rate_pps = 40, .bucket = 2}}, 1, asked);
  EXPECT_EQ(targets.report.first_limit, LossPlace::targets);
  EXPECT_LE(targets.highest_of_target_pps, 50.1);
  const Course network = run_over({.path = {.rate_pps = 2500, .bucket = 3, .queue_s = 0.005}}, 1, asked);
  EXPECT_EQ(network.report.first_limit, LossPlace::network);
  EXPECT_LE(network.highest_of_target_pps, 50.1);
}

TEST(SimThroughput, one_percent_of_random_loss_is_told_as_a_floor_whatever_the_rate) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Course run = run_over({.random_loss = 0.01}, seed, {.max_pps = 3000});
    ASSERT_TRUE(run.report.search.floor);
    EXPECT_NEAR(run.report.search.floor->ratio, 0.01, 0.003);
    EXPECT_EQ(run.report.search.kind, SearchResult::Kind::above_max);
    EXPECT_EQ(run.report.first_limit, LossPlace::none);
  }
}

TEST(SimThroughput, bursts_of_loss_at_every_rate_are_a_floor_too) {
  const Course run = run_over({.lossy_of_second = 0.02}, 1, {.max_pps = 3000});
  ASSERT_TRUE(run.report.search.floor);
  EXPECT_NEAR(run.report.search.floor->ratio, 0.02, 0.01);
}

TEST(SimThroughput, a_receive_buffer_that_is_too_small_is_a_limit_here) {
  // Not read for 4 ms: 8 packets fit, so about 2,000 a second.
  const Course run = run_over({.socket_buffer_packets = 8, .rtt_ns = 50 * ns_per_ms, .reading_pause_ns = 4 * ns_per_ms},
                              1, {.max_pps = 3000});
  EXPECT_EQ(run.report.first_limit, LossPlace::dropped);
}

TEST(SimThroughput, a_device_of_this_machine_is_a_limit_here) {
  const Course run = run_over({.device_pps = 3000}, 1);
  EXPECT_EQ(run.report.first_limit, LossPlace::not_sent);
  EXPECT_NEAR(run.report.search.rate_pps, 3000, 150);
}

TEST(SimThroughput, a_path_without_a_limit_is_confirmed_at_the_highest_rate) {
  const Course run = run_over({}, 1);
  EXPECT_EQ(run.report.search.kind, SearchResult::Kind::above_max);
  EXPECT_DOUBLE_EQ(run.report.search.rate_pps, 8000);
  EXPECT_TRUE(run.report.search.confirmed);
  EXPECT_EQ(run.report.recommended_pps(), 7200U);
}

TEST(SimThroughput, an_interrupted_run_gives_what_is_known) {
  const Course run = run_over({.path = {.rate_pps = 2345, .bucket = 3, .queue_s = 0.005}}, 1, {.stop_after = 9});
  EXPECT_FALSE(run.report.complete());
  EXPECT_EQ(run.report.stopped_because, "interrupted");
  EXPECT_EQ(run.report.trials.size(), 8U);
  EXPECT_EQ(run.report.search.kind, SearchResult::Kind::found);
  EXPECT_FALSE(run.report.search.confirmed);
}

TEST(SimThroughput, a_time_budget_ends_the_search_and_is_told) {
  const Course run =
      run_over({.path = {.rate_pps = 2345, .bucket = 3, .queue_s = 0.005}}, 1, {.budget_ns = 12 * ns_per_s});
  EXPECT_EQ(run.report.stopped_because, "the time budget ran out (--budget)");
  EXPECT_EQ(run.report.search.kind, SearchResult::Kind::found);
}

}  // namespace
}  // namespace ringsweep
