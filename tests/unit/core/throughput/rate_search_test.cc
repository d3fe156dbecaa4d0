#include "ringsweep/core/throughput/rate_search.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

using Kind = SearchResult::Kind;

// Each trial sends for a second.
TrialPoint trial(double pps, std::uint64_t lost) {
  TrialPoint point;
  point.asked_pps = pps;
  point.offered_pps = pps;
  point.sent = static_cast<std::uint64_t>(pps);
  point.lost = lost;
  point.length_ns = ns_per_s;
  return point;
}

RateSearch::Options from_100_to(double max_pps) {
  return {.min_pps = 100, .max_pps = max_pps, .trial_ns = ns_per_s};
}

double next_rate(const RateSearch& search) {
  const auto step = search.next();
  return step ? step->rate_pps : 0;
}

TEST(RateSearch, begins_at_the_lowest_rate_and_doubles_while_nothing_is_lost) {
  RateSearch search(from_100_to(1000));
  EXPECT_DOUBLE_EQ(next_rate(search), 100);
  search.add(trial(100, 0));
  EXPECT_DOUBLE_EQ(next_rate(search), 200);
  search.add(trial(200, 0));
  EXPECT_DOUBLE_EQ(next_rate(search), 400);
  search.add(trial(400, 0));
  EXPECT_DOUBLE_EQ(next_rate(search), 800);
  search.add(trial(800, 0));
  EXPECT_DOUBLE_EQ(next_rate(search), 1000);
}

TEST(RateSearch, the_highest_rate_without_loss_is_confirmed_by_a_repeat_and_is_the_result) {
  RateSearch search(from_100_to(200));
  search.add(trial(100, 0));
  search.add(trial(200, 0));
  EXPECT_FALSE(search.result().confirmed);
  EXPECT_DOUBLE_EQ(next_rate(search), 200);
  search.add(trial(200, 0));
  EXPECT_FALSE(search.next());
  EXPECT_EQ(search.result().kind, Kind::above_max);
  EXPECT_DOUBLE_EQ(search.result().rate_pps, 200);
  EXPECT_TRUE(search.result().confirmed);
}

TEST(RateSearch, trials_on_the_way_up_are_a_quarter_as_long) {
  const RateSearch search({.trial_ns = 8 * ns_per_s});
  EXPECT_EQ(search.next()->length_ns, 2 * ns_per_s);
}

TEST(RateSearch, after_a_loss_the_gap_is_halved_by_ratio) {
  RateSearch search(from_100_to(100'000));
  search.add(trial(1000, 0));
  search.add(trial(4000, 1000));
  EXPECT_DOUBLE_EQ(next_rate(search), 2000);
  search.add(trial(2000, 0));
  EXPECT_NEAR(next_rate(search), 2828.4, 0.1);
  search.add(trial(2828, 200));
  EXPECT_NEAR(next_rate(search), 2378.2, 0.1);
}

// No higher rate can be asked.
const RateSearch::Options up_to_1020 = {.min_pps = 1000, .max_pps = 1020, .trial_ns = ns_per_s};

TEST(RateSearch, both_ends_of_a_narrow_gap_are_repeated) {
  RateSearch search(up_to_1020);
  search.add(trial(1000, 0));
  search.add(trial(1020, 9));
  EXPECT_DOUBLE_EQ(next_rate(search), 1000);
  search.add(trial(1000, 0));
  EXPECT_DOUBLE_EQ(next_rate(search), 1020);
  EXPECT_FALSE(search.result().confirmed);
  search.add(trial(1020, 5));
  EXPECT_FALSE(search.next());
  const SearchResult result = search.result();
  EXPECT_EQ(result.kind, Kind::found);
  EXPECT_TRUE(result.confirmed);
  EXPECT_DOUBLE_EQ(result.low_pps, 1000);
  EXPECT_DOUBLE_EQ(result.high_pps, 1020);
  EXPECT_NEAR(result.rate_pps, 1010, 0.1);
}

TEST(RateSearch, a_clean_end_that_loses_when_it_is_repeated_is_asked_until_one_side_leads_by_two) {
  RateSearch search({.precision = 0.02, .trial_ns = ns_per_s});
  search.add(trial(900, 0));
  search.add(trial(1000, 0));
  search.add(trial(1020, 20));
  search.add(trial(1020, 20));
  search.add(trial(1000, 2));
  EXPECT_DOUBLE_EQ(next_rate(search), 1000);
  search.add(trial(1000, 2));
  search.add(trial(1000, 2));
  // It loses: the gap is now below it.
  EXPECT_NEAR(next_rate(search), 948.7, 0.1);
  EXPECT_DOUBLE_EQ(search.result().high_pps, 1000);
}

TEST(RateSearch, a_rate_whose_trials_go_on_to_contradict_each_other_stays_inside_of_the_interval) {
  RateSearch search({.min_pps = 1000, .max_pps = 1030, .trial_ns = ns_per_s});
  for (int i = 0; i < 2; ++i) {
    search.add(trial(1000, 0));
    search.add(trial(1030, 9));
  }
  for (const std::uint64_t lost : {0U, 3U, 0U, 3U, 0U, 3U, 0U}) search.add(trial(1015, lost));
  EXPECT_FALSE(search.next());
  const SearchResult result = search.result();
  EXPECT_EQ(result.undecided, 1U);
  EXPECT_DOUBLE_EQ(result.low_pps, 1000);
  EXPECT_DOUBLE_EQ(result.high_pps, 1030);
}

TEST(RateSearch, one_packet_that_somebody_else_cost_does_not_end_the_way_up) {
  RateSearch search(from_100_to(100'000));
  search.add(trial(1000, 0));
  search.add(trial(2000, 1));
  // A lower rate would not have shown a loss of one in 2000: what happens higher up?
  EXPECT_NEAR(next_rate(search), 3598.2, 0.1);
  search.add(trial(3598.2, 0));
  EXPECT_NEAR(next_rate(search), 7196.4, 0.1);
}

TEST(RateSearch, a_loss_that_a_lower_rate_would_have_shown_comes_from_the_rate) {
  RateSearch search(from_100_to(100'000));
  search.add(trial(1000, 0));
  search.add(trial(2000, 100));
  EXPECT_NEAR(next_rate(search), 1414.2, 0.1);
}

TEST(RateSearch, where_every_rate_loses_alike_the_floor_is_the_result) {
  RateSearch search(from_100_to(2000));
  search.add(trial(500, 5));
  search.add(trial(1000, 9));
  search.add(trial(2000, 21));
  for (int trials = 0; const auto step = search.next(); ++trials) {
    ASSERT_LT(trials, 20);
    search.add(trial(step->rate_pps, static_cast<std::uint64_t>(step->rate_pps / 100)));
  }
  const SearchResult result = search.result();
  ASSERT_TRUE(result.floor);
  EXPECT_NEAR(result.floor->ratio, 0.01, 0.0005);
  EXPECT_LT(result.floor->low, 0.01);
  EXPECT_GT(result.floor->high, 0.01);
  EXPECT_EQ(result.kind, Kind::above_max);
}

TEST(RateSearch, a_lowest_rate_that_loses_half_is_the_end) {
  RateSearch search(from_100_to(100'000));
  search.add(trial(100, 51));
  EXPECT_FALSE(search.next());
  EXPECT_EQ(search.result().kind, Kind::below_min);
}

// To the end, where each trial loses this part; never as fast as `limit_pps`.
void go_on_below(RateSearch& search, double limit_pps, double loss) {
  while (const auto step = search.next()) {
    ASSERT_LT(step->rate_pps, limit_pps);
    search.add(trial(step->rate_pps, static_cast<std::uint64_t>(step->rate_pps * loss)));
  }
}

TEST(RateSearch, a_rate_at_which_more_than_half_is_lost_is_never_asked_again_nor_a_higher_one) {
  RateSearch search(from_100_to(100'000));
  search.add(trial(1000, 0));
  search.add(trial(2000, 1200));
  ASSERT_NO_FATAL_FAILURE(go_on_below(search, 2000, 0));
  EXPECT_EQ(search.result().kind, Kind::found);
  EXPECT_GT(search.result().low_pps, 1960);
}

TEST(RateSearch, nor_where_other_trials_at_that_rate_lost_nothing) {
  RateSearch search({.precision = 0.02, .trial_ns = ns_per_s});
  search.add(trial(1000, 0));
  for (int i = 0; i < 4; ++i) search.add(trial(2000, 0));
  search.add(trial(4000, 400));
  // Four to two; and what was asked above it is no reason to go on there.
  search.add(trial(2000, 1200));
  ASSERT_NO_FATAL_FAILURE(go_on_below(search, 2000, 0));
  EXPECT_EQ(search.result().kind, Kind::found);
  EXPECT_GT(search.result().low_pps, 1960);
  EXPECT_DOUBLE_EQ(search.result().lowest_lossy_pps, 2000);
  EXPECT_FALSE(search.result().confirmed);
}

TEST(RateSearch, nor_to_find_out_whether_there_is_a_floor) {
  RateSearch search(from_100_to(8000));
  search.add(trial(1000, 10));
  search.add(trial(2000, 20));
  search.add(trial(4000, 40));
  search.add(trial(2000, 1200));
  EXPECT_TRUE(search.next());
  ASSERT_NO_FATAL_FAILURE(go_on_below(search, 2000, 0.01));
}

TEST(RateSearch, a_goal_above_zero_lets_so_much_be_lost) {
  RateSearch search({.min_pps = 1000, .max_pps = 1000, .loss_goal = 0.001, .trial_ns = ns_per_s});
  search.add(trial(1000, 1));
  search.add(trial(1000, 1));
  EXPECT_FALSE(search.next());
  EXPECT_EQ(search.result().kind, Kind::above_max);
}

TrialPoint slow_trial(double pps, double offered_pps) {
  TrialPoint point = trial(pps, 0);
  point.sent = static_cast<std::uint64_t>(offered_pps);
  point.offered_pps = offered_pps;
  point.slow = true;
  return point;
}

TEST(RateSearch, a_trial_that_did_not_reach_its_rate_is_a_limit_where_a_higher_one_is_sent_no_faster) {
  RateSearch search(from_100_to(100'000));
  search.add(trial(1000, 0));
  search.add(slow_trial(2000, 1500));
  // Of this machine, or was it busy? A higher rate tells, of which not half would be lost if 1500 were the path's
  // limit.
  EXPECT_DOUBLE_EQ(next_rate(search), 2700);
  search.add(slow_trial(2700, 1510));
  EXPECT_NEAR(next_rate(search), 1414.2, 0.1);
}

TEST(RateSearch, a_busy_machine_makes_no_floor) {
  RateSearch search({.min_pps = 1000, .max_pps = 4000, .trial_ns = ns_per_s});
  search.add(slow_trial(1000, 700));
  search.add(slow_trial(2000, 960));
  search.add(slow_trial(4000, 1900));
  EXPECT_FALSE(search.result().floor);
  EXPECT_EQ(search.result().lowest_lossy_pps, 4000);
}

TEST(RateSearch, a_trial_that_left_too_slowly_is_bad_until_others_outvote_it) {
  for (const double offered_pps : {850, 960}) {
    RateSearch search(up_to_1020);
    search.add(trial(1020, 20));
    search.add(trial(1020, 20));
    search.add(slow_trial(1000, offered_pps));
    EXPECT_EQ(search.result().kind, Kind::below_min);
    for (int clean = 0; clean < 3; ++clean) {
      EXPECT_DOUBLE_EQ(next_rate(search), 1000);
      search.add(trial(1000, 0));
    }
    EXPECT_FALSE(search.next());
    EXPECT_EQ(search.result().kind, Kind::found);
    // What really left in the trials that make it good.
    EXPECT_DOUBLE_EQ(search.result().low_pps, 1000);
  }
}

TEST(RateSearch, one_moment_in_which_this_machine_sent_faster_makes_no_rate_good_that_it_does_not_send) {
  RateSearch search(from_100_to(200'000));
  search.add(trial(50'000, 0));
  search.add(slow_trial(100'000, 96'000));
  search.add(slow_trial(200'000, 160'000));
  search.add(slow_trial(141'000, 98'000));
  search.add(slow_trial(141'000, 98'000));
  EXPECT_LE(search.result().highest_clean_pps, 100'000);
}

TEST(RateSearch, where_no_trial_overloaded_the_path_one_does) {
  RateSearch search({.max_pps = 1400, .trial_ns = ns_per_s});
  search.add(trial(1000, 0));
  search.add(trial(1020, 9));
  const auto step = search.next();
  ASSERT_TRUE(step);
  EXPECT_EQ(step->phase, SearchPhase::beyond);
  EXPECT_DOUBLE_EQ(step->rate_pps, 1400);  // half as much again, but for the highest rate
  search.add(trial(1400, 390));
  EXPECT_DOUBLE_EQ(next_rate(search), 1000);
}

TEST(RateSearch, a_path_is_not_overloaded_once_more_where_that_lost_nothing) {
  RateSearch search({.trial_ns = ns_per_s});
  search.add(trial(1000, 0));
  for (int i = 0; i < 3; ++i) search.add(trial(1020, 9));
  search.add(slow_trial(1530, 1010));
  EXPECT_DOUBLE_EQ(next_rate(search), 1000);
}

TEST(RateSearch, what_an_overloaded_path_carries_corrects_an_interval_beside_it) {
  RateSearch search({.precision = 0.02, .trial_ns = ns_per_s});
  TrialPoint overloaded = trial(2000, 900);
  overloaded.carried_pps = 995;
  search.add(overloaded);
  for (int i = 0; i < 2; ++i) search.add(trial(1000, 0));
  for (int i = 0; i < 2; ++i) search.add(trial(1020, 5));
  EXPECT_DOUBLE_EQ(search.result().carried_pps, 995);
  EXPECT_NEAR(search.result().low_pps, 993, 0.1);
  EXPECT_DOUBLE_EQ(search.result().high_pps, 1020);
}

}  // namespace
}  // namespace ringsweep
