// When ping sends, in milliseconds of a clock of our own.
#include "ringsweep/core/ping/ping_pacing.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

constexpr std::int64_t ms = ns_per_ms;
constexpr std::int64_t start_ns = 1000 * ns_per_s;

TEST(PingPacing, the_first_probe_leaves_at_once_and_the_next_an_interval_later) {
  PingPacing pacing({.interval_ms = 200});
  EXPECT_EQ(pacing.take(start_ns, 0), 0);
  EXPECT_EQ(pacing.sent(), 200 * ms);
  EXPECT_EQ(pacing.take(start_ns + 150 * ms, 1), 50 * ms);
  EXPECT_EQ(pacing.take(start_ns + 200 * ms, 1), 0);
  EXPECT_EQ(pacing.last_ns(), start_ns + 200 * ms);
}

TEST(PingPacing, what_was_late_is_not_caught_up) {
  PingPacing pacing({.interval_ms = 200});
  pacing.take(start_ns, 0);
  EXPECT_EQ(pacing.take(start_ns + 5000 * ms, 0), 0);
  EXPECT_EQ(pacing.sent(), 200 * ms);
  EXPECT_EQ(pacing.take(start_ns + 5001 * ms, 0), 199 * ms);
}

TEST(PingPacing, a_preload_leaves_in_one_go_and_is_refilled_by_time) {
  PingPacing pacing({.interval_ms = 100, .preload = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(pacing.take(start_ns, i), 0);
  EXPECT_EQ(pacing.sent(), 100 * ms);
  EXPECT_EQ(pacing.take(start_ns, 3), 100 * ms);
  EXPECT_EQ(pacing.take(start_ns + 100 * ms, 3), 0);
}

TEST(PingPacing, a_flood_waits_for_the_reply_but_for_no_more_than_10_ms) {
  PingPacing pacing({.interval_ms = 0});
  EXPECT_EQ(pacing.take(start_ns, 0), 0);
  EXPECT_EQ(pacing.sent(), 0);
  EXPECT_EQ(pacing.take(start_ns + 4 * ms, 1), 6 * ms);
  EXPECT_EQ(pacing.take(start_ns + 5 * ms, 0), 0);
  EXPECT_EQ(pacing.take(start_ns + 15 * ms, 1), 0);
}

TEST(PingPacing, adapts_to_the_smoothed_rtt_rounded_to_milliseconds) {
  PingPacing pacing({.interval_ms = 1000, .adaptive = true});
  pacing.adapt(8 * 30'400);
  EXPECT_EQ(pacing.interval_ms(), 30);
  pacing.adapt(8 * 400);
  EXPECT_EQ(pacing.interval_ms(), 0);
}

TEST(PingPacing, adapts_to_no_less_than_a_user_may_have) {
  PingPacing pacing({.interval_ms = 1000, .adaptive = true, .least_interval_ms = ping_least_user_interval_ms});
  pacing.adapt(8 * 400);
  EXPECT_EQ(pacing.interval_ms(), 2);
}

TEST(PingPacing, does_not_adapt_where_that_was_not_asked_for) {
  PingPacing pacing({.interval_ms = 1000});
  pacing.adapt(8 * 400);
  EXPECT_EQ(pacing.interval_ms(), 1000);
}

TEST(PingPacing, a_full_buffer_keeps_the_credit_of_the_probe) {
  PingPacing pacing({.interval_ms = 1000});
  pacing.take(start_ns, 0);
  EXPECT_EQ(pacing.buffer_full(), 10 * ms);
  EXPECT_EQ(pacing.take(start_ns + 10 * ms, 0), 0);
}

TEST(PingPacing, without_buffers_it_tries_again_until_that_has_gone_on_for_too_long) {
  PingPacing pacing({.interval_ms = 1000, .give_up_ms = 1500});
  pacing.take(start_ns, 0);
  EXPECT_EQ(pacing.out_of_buffers(0), 500 * ms);
  EXPECT_EQ(pacing.out_of_buffers(0), 500 * ms);
  EXPECT_EQ(pacing.out_of_buffers(0), std::nullopt);
}

TEST(PingPacing, a_probe_that_left_begins_the_count_of_failures_anew) {
  PingPacing pacing({.interval_ms = 20, .give_up_ms = 20});
  pacing.take(start_ns, 0);
  EXPECT_EQ(pacing.out_of_buffers(0), 10 * ms);
  pacing.sent();
  EXPECT_EQ(pacing.out_of_buffers(0), 10 * ms);
  EXPECT_EQ(pacing.out_of_buffers(0), std::nullopt);
}

TEST(PingPacing, without_buffers_an_adapted_interval_grows) {
  PingPacing pacing({.interval_ms = 10, .adaptive = true});
  pacing.take(start_ns, 0);
  pacing.out_of_buffers(8 * 10'000);  // 10 ms, and 10 ms of slowdown
  EXPECT_EQ(pacing.interval_ms(), 20);
}

TEST(PingPacing, after_a_failure_a_whole_interval_passes_and_never_less_than_10_ms) {
  PingPacing slow({.interval_ms = 300}), fast({.interval_ms = 0});
  EXPECT_EQ(slow.failed(), 300 * ms);
  EXPECT_EQ(fast.failed(), 10 * ms);
}

}  // namespace
}  // namespace ringsweep
