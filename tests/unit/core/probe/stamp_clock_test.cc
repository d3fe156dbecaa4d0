#include "ringsweep/core/probe/stamp_clock.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

// The wall clock is 1,000,000 s ahead of the monotonic one at first.
constexpr std::int64_t offset_ns = 1'000'000 * ns_per_s;
constexpr std::int64_t start_ns = 500 * ns_per_s;
constexpr std::int64_t hour_ns = 3600 * ns_per_s;

// A narrow reading at `at_ns` with the wall clock set `set_by_ns` ahead.
ClockReading reading_at(std::int64_t at_ns, std::int64_t set_by_ns = 0) {
  return {at_ns - 20, at_ns + offset_ns + set_by_ns, at_ns + 20};
}

TEST(StampClock, converts_with_the_offset_between_the_clocks) {
  StampClock clock(reading_at(start_ns));
  EXPECT_EQ(clock.offset_ns(), 1'000'000'000'000'000);
  clock.update(reading_at(start_ns + 1000));
  EXPECT_EQ(clock.to_monotonic(start_ns + 400 + offset_ns), start_ns + 400);
  EXPECT_EQ(clock.steps(), 0U);
}

TEST(StampClock, follows_a_clock_that_is_slewed) {
  StampClock clock(reading_at(start_ns));
  // 500 us in a second, read every 50 ms: 25 us at a time.
  for (int i = 1; i <= 20; ++i) {
    const std::int64_t now_ns = start_ns + i * 50 * ns_per_ms;
    clock.update(reading_at(now_ns, i * 25'000));
    EXPECT_EQ(clock.to_monotonic(now_ns - 10 + offset_ns + i * 25'000), now_ns - 10);
    clock.all_seen_until(now_ns);
  }
  EXPECT_EQ(clock.steps(), 0U);
}

TEST(StampClock, never_gives_a_time_later_than_the_last_reading) {
  StampClock clock(reading_at(start_ns));
  clock.update(reading_at(start_ns + 1000));
  EXPECT_EQ(clock.to_monotonic(start_ns + 5000 + offset_ns), start_ns + 1020);
}

// field bug 9
TEST(StampClock, converts_stamps_from_before_and_after_the_clock_was_set) {
  for (const std::int64_t set_by_ns : {hour_ns, -hour_ns, 200 * ns_per_ms, -200 * ns_per_ms}) {
    StampClock clock(reading_at(start_ns));
    const std::int64_t now_ns = start_ns + 50 * ns_per_ms;
    clock.update(reading_at(now_ns, set_by_ns));
    EXPECT_EQ(clock.steps(), 1U);
    EXPECT_EQ(clock.to_monotonic(start_ns + 10'000'000 + offset_ns), start_ns + 10'000'000) << set_by_ns;
    EXPECT_EQ(clock.to_monotonic(start_ns + 40'000'000 + offset_ns + set_by_ns), start_ns + 40'000'000) << set_by_ns;
    EXPECT_EQ(clock.offset_ns(), offset_ns + set_by_ns);
  }
}

TEST(StampClock, keeps_the_old_offset_until_all_packets_of_that_time_have_been_seen) {
  StampClock clock(reading_at(start_ns));
  std::int64_t now_ns = start_ns + 50 * ns_per_ms;
  clock.update(reading_at(now_ns, hour_ns));
  // A second reap of the same turn, with packets that waited since before the step.
  now_ns += ns_per_ms;
  clock.update(reading_at(now_ns, hour_ns));
  EXPECT_EQ(clock.to_monotonic(start_ns + 10'000'000 + offset_ns), start_ns + 10'000'000);
  clock.all_seen_until(now_ns);
  now_ns += ns_per_ms;
  clock.update(reading_at(now_ns, hour_ns));
  EXPECT_EQ(clock.to_monotonic(start_ns + 10'000'000 + offset_ns), std::nullopt);
  EXPECT_EQ(clock.steps(), 1U);
}

TEST(StampClock, has_no_answer_for_a_stamp_that_fits_neither_offset) {
  StampClock clock(reading_at(start_ns));
  const std::int64_t now_ns = start_ns + 50 * ns_per_ms;
  clock.update(reading_at(now_ns));
  EXPECT_EQ(clock.to_monotonic(now_ns + offset_ns + hour_ns), std::nullopt);
  EXPECT_EQ(clock.to_monotonic(now_ns + offset_ns - hour_ns), std::nullopt);
  clock.update(reading_at(now_ns, hour_ns));
  EXPECT_EQ(clock.to_monotonic(now_ns + offset_ns + 2 * hour_ns), std::nullopt);
}

TEST(StampClock, takes_a_stamp_from_shortly_before_the_last_reap) {
  // The stamp was made before its packet waited for a processor.
  StampClock clock(reading_at(start_ns));
  clock.all_seen_until(start_ns + 10 * ns_per_ms);
  clock.update(reading_at(start_ns + 11 * ns_per_ms));
  EXPECT_EQ(clock.to_monotonic(start_ns + 4'000'000 + offset_ns), start_ns + 4'000'000);
}

TEST(StampClock, learns_nothing_from_a_reading_that_was_interrupted) {
  StampClock clock(reading_at(start_ns));
  // 10 ms passed between the two monotonic readings, nearly all of them behind the wall clock's.
  const std::int64_t at_ns = start_ns + 50 * ns_per_ms;
  clock.update({at_ns, at_ns + 100 + offset_ns, at_ns + 10 * ns_per_ms});
  EXPECT_EQ(clock.steps(), 0U);
  EXPECT_EQ(clock.to_monotonic(at_ns - 1000 + offset_ns), at_ns - 1000);
  // An hour is seen all the same.
  clock.update({at_ns, at_ns + 100 + offset_ns + hour_ns, at_ns + 10 * ns_per_ms});
  EXPECT_EQ(clock.steps(), 1U);
}

TEST(ClockReading, is_wide_from_two_microseconds_on) {
  EXPECT_FALSE((ClockReading{100, 0, 2100}).is_wide());
  EXPECT_TRUE((ClockReading{100, 0, 2101}).is_wide());
}

}  // namespace
}  // namespace ringsweep
