// Stop levels: what a worker does when it is told to end.
#include <gtest/gtest.h>

#include <functional>

#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

TEST(SimStop, a_drained_stop_waits_for_what_is_in_flight_and_counts_the_rest) {
  SimSweep sweep({.targets = {"10.0.0.0/24"}, .rate = Rate{100'000}}, all_alive(200 * ms));
  sweep.transport.on_wait = [&sweep]() {
    if (sweep.transport.sent().size() >= 50) sweep.stop = StopLevel::drain;
  };
  sweep.run();
  const std::uint64_t probed = sweep.transport.sent().size();
  EXPECT_LT(probed, 256U);
  EXPECT_EQ(sweep.tally.of(State::alive), probed);
  EXPECT_EQ(sweep.tally.of(State::not_sent), 256 - probed);
  EXPECT_TRUE(sweep.tally.balances(256));
}

TEST(SimStop, after_a_drained_stop_no_probe_leaves_and_who_stayed_silent_is_decided) {
  SimSweep sweep({.targets = {"10.0.0.0/24"}, .rate = Rate{1'000'000}, .job = {.attempts = 1}}, all_silent());
  std::uint64_t left = 0;
  sweep.transport.on_wait = [&] {
    if (left > 0 || sweep.transport.sent().size() < 50) return;
    left = sweep.transport.sent().size();
    sweep.stop = StopLevel::drain;
  };
  sweep.run();
  EXPECT_GE(left, 50U);
  EXPECT_EQ(sweep.transport.sent().size(), left);
  EXPECT_EQ(sweep.tally.of(State::no_reply), left);
  EXPECT_EQ(sweep.tally.of(State::interrupted), 0U);
}

// Answers take 100 ms. The process is stopped for 15 ms, in which 50 more come than its socket holds, and drained when
// `is_time` says so.
void drain_with_drops(SimSweep& sweep, const std::function<bool()>& is_time) {
  sweep.transport.on_wait = [&] {
    if (is_time()) sweep.stop = StopLevel::drain;
  };
  sweep.transport.stop_process(SimTransport::Options{}.start_ns + 160 * ms, 15 * ms);
  sweep.run();
  const Tally& tally = sweep.tally;
  EXPECT_GT(tally.local.socket_drops, 0U);
  EXPECT_EQ(tally.of(State::interrupted), tally.local.socket_drops);
  EXPECT_EQ(tally.of(State::alive), sweep.transport.sent().size() - tally.local.socket_drops);
  EXPECT_EQ(tally.of(State::no_reply), 0U);
}
SimSweepOptions to_be_drained() {
  SimSweepOptions result{.targets = {"10.0.0.0/18"}, .rate = Rate{20'000'000}, .job = {.attempts = 1}};
  result.transport.socket_buffer_packets = 250;
  return result;
}

TEST(SimStop, replies_dropped_here_while_a_stop_is_drained_cost_no_other_targets_their_answers) {
  SimSweep sweep(to_be_drained(), all_alive(100 * ms));
  drain_with_drops(sweep, [&] { return sweep.transport.sent().size() >= 3'000; });
  EXPECT_EQ(sweep.tally.local.void_probes, 0U) << "nothing is sent again";
}

TEST(SimStop, what_was_about_to_be_sent_again_when_the_stop_came_is_listened_for_as_well) {
  SimSweep sweep(to_be_drained(), all_alive(100 * ms));
  drain_with_drops(sweep, [&] { return sweep.tally.local.void_probes > 0; });
  EXPECT_GT(sweep.tally.local.void_probes, 1'000U);
}

TEST(SimStop, a_hard_stop_abandons_what_is_in_flight) {
  SimSweep sweep({.targets = {"10.0.0.0/24"}, .rate = Rate{100'000}}, all_silent());
  sweep.transport.on_wait = [&sweep]() {
    if (sweep.transport.sent().size() >= 50) sweep.stop = StopLevel::now;
  };
  sweep.run();
  const std::uint64_t probed = sweep.transport.sent().size();
  EXPECT_EQ(sweep.tally.of(State::interrupted), probed);
  EXPECT_EQ(sweep.tally.of(State::not_sent), 256 - probed);
  EXPECT_EQ(sweep.tally.of(Outcome::abandoned), probed);
}

TEST(SimStop, a_worker_whose_first_probe_is_far_off_still_obeys_a_stop) {
  SimSweepOptions options{.targets = {"10.0.0.1"}, .rate = Rate{10}};
  options.first_probe_after_ns = 100 * ns_per_s;
  SimSweep sweep(options, all_alive(ms));
  sweep.transport.on_wait = [&sweep]() { sweep.stop = StopLevel::now; };
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::not_sent), 1U);
  EXPECT_LT(sweep.transport.now_ns() - options.transport.start_ns, 1 * ns_per_s);
}

}  // namespace
}  // namespace ringsweep
