// The course of `throughput` over made-up trials, whose results each test chooses.
#include "ringsweep/core/throughput/throughput.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace ringsweep {
namespace {

TargetSet addresses(const std::string& spec) {
  TargetSetBuilder builder({max_targets, true, true, {}});
  builder.add(spec, "test");
  return builder.build();
}

std::uint64_t part(double share, std::uint64_t of) {
  return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(of)));
}

// Every trial sends all and is answered in full, unless `change` alters its result.
class MadeUpTrials : public TrialRunner {
 public:
  using Change = std::function<void(TrialResult& trial)>;
  explicit MadeUpTrials(Change change) : change_(std::move(change)) {}

  void pause() override {
    ++pauses_;
    now_ns_ += 200 * ns_per_ms;
  }
  TrialResult run(const TrialRequest& request) override {
    TrialResult trial;
    trial.purpose = request.purpose;
    trial.asked_pps = trial.offered_pps = request.rate_pps;
    trial.length_ns = request.length_ns;
    trial.targets = request.targets->count();
    trial.planned = trial.sent = trial.answered = request.probes();
    change_(trial);
    now_ns_ += request.length_ns + (trial.lost() > 0 ? timeout_ns : 0);
    return trial;
  }
  bool stopped() const override { return stop_in_pause != 0 && pauses_ >= stop_in_pause; }
  std::int64_t now_ns() override { return now_ns_; }

  std::uint64_t stop_in_pause = 0;  // before the n-th trial; 0: never
  std::int64_t timeout_ns = 0;      // that a trial with losses waits for them

 private:
  Change change_;
  std::uint64_t pauses_ = 0;
  std::int64_t now_ns_ = 0;
};

Throughput::Options options_up_to(double max_pps) {
  Throughput::Options options;
  options.search.max_pps = max_pps;
  return options;
}

ThroughputReport report_of(MadeUpTrials& trials, const Throughput::Options& options) {
  const TargetSet targets = addresses("10.0.0.0/22");
  ThroughputReport report;
  Throughput(options, targets, trials, [](const TrialResult&) {}).run(report);
  return report;
}

// A path that carries `capacity_pps`, with a queue of 10 ms.
void pass_path(TrialResult& trial, double capacity_pps) {
  const double seconds = static_cast<double>(trial.length_ns) / 1e9;
  trial.answered = std::min(trial.answered, static_cast<std::uint64_t>(capacity_pps * (seconds + 0.01)));
}

TEST(Throughput, of_two_limits_the_nearer_is_the_first_whatever_is_met_above_it) {
  MadeUpTrials trials([](TrialResult& trial) {
    pass_path(trial, 94'700);
    if (trial.asked_pps > 95'000) trial.refused = trial.sent;
  });
  Throughput::Options options = options_up_to(200'000);
  options.per_target_pps = 1000;
  const ThroughputReport report = report_of(trials, options);
  EXPECT_EQ(report.search.kind, SearchResult::Kind::found);
  EXPECT_EQ(report.first_limit, LossPlace::network);
}

TEST(Throughput, a_path_that_slows_the_sender_beside_its_limit_is_the_limit_where_it_carries_no_more_in_overload) {
  const double capacity_pps = 94'700;
  MadeUpTrials trials([&](TrialResult& trial) {
    if (trial.asked_pps > capacity_pps && trial.asked_pps < 1.3 * capacity_pps) {
      trial.offered_pps = 94'000;
      trial.sent = trial.answered = part(trial.offered_pps / trial.asked_pps, trial.planned);
    }
    pass_path(trial, capacity_pps);
    trial.carried_pps = std::min(trial.offered_pps, capacity_pps);
  });
  Throughput::Options options = options_up_to(200'000);
  options.per_target_pps = 1000;
  const ThroughputReport report = report_of(trials, options);
  EXPECT_EQ(report.search.kind, SearchResult::Kind::found);
  EXPECT_EQ(report.first_limit, LossPlace::network);
}

// Above the path's capacity this sender is slowed down to it, whatever it is asked; `loses` says which of its trials
// lose.
ThroughputReport report_of_a_slowed_sender(
    const std::function<bool(int trial)>& loses,
    // What a sender that is short of time sends differs by percents.
    const std::function<double(int trial, double asked_pps)>& carried_pps = [](int trial, double) {
      return 90'000 + 1'000.0 * trial;
    }) {
  int above = 0;
  MadeUpTrials trials([&](TrialResult& trial) {
    if (trial.asked_pps <= 94'700) return;
    trial.offered_pps = 94'000;
    trial.sent = trial.answered = part(trial.offered_pps / trial.asked_pps * 0.97, trial.planned);
    trial.carried_pps = carried_pps(above, trial.asked_pps);
    if (loses(above++)) trial.answered -= 50;
  });
  Throughput::Options options = options_up_to(200'000);
  options.per_target_pps = 1000;
  return report_of(trials, options);
}

TEST(Throughput, a_slow_sender_of_whose_trials_many_lose_on_the_way_has_its_limit_there) {
  EXPECT_EQ(report_of_a_slowed_sender([](int trial) { return trial % 2 == 1; }).first_limit, LossPlace::network);
}

TEST(Throughput, a_slow_sender_whose_trials_bring_back_the_same_to_two_permille_is_slowed_by_the_path) {
  const auto none = [](int) { return false; };
  EXPECT_EQ(report_of_a_slowed_sender(none, [](int, double) { return 94'697.0; }).first_limit, LossPlace::network);
  // As measured behind a tbf of 50 Mbit/s in a network namespace beside this one, with one trial that was disturbed.
  const std::array<double, 6> measured = {94'572.8, 94'622.4, 94'613.6, 94'671.2, 94'498.0, 92'790.0};
  EXPECT_EQ(
      report_of_a_slowed_sender(none, [&](int trial, double) { return measured[static_cast<std::size_t>(trial) % 6]; })
          .first_limit,
      LossPlace::network);
}

TEST(Throughput, a_slow_sender_whose_trials_differ_by_percents_is_itself_the_limit) {
  // As measured where nothing but this machine was the limit.
  const std::array<double, 8> measured = {164'873.6, 160'963.2, 166'349.6, 161'580.0,
                                          161'804.8, 164'285.6, 163'172.8, 167'398.8};
  const auto carried = [&](int trial, double) { return measured[static_cast<std::size_t>(trial) % 8] * 94.0 / 164; };
  EXPECT_EQ(report_of_a_slowed_sender([](int) { return false; }, carried).first_limit, LossPlace::not_sent);
}

TEST(Throughput, a_slow_sender_that_sends_less_when_it_is_asked_for_far_more_is_itself_the_limit) {
  const auto carried = [](int, double asked_pps) { return asked_pps > 130'000 ? 90'000.0 : 94'697.0; };
  EXPECT_EQ(report_of_a_slowed_sender([](int) { return false; }, carried).first_limit, LossPlace::not_sent);
}

TEST(Throughput, a_slow_sender_of_whose_trials_one_loses_is_itself_the_limit) {
  EXPECT_EQ(report_of_a_slowed_sender([](int trial) { return trial == 1; }).first_limit, LossPlace::not_sent);
  EXPECT_EQ(report_of_a_slowed_sender([](int) { return false; }).first_limit, LossPlace::not_sent);
}

TEST(Throughput, a_rate_that_loses_more_than_the_floor_has_a_place) {
  MadeUpTrials trials([](TrialResult& trial) {
    trial.answered -= part(0.01, trial.sent);
    pass_path(trial, 19'500);
  });
  const ThroughputReport report = report_of(trials, options_up_to(20'180));
  ASSERT_TRUE(report.search.floor);
  EXPECT_EQ(report.search.kind, SearchResult::Kind::found);
  EXPECT_GT(report.search.lowest_lossy_pps, 19'500);
  EXPECT_EQ(report.first_limit, LossPlace::network);
}

// A target may be asked once a second: half of the targets cannot be asked for all that the path carries.
ThroughputReport report_with_halves(std::int64_t trial_ns) {
  MadeUpTrials trials([](TrialResult& trial) { pass_path(trial, 600); });
  Throughput::Options options = options_up_to(900);
  options.per_target_pps = 1;
  options.search.trial_ns = trial_ns;
  return report_of(trials, options);
}

TEST(Throughput, half_of_the_targets_must_be_able_to_lose_eight_probes_to_tell_the_network_from_the_targets) {
  // At 15 % it would be six of some 40.
  const ThroughputReport few = report_with_halves(100 * ns_per_ms);
  EXPECT_EQ(few.first_limit, LossPlace::beyond);
  for (const TrialResult& trial : few.trials) EXPECT_EQ(trial.targets, 1024U);
  EXPECT_EQ(report_with_halves(ns_per_s).first_limit, LossPlace::network);
}

TEST(Throughput, half_of_the_targets_are_asked_for_a_whole_trial_where_there_is_time) {
  const ThroughputReport report = report_with_halves(ns_per_s);
  const auto half = std::ranges::find(report.trials, TrialPurpose::half_same_each, &TrialResult::purpose);
  ASSERT_NE(half, report.trials.end());
  EXPECT_EQ(half->length_ns, ns_per_s);
}

TEST(Throughput, a_time_budget_is_kept_however_long_the_last_answers_are_waited_for) {
  for (std::int64_t budget_ns = 30 * ns_per_s; budget_ns < 90 * ns_per_s; budget_ns += ns_per_s) {
    MadeUpTrials trials([](TrialResult& trial) { trial.answered -= part(0.01, trial.sent); });
    trials.timeout_ns = 10 * ns_per_s;
    Throughput::Options options = options_up_to(2000);
    options.search.min_pps = 1000;
    options.search.loss_goal = 0.02;
    options.timeout_ns = trials.timeout_ns;
    options.budget_ns = budget_ns;
    const ThroughputReport report = report_of(trials, options);
    EXPECT_FALSE(report.complete());
    EXPECT_LE(trials.now_ns(), budget_ns);
  }
}

TEST(Throughput, an_end_that_is_asked_for_between_two_trials_costs_none_of_them) {
  MadeUpTrials trials([](TrialResult&) {});
  trials.stop_in_pause = 4;
  const ThroughputReport report = report_of(trials, options_up_to(50'000));
  EXPECT_EQ(report.trials.size(), 3U);
  EXPECT_EQ(report.search.highest_clean_pps, 400);
  EXPECT_EQ(report.stopped_because, "interrupted");
}

}  // namespace
}  // namespace ringsweep
