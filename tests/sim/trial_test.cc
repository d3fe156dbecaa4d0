// One trial with the real worker on a simulated network and clock.
#include <gtest/gtest.h>

#include <cerrno>

#include "sim/trial_network.h"

namespace ringsweep {
namespace {

TargetSet targets(const std::string& spec) {
  return SimSweep::build({.targets = {spec}});
}

TrialResult trial_over(const TrialNetwork& network, const TargetSet& set, double rate_pps, std::int64_t length_ns) {
  SimTrialRunner runner(network, 1);
  return runner.run({TrialPurpose::up, rate_pps, length_ns, &set});
}

TEST(SimTrial, sends_rate_times_length_probes_to_all_targets_in_turn) {
  const TargetSet set = targets("10.0.0.0-9");
  const TrialResult trial = trial_over({}, set, 1000, 2 * ns_per_s);
  EXPECT_EQ(trial.planned, 2000U);
  EXPECT_EQ(trial.sent, 2000U);
  EXPECT_EQ(trial.answered, 2000U);
  EXPECT_EQ(trial.targets, 10U);
  EXPECT_EQ(trial.targets_losing, 0U);
  EXPECT_NEAR(trial.offered_pps, 1000, 5);
  EXPECT_NEAR(trial.carried_pps, 1000, 5);
  EXPECT_FALSE(trial.slow());
  EXPECT_EQ(place_of_loss(trial, {}), LossPlace::none);
}

TEST(SimTrial, probes_leave_as_those_of_a_sweep_do) {
  const TargetSet set = targets("10.0.0.0/26");
  // Probes that are due within 3 ms leave together.
  const std::int64_t gap_ns = trial_over({}, set, 5'000, ns_per_s).longest_gap_ns;
  EXPECT_GT(gap_ns, 2 * ns_per_ms);
  EXPECT_LT(gap_ns, 4 * ns_per_ms);
}

TEST(SimTrial, what_a_bottleneck_loses_is_lost_and_not_asked_for_again) {
  const TargetSet set = targets("10.0.0.0/26");
  const TrialResult trial =
      trial_over({.path = {.rate_pps = 500, .bucket = 3, .queue_s = 0.01}}, set, 1000, 2 * ns_per_s);
  EXPECT_EQ(trial.sent, 2000U);
  EXPECT_NEAR(static_cast<double>(trial.answered), 1000, 10);
  EXPECT_NEAR(trial.carried_pps, 500, 5);
  EXPECT_EQ(place_of_loss(trial, {}), LossPlace::beyond);
}

TEST(SimTrial, what_waits_ever_longer_in_a_deep_queue_piles_up_and_what_always_waits_does_not) {
  const TargetSet set = targets("10.0.0.0/26");
  const auto piled = [&](const TrialNetwork& network) { return trial_over(network, set, 1000, ns_per_s).piled(); };
  // The path is sent a twentieth more than it carries, and that part stays in the queue.
  EXPECT_NEAR(piled({.path = {.rate_pps = 950, .bucket = 3, .queue_s = 1}}), 0.05, 0.002);
  EXPECT_NEAR(piled({.path = {.rate_pps = 550, .bucket = 3, .queue_s = 2}, .timeout_ns = ns_per_s}), 0.45, 0.01);
  // 8 ms more in half a second: jitter.
  EXPECT_EQ(piled({.path = {.rate_pps = 984, .bucket = 3, .queue_s = 1}}), 0);
  EXPECT_EQ(piled({.rtt_ns = 90 * ns_per_ms}), 0);
  EXPECT_EQ(piled({.rtt_ns = 900 * ns_per_ms, .timeout_ns = ns_per_s}), 0);
  // A queue of 10 ms that is full no longer grows; it loses packets instead.
  EXPECT_EQ(piled({.path = {.rate_pps = 600, .bucket = 3, .queue_s = 0.01}}), 0);
}

TEST(SimTrial, random_loss_does_not_hide_that_a_queue_grows) {
  const TargetSet set = targets("10.0.0.0/26");
  const TrialResult trial =
      trial_over({.path = {.rate_pps = 950, .bucket = 3, .queue_s = 1}, .random_loss = 0.1}, set, 1100, ns_per_s);
  // Of 1100 a second 990 come to the queue, give or take 7 in half a second.
  EXPECT_NEAR(trial.piled(), 0.04, 0.03);
}

TEST(SimTrial, targets_near_and_far_are_no_queue_that_grows) {
  const TargetSet set = targets("10.0.0.0/26");
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SimTrialRunner runner({.rtt_ns = 10 * ns_per_ms, .farther_ns = 190 * ns_per_ms, .timeout_ns = ns_per_s}, seed);
    for (int run = 0; run < 5; ++run)
      EXPECT_EQ(runner.run({TrialPurpose::up, 200, 1250 * ns_per_ms, &set}).piled(), 0) << seed;
  }
}

TEST(SimTrial, replies_after_the_timeout_are_late_and_lost) {
  const TargetSet set = targets("10.0.0.0/26");
  // Too few probes for the loss of half to end the trial.
  const TrialResult trial = trial_over({.rtt_ns = 150 * ns_per_ms}, set, 150, ns_per_s);
  EXPECT_EQ(trial.answered, 0U);
  // Those that arrived while the trial still listened for the last ones.
  EXPECT_GT(trial.late, 130U);
  EXPECT_EQ(trial.lost(), 150U);
}

TEST(SimTrial, what_our_own_socket_drops_is_counted_and_neither_sent_again_nor_slowed_down_for) {
  const TargetSet set = targets("10.0.0.0/26");
  const TrialResult trial =
      trial_over({.socket_buffer_packets = 50, .rtt_ns = 50 * ns_per_ms, .reading_pause_ns = 20 * ns_per_ms}, set,
                 10'000, ns_per_s);
  EXPECT_GT(trial.dropped, 0U);
  EXPECT_EQ(trial.dropped, trial.lost());
  EXPECT_EQ(trial.planned, 10'000U);
  EXPECT_GT(trial.sent, 9'500U);
  EXPECT_EQ(place_of_loss(trial, {}), LossPlace::dropped);
}

TEST(SimTrial, a_trial_that_loses_over_half_is_cut_short_whether_by_silence_or_by_icmp_errors) {
  const TargetSet set = targets("10.0.0.0/26");
  for (const TrialNetwork& network : {TrialNetwork{.random_loss = 0.7}, TrialNetwork{.unreachable = true}}) {
    const TrialResult trial = trial_over(network, set, 1000, 2 * ns_per_s);
    EXPECT_TRUE(trial.cut_short);
    EXPECT_GE(trial.sent, 200U);
    EXPECT_LT(trial.sent, 600U);
  }
}

TEST(SimTrial, a_little_over_half_that_never_comes_back_is_enough_whatever_else_is_answered_meanwhile) {
  // 55 % of a trial of twenty timeouts. Half of what left, at the moment when that is known, is lost after some of
  // them.
  const TrialResult trial = trial_over({.random_loss = 0.55}, targets("10.0.0.0/26"), 2000, 2 * ns_per_s);
  EXPECT_TRUE(trial.cut_short);
  EXPECT_LT(trial.sent, 1500U);
}

TEST(SimTrial, a_little_under_half_is_not_too_much) {
  const TrialResult trial = trial_over({.random_loss = 0.42}, targets("10.0.0.0/26"), 2000, 2 * ns_per_s);
  EXPECT_FALSE(trial.cut_short);
  EXPECT_EQ(trial.sent, 4000U);
}

TEST(SimTrial, a_device_that_takes_less_is_a_limit_here) {
  const TargetSet set = targets("10.0.0.0/26");
  const TrialResult trial = trial_over({.device_pps = 2000}, set, 4000, ns_per_s);
  EXPECT_GT(trial.refused, 0U);
  EXPECT_TRUE(trial.was_refused());
  EXPECT_LT(trial.offered_pps, 2500);
  EXPECT_EQ(place_of_loss(trial, {}), LossPlace::not_sent);
}

TEST(SimTrial, a_device_that_refuses_more_targets_than_the_table_has_slots_refuses_each_once_and_goes_on) {
  const TargetSet set = targets("10.0.0.0/16");
  const TrialResult trial = trial_over({.device_pps = 2000}, set, 4000, 3 * ns_per_s);
  // Refused targets wait until all others were tried; the table has 2,048 slots, for 4,000 pps and 350 ms.
  EXPECT_GT(trial.refused, 3 * 2048U);
  EXPECT_LT(trial.offered_pps, 2500);
  EXPECT_EQ(trial.answered, trial.sent);
  EXPECT_EQ(place_of_loss(trial, {}), LossPlace::not_sent);
}

TEST(SimTrial, a_target_that_this_machine_refuses_keeps_its_share_of_the_rate) {
  const TargetSet set = targets("10.0.0.0-3");
  for (const int refusal : {EHOSTUNREACH, EPERM}) {
    const TrialResult trial = trial_over({.refused = set.address_at(2), .refusal = refusal}, set, 400, 2 * ns_per_s);
    // The others get no more than their 100 a second.
    EXPECT_NEAR(static_cast<double>(trial.sent), 600, 1) << refusal;
    EXPECT_EQ(trial.answered, trial.sent) << refusal;
    EXPECT_GE(trial.refused, trial.not_sent()) << refusal;
    EXPECT_NEAR(trial.offered_pps, 300, 5) << refusal;
    EXPECT_EQ(place_of_loss(trial, {}), LossPlace::not_sent) << refusal;
  }
}

TEST(SimTrial, the_targets_that_lose_most_are_named) {
  const TargetSet set = targets("10.0.0.0-3");
  SimTrialRunner runner({.each_target = {.rate_pps = 50}}, 1);
  const TrialResult trial = runner.run({TrialPurpose::up, 400, ns_per_s, &set});
  EXPECT_EQ(trial.targets_losing, 4U);
  ASSERT_EQ(trial.worst.size(), 4U);
  EXPECT_EQ(trial.worst.front().sent, 100U);
  EXPECT_NEAR(static_cast<double>(trial.worst.front().answered), 50, 2);
}

}  // namespace
}  // namespace ringsweep
