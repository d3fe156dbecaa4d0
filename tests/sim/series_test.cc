// SeriesJob on the real worker and a simulated clock: what ping, count and fping will need.
#include <gtest/gtest.h>

#include <cmath>

#include "ringsweep/core/series_job.h"
#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

struct SimSeries {
  SimSeries(const std::vector<std::string>& specs, SeriesJob::Options options, SimBehaviour behaviour,
            Rate rate = Rate{100'000'000})
      : targets(SimSweep::build({.targets = specs})),
        order(Permutation::identity(targets.count())),
        source(targets, order, Stride::of(targets.count(), 1, 1, 0, 1), nullptr),
        transport({}, std::move(behaviour)),
        job(with_targets(options, targets.count()), tally, rtts),
        worker(worker_options(rate, targets.count()), job, source, sink, transport, key, machine, tally) {}

  void run() { worker.run(transport.now_ns(), stop, progress); }

  static SeriesJob::Options with_targets(SeriesJob::Options options, std::uint64_t count) {
    options.targets = count;
    return options;
  }
  static Worker::Options worker_options(Rate rate, std::uint64_t count) {
    Worker::Options options = SimSweep::worker_options({.rate = rate, .table_slots = 1024});
    options.targets_waiting_max = count;
    return options;
  }
  // Times between the probes to one address.
  std::vector<std::int64_t> gaps_ns(const Address& to) const {
    std::vector<std::int64_t> gaps;
    std::int64_t last_ns = -1;
    for (const auto& sent : transport.sent()) {
      if (sent.to != to) continue;
      if (last_ns >= 0) gaps.push_back(sent.at_ns - last_ns);
      last_ns = sent.at_ns;
    }
    return gaps;
  }

  TargetSet targets;
  Permutation order;
  TargetSource source;
  SimTransport transport;
  CollectingSink sink;
  Tally tally;
  RttHistogram rtts;
  MachineAddresses machine;
  TokenKey key{{9, 9, 9}};
  std::atomic<StopLevel> stop{StopLevel::run};
  WorkerProgress progress;
  SeriesJob job;
  Worker worker;
};

SimBehaviour alive(std::int64_t delay_ns) {
  return {
      .answers = [delay_ns](const Address&, std::uint32_t) { return std::vector<SimAnswer>{{.delay_ns = delay_ns}}; }};
}

TEST(SimSeries, keeps_sent_received_min_max_and_sums_of_each_target) {
  // RTTs 10, 20, 30 ms.
  SimSeries series({"10.0.0.1"}, {.count = 3, .keep_rtts = true}, {.answers = [](const Address&, std::uint32_t nth) {
                     return std::vector<SimAnswer>{{.delay_ns = static_cast<std::int64_t>(nth) * 10 * ms}};
                   }});
  series.run();
  const SeriesStats& stats = series.job.stats(0);
  EXPECT_EQ(stats.sent, 3U);
  EXPECT_EQ(stats.received, 3U);
  EXPECT_EQ(stats.min_ns, 10 * ms);
  EXPECT_EQ(stats.max_ns, 30 * ms);
  EXPECT_EQ(stats.sum_ns, 60 * ms);
  EXPECT_DOUBLE_EQ(stats.sum_of_squares_ns2, 1.4e15);
  EXPECT_EQ(series.job.rtt_ns(0, 2), 20 * ms);
}

TEST(SimSeries, a_probe_without_answer_is_lost_and_the_next_ones_still_come) {
  SimSeries series({"10.0.0.1"}, {.count = 4, .keep_rtts = true}, {.answers = [](const Address&, std::uint32_t nth) {
                     if (nth == 2) return std::vector<SimAnswer>{};
                     return std::vector<SimAnswer>{{.delay_ns = ms}};
                   }});
  series.run();
  EXPECT_EQ(series.job.stats(0).sent, 4U);
  EXPECT_EQ(series.job.stats(0).received, 3U);
  EXPECT_EQ(series.job.rtt_ns(0, 2), -1);
  EXPECT_EQ(series.tally.of(Outcome::timed_out), 1U);
}

TEST(SimSeries, a_period_shorter_than_the_rtt_keeps_several_probes_of_a_target_in_flight) {
  SimSeries series({"10.0.0.1"}, {.count = 20, .periods = Schedule::constant(10 * ms)}, alive(95 * ms));
  series.run();
  EXPECT_EQ(series.job.stats(0).received, 20U);
  EXPECT_EQ(series.job.stats(0).min_ns, 95 * ms);
  EXPECT_EQ(series.job.stats(0).max_ns, 95 * ms);
  for (const std::int64_t gap : series.gaps_ns(Address::v4(0x0a000001))) EXPECT_NEAR(double(gap), 10e6, 0.2e6);
}

TEST(SimSeries, delays_may_grow_by_a_backoff_of_one_and_a_half) {
  const std::array<std::int64_t, 3> delays{500 * ms, 750 * ms, 1'125 * ms};
  SimSeries series({"10.0.0.1"}, {.count = 4, .periods = Schedule(delays)}, alive(ms));
  series.run();
  const auto gaps = series.gaps_ns(Address::v4(0x0a000001));
  ASSERT_EQ(gaps.size(), 3U);
  EXPECT_NEAR(double(gaps[0]), 500e6, 1e5);
  EXPECT_NEAR(double(gaps[1]), 750e6, 1e5);
  EXPECT_NEAR(double(gaps[2]), 1125e6, 1e5);
}

TEST(SimSeries, three_targets_without_spacing_all_start_before_any_second_probe) {
  SimSeries series({"10.0.0.1-3"}, {.count = 2, .periods = Schedule::constant(0)}, alive(ms));
  series.run();
  const auto& sent = series.transport.sent();
  ASSERT_EQ(sent.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(sent[i].to, Address::v4(0x0a000001 + static_cast<std::uint32_t>(i)));
    EXPECT_EQ(sent[i + 3].to, sent[i].to);
  }
}

TEST(SimSeries, where_the_rate_cannot_hold_the_period_all_periods_stretch_alike) {
  // 100 targets every 100 ms would be 1,000 pps; 500 are granted, so every period becomes 200 ms.
  SimSeries series({"10.0.0.0-99"}, {.count = 6, .periods = Schedule::constant(100 * ms)}, alive(ms), Rate{500'000});
  series.run();
  for (std::uint32_t host = 0; host < 100; ++host) {
    for (const std::int64_t gap : series.gaps_ns(Address::v4(0x0a000000 + host))) EXPECT_NEAR(double(gap), 200e6, 20e6);
  }
}

TEST(SimSeries, every_probe_has_one_outcome) {
  SimSeries series({"10.0.0.0/28"}, {.count = 5}, {.answers = [](const Address& to, std::uint32_t nth) {
                     std::vector<SimAnswer> answers;
                     if ((to.low + nth) % 3 != 0) answers.push_back({.delay_ns = ms});
                     if ((to.low + nth) % 3 == 2) answers.push_back({.delay_ns = 2 * ms});
                     return answers;
                   }});
  series.run();
  EXPECT_EQ(series.tally.probes_sent, 80U);
  EXPECT_EQ(series.tally.outcomes_decided(), 80U);
  EXPECT_EQ(series.tally.of(Outcome::answered) + series.tally.of(Outcome::timed_out), 80U);
}

}  // namespace
}  // namespace ringsweep
