#include "ringsweep/output/throughput/throughput_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ringsweep/output/text/json.h"
#include "ringsweep/output/throughput/throughput_plot.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;
using testing::Not;

// RTTs of 10 to 1000 us; the histogram rounds quantiles up to the ends of its buckets, 501,759, 901,119 and 991,231 ns.
TrialResult trial(TrialPurpose purpose, double pps, std::uint64_t lost) {
  TrialResult result;
  result.purpose = purpose;
  result.asked_pps = pps;
  result.offered_pps = pps;
  result.length_ns = ns_per_s;
  result.targets = 500;
  result.started_ns = 1'795'578'495'123'000'000;
  result.planned = result.sent = static_cast<std::uint64_t>(pps);
  result.answered = result.sent - lost;
  for (int i = 1; i <= 100; ++i) result.rtts.add(i * 10 * ns_per_us);
  return result;
}

ThroughputReport report_of(SearchResult::Kind kind) {
  ThroughputReport report;
  report.version = "1.2.3";
  report.targets = report.targets_asked = 500;
  report.packet_bytes = 52;
  report.search.kind = kind;
  report.search.low_pps = 47'640;
  report.search.high_pps = 48'890;
  report.search.rate_pps = 48'200;
  report.search.highest_clean_pps = 47'700;
  report.search.lowest_lossy_pps = 48'890;
  report.search.confirmed = true;
  report.first_limit = LossPlace::network;
  report.trials.push_back(trial(TrialPurpose::up, 50'000, 1234));
  report.trials.push_back(trial(TrialPurpose::latency, 47'640, 0));
  return report;
}

TEST(ThroughputText, the_verdict_is_one_line_with_rate_interval_limit_and_the_option_for_sweeps) {
  EXPECT_EQ(verdict_text(report_of(SearchResult::Kind::found)),
            "zero-loss rate 48.2 kpps (47.6-48.9), first limit: network; for sweeps through this path: -r 42k");
}

TEST(ThroughputText, an_interval_is_rounded_outwards) {
  EXPECT_EQ(interval_text(1010, 1001, 1019), "1.01 kpps (1-1.02)");
  EXPECT_EQ(interval_text(94'700, 93'990, 95'410), "94.7 kpps (93.9-95.5)");
  EXPECT_EQ(interval_text(640, 631.5, 648.2), "640 pps (631-649)");
}

TEST(ThroughputText, a_floor_is_told_instead_of_a_rate) {
  ThroughputReport report = report_of(SearchResult::Kind::above_max);
  report.search_options.max_pps = 47'700;
  report.search.floor = LossFloor{0.0102, 0.0095, 0.0109};
  report.first_limit = LossPlace::none;
  EXPECT_EQ(
      verdict_text(report),
      "no rate is loss-free: loss floor 1.02% (0.95%-1.09%) up to 47.6 kpps, the highest rate allowed; for sweeps through this path: -r 42k");
}

TEST(ThroughputText, what_was_not_confirmed_or_contradicts_itself_is_told) {
  ThroughputReport report = report_of(SearchResult::Kind::found);
  report.search.confirmed = false;
  report.search.undecided = 1;
  EXPECT_THAT(verdict_text(report), HasSubstr("(not confirmed), trials contradict each other in between"));
}

TEST(ThroughputText, where_the_lowest_rate_loses_already_it_is_that_rates_loss_that_is_told) {
  ThroughputReport report = report_of(SearchResult::Kind::below_min);
  report.search.low_pps = 0;
  report.search.lowest_lossy_pps = 1000;
  report.trials = {trial(TrialPurpose::up, 2000, 1500), trial(TrialPurpose::up, 1000, 100),
                   trial(TrialPurpose::confirm, 1000, 300)};
  EXPECT_EQ(verdict_text(report),
            "no zero-loss rate: 20.0% of the probes are lost even at 1 kpps, first limit: network");
}

TEST(ThroughputText, what_a_floor_costs_at_every_rate_has_no_place) {
  // 1 % of 10,000, plus three standard deviations: 131.
  ThroughputReport report = report_of(SearchResult::Kind::found);
  report.search.floor = LossFloor{0.01, 0.005, 0.02};
  EXPECT_EQ(place_of_loss(trial(TrialPurpose::up, 10'000, 131), report.allowed_loss()), LossPlace::none);
  EXPECT_EQ(place_of_loss(trial(TrialPurpose::up, 10'000, 132), report.allowed_loss()), LossPlace::beyond);
}

TEST(ThroughputText, a_limit_here_names_the_setting) {
  ThroughputReport report = report_of(SearchResult::Kind::found);
  report.first_limit = LossPlace::dropped;
  report.receive_buffer_bytes = 212'992;
  EXPECT_THAT(throughput_table(report), HasSubstr("first limit: here (dropped at our socket)"));
  EXPECT_THAT(throughput_table(report), HasSubstr("the receive buffer holds 208 KiB: raise net.core.rmem_max"));
}

TEST(ThroughputText, the_table_has_the_latency_at_each_load) {
  const std::string table = throughput_table(report_of(SearchResult::Kind::found));
  EXPECT_THAT(table, HasSubstr(" load        rate   answered      loss     p50_ms     p90_ms     p99_ms     max_ms\n"
                               " 100%   47.6 kpps      47640        0%      0.502      0.901      0.991      1.000\n"));
}

TEST(ThroughputText, the_csv_has_a_row_for_each_trial) {
  EXPECT_EQ(throughput_csv(report_of(SearchResult::Kind::found)),
            "trial,purpose,started,asked_pps,offered_pps,answered_pps,carried_pps,length_s,targets,planned,sent,"
            "answered,lost,late,duplicate,errors,not_sent,refused,discarded,dropped,loss,place,rtt_min_ms,rtt_p50_ms,"
            "rtt_p90_ms,rtt_p99_ms,rtt_p999_ms,rtt_max_ms,longest_gap_ms,cut_short,piled\n"
            "1,up,2026-11-25T03:48:15.123Z,50000.000,50000.000,48766.000,0.000,1.000,500,50000,50000,48766,1234,0,0,0,"
            "0,0,0,0,0.024680,network or targets,0.010,0.502,0.901,0.991,1.000,1.000,0.000,false,0.000000\n"
            "2,latency,2026-11-25T03:48:15.123Z,47640.000,47640.000,47640.000,0.000,1.000,500,47640,47640,47640,0,0,0,"
            "0,0,0,0,0,0.000000,none,0.010,0.502,0.901,0.991,1.000,1.000,0.000,false,0.000000\n");
}

TEST(ThroughputText, the_json_has_everything) {
  const Json json = Json::parse(throughput_json(report_of(SearchResult::Kind::found))).value();
  EXPECT_EQ(json.string_at("schema"), "ringsweep.throughput/1");
  const Json& result = json.at("result");
  EXPECT_EQ(result.string_at("kind"), "found");
  EXPECT_EQ(result.number_at("low_pps"), 47'640);
  EXPECT_EQ(result.number_at("high_pps"), 48'890);
  EXPECT_EQ(result.string_at("first_limit"), "network");
  EXPECT_EQ(result.count_at("recommended_pps"), 42'000U);
  EXPECT_TRUE(result.at("loss_floor").is_null());
  EXPECT_TRUE(json.boolean_at("complete"));
  const Json::Array& trials = json.at("trials").elements("trials");
  ASSERT_EQ(trials.size(), 2U);
  EXPECT_EQ(trials[0].count_at("lost"), 1234U);
  EXPECT_EQ(trials[0].find("rtt_histogram"), nullptr);
  const Json::Array& histogram = trials[1].at("rtt_histogram").elements("rtt_histogram");
  EXPECT_EQ(histogram.front().number_at("up_to_ms"), 0.01);
  EXPECT_EQ(histogram.front().count_at("count"), 1U);
  EXPECT_EQ(histogram.back().number_at("up_to_ms"), 1);
  EXPECT_EQ(histogram.back().count_at("count"), 100U);
}

TEST(ThroughputText, a_trial_line_tells_what_is_not_as_it_should_be) {
  TrialResult lossy = trial(TrialPurpose::bisect, 2000, 300);
  lossy.dropped = 290;
  EXPECT_EQ(
      trial_line(7, lossy, {}),
      "trial 7 bisect: 2 kpps for 1.00 s, 2000 sent, 300 lost (15.0%), 290 dropped here; rtt ms p50 0.502, p99 0.991; here (dropped at our socket)\n");
}

TEST(ThroughputText, a_trial_line_tells_that_a_queue_grows) {
  // 880 of 1000 probes a second come back, so half a second later an RTT is longer by 120/880 of that time.
  TrialResult queued = trial(TrialPurpose::bisect, 2000, 0);
  queued.second_quarter = {.count = 500, .sum = 5, .squares = 0.05};
  const double later_s = 0.01 + 0.5 * 120 / 880;
  queued.last_quarter = {.count = 500, .sum = 500 * later_s, .squares = 500 * later_s * later_s};
  EXPECT_EQ(
      trial_line(7, queued, {}),
      "trial 7 bisect: 2 kpps for 1.00 s, 2000 sent, 0 lost; rtt ms p50 0.502, p99 0.991; a queue grows by 12.0% of the rate sent\n");
}

TEST(ThroughputPlot, is_a_whole_svg_without_a_background) {
  const std::string plot = throughput_plot(report_of(SearchResult::Kind::found));
  EXPECT_TRUE(plot.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 "));
  EXPECT_TRUE(plot.ends_with("</svg>\n"));
  EXPECT_THAT(plot, HasSubstr(">Latency below 47.6 kpps<"));
  EXPECT_THAT(plot, Not(HasSubstr("nan")));
  EXPECT_THAT(plot, Not(HasSubstr("inf")));
}

TEST(ThroughputPlot, of_nothing_is_an_empty_picture) {
  EXPECT_THAT(throughput_plot(ThroughputReport{}), Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace ringsweep
