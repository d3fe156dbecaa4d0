#include "cli/throughput/throughput_command.h"

#include <gtest/gtest.h>

#include "unit/cli/expect_usage_error.h"

namespace ringsweep {
namespace {

ThroughputOptions up_to(double max_pps, bool given) {
  ThroughputOptions options;
  options.run.search.max_pps = max_pps;
  options.max_rate_given = given;
  return options;
}

TEST(FitToTargets, leaves_what_so_many_targets_may_be_asked) {
  // 500 targets, 100 a second each.
  ThroughputOptions options = up_to(50'000, true);
  fit_to_targets(options, 500, "there are");
  EXPECT_EQ(options.run.search.max_pps, 50'000);
  EXPECT_EQ(options.run.search.min_pps, 100);
}

TEST(FitToTargets, lowers_a_highest_rate_that_nobody_asked_for) {
  ThroughputOptions options = up_to(50'000, false);
  fit_to_targets(options, 16, "there are");
  EXPECT_EQ(options.run.search.max_pps, 1600);
  EXPECT_EQ(options.run.search.min_pps, 100);
}

TEST(FitToTargets, lowers_the_lowest_rate_with_it) {
  ThroughputOptions options = up_to(50'000, false);
  options.run.per_target_pps = 10;
  fit_to_targets(options, 3, "there are");
  EXPECT_EQ(options.run.search.max_pps, 30);
  EXPECT_EQ(options.run.search.min_pps, 30);
}

TEST(FitToTargets, refuses_a_highest_rate_that_was_asked_for_with_the_number_of_targets_that_it_needs) {
  ThroughputOptions options = up_to(1'001, true);
  EXPECT_EQ(usage_error_of([&] { fit_to_targets(options, 10, "targets that answer:"); }),
            "--max-rate 1 kpps needs 11 targets at 100 pps each at most; targets that answer: 10\n"
            "give more targets, a lower rate, or a higher --per-target if you may ask them so often");
}

TEST(FitToTargets, refuses_a_lowest_rate_that_was_asked_for_as_well) {
  ThroughputOptions options = up_to(50'000, false);
  options.min_rate_given = true;
  options.run.search.min_pps = 2'000;
  EXPECT_EQ(usage_error_of([&] { fit_to_targets(options, 10, "targets that answer:"); }),
            "--min-rate 2 kpps needs 20 targets at 100 pps each at most; targets that answer: 10\n"
            "give more targets, a lower rate, or a higher --per-target if you may ask them so often");
}

}  // namespace
}  // namespace ringsweep
