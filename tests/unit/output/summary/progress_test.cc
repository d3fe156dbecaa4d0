#include "ringsweep/output/summary/progress.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

TEST(Progress, shows_percent_sent_rate_alive_loss_and_time_left) {
  const ProgressSnapshot before{.elapsed_ns = 5'000'000'000, .targets = 65536, .decided = 7000, .sent = 19'626};
  const ProgressSnapshot now{
      .elapsed_ns = 6'000'000'000, .targets = 65536, .decided = 8192, .sent = 29'526, .alive = 310, .lost_here = 355};
  EXPECT_EQ(progress_text(now, before),
            "12.5% 8192/65536 targets, 29526 sent, 9.9k pps, 310 alive, 1.2% lost here, 0:42 left");
}

TEST(Progress, gives_no_time_left_before_a_target_is_decided) {
  const ProgressSnapshot now{.elapsed_ns = 500'000'000, .targets = 65536, .sent = 500};
  EXPECT_EQ(progress_text(now, {}), "0.0% 0/65536 targets, 500 sent, 1k pps, 0 alive, 0.0% lost here");
}

TEST(Progress, shows_the_rate_of_the_whole_run_for_a_single_look) {
  const ProgressSnapshot now{.elapsed_ns = 2'000'000'000, .targets = 1000, .decided = 1000, .sent = 1000, .alive = 7};
  EXPECT_EQ(progress_text(now, now),
            "100.0% 1000/1000 targets, 1000 sent, 500 pps, 7 alive, 0.0% lost here, 0:00 left");
}

TEST(Progress, starts_with_nothing) {
  EXPECT_EQ(progress_text({.targets = 256}, {.targets = 256}),
            "0.0% 0/256 targets, 0 sent, 0 pps, 0 alive, 0.0% lost here");
}

TEST(Progress, extrapolates_from_what_this_run_decided_alone) {
  const ProgressSnapshot now{
      .elapsed_ns = 2'000'000'000, .targets = 1000, .decided = 700, .decided_before = 600, .sent = 100, .alive = 650};
  EXPECT_EQ(progress_text(now, now), "70.0% 700/1000 targets, 100 sent, 50 pps, 650 alive, 0.0% lost here, 0:06 left");
}

TEST(Progress, bounds_an_absurd_estimate) {
  const ProgressSnapshot now{
      .elapsed_ns = 86'400'000'000'000, .targets = std::uint64_t{1} << 40, .decided = 1, .sent = 1};
  EXPECT_NE(progress_text(now, {}).find("277777:46:40 left"), std::string::npos) << progress_text(now, {});
}

}  // namespace
}  // namespace ringsweep
