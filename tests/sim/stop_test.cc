// Stop levels: what a worker does when it is told to end.
#include <gtest/gtest.h>

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
