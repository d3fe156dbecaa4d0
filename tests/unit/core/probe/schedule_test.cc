#include "ringsweep/core/probe/schedule.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

TEST(Schedule, a_constant_delay_has_one_class_for_all_attempts) {
  const Schedule schedule = Schedule::constant(5);
  EXPECT_EQ(schedule.classes(), 1U);
  EXPECT_EQ(schedule.at(1), 5);
  EXPECT_EQ(schedule.at(1'000'000), 5);
}

TEST(Schedule, the_last_listed_value_repeats) {
  const std::array<std::int64_t, 3> values{500, 750, 1125};
  const Schedule schedule(values);
  EXPECT_EQ(schedule.at(1), 500);
  EXPECT_EQ(schedule.at(3), 1125);
  EXPECT_EQ(schedule.at(9), 1125);
  EXPECT_EQ(schedule.class_of(9), schedule.class_of(3));
  EXPECT_EQ(schedule.total_ns(4), 500 + 750 + 1125 + 1125);
}

TEST(Schedule, the_very_last_attempt_may_have_a_delay_of_its_own) {
  const Schedule schedule = Schedule::constant(1000).with_last(3, 6000);
  EXPECT_EQ(schedule.at(1), 1000);
  EXPECT_EQ(schedule.at(2), 1000);
  EXPECT_EQ(schedule.at(3), 6000);
  EXPECT_EQ(schedule.total_ns(3), 8000);
  EXPECT_EQ(Schedule::constant(1000).with_last(1, 6000).total_ns(1), 6000);
}

}  // namespace
}  // namespace ringsweep
