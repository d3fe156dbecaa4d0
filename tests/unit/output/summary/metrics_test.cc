#include "ringsweep/output/summary/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;

SweepSummary sweep() {
  SweepSummary summary;
  summary.version = "1.2.3";
  summary.finished_ns = 1'764'042'498'124'000'000;
  summary.duration_ns = 3'001 * ns_per_ms;
  summary.sending_ns = 2 * ns_per_s;
  summary.tally.of(State::alive) = 3;
  summary.tally.of(State::no_reply) = 253;
  summary.tally.probes_sent = 762;
  summary.tally.of(Outcome::answered) = 3;
  summary.tally.of(Outcome::timed_out) = 759;
  summary.tally.local.socket_drops = 5;
  summary.kernel_counters = {{"arp_table_fulls", 7, ""}};
  for (const std::int64_t rtt_ns : {1'000'000, 1'000'000, 1'000'000}) summary.rtts.add(rtt_ns);
  return summary;
}

TEST(Metrics, each_state_result_and_counter_is_a_sample_with_the_job) {
  const std::string text = metrics_text(sweep(), "office");
  EXPECT_THAT(text, HasSubstr("# HELP ringsweep_targets Targets of the last sweep, by state.\n"
                              "# TYPE ringsweep_targets gauge\n"
                              "ringsweep_targets{job_name=\"office\",state=\"alive\"} 3\n"
                              "ringsweep_targets{job_name=\"office\",state=\"other_source\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_targets{job_name=\"office\",state=\"no_reply\"} 253\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_probes{job_name=\"office\",result=\"timed_out\"} 759\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_local_loss{job_name=\"office\",counter=\"socket_drops\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_local_loss{job_name=\"office\",counter=\"arp_table_fulls\"} 7\n"));
}

TEST(Metrics, rates_and_times_are_in_base_units) {
  const std::string text = metrics_text(sweep(), "office");
  EXPECT_THAT(text, HasSubstr("ringsweep_rate_pps{job_name=\"office\"} 380.5\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_duration_seconds{job_name=\"office\"} 3.001\n"));
  // promtool accepts quantiles only in a summary.
  EXPECT_THAT(text, HasSubstr("# TYPE ringsweep_rtt_seconds summary\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_rtt_seconds{job_name=\"office\",quantile=\"0.99\"} 0.001\n"
                              "ringsweep_rtt_seconds_sum{job_name=\"office\"} 0.003\n"
                              "ringsweep_rtt_seconds_count{job_name=\"office\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_complete{job_name=\"office\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_last_run_timestamp_seconds{job_name=\"office\"} 1764042498.124\n"));
  EXPECT_THAT(text, HasSubstr("ringsweep_build_info{job_name=\"office\",version=\"1.2.3\"} 1\n"));
}

TEST(Metrics, without_an_answer_there_is_no_round_trip_time) {
  SweepSummary summary = sweep();
  summary.rtts = {};
  EXPECT_THAT(metrics_text(summary, "office"), testing::Not(HasSubstr("rtt")));
}

TEST(Metrics, of_a_run_that_failed_there_is_only_that) {
  EXPECT_EQ(metrics_text_of_failure("1.2.3", "night \"a\"\\\n", 1'764'042'498'124'000'000),
            "# HELP ringsweep_complete 1 if the last sweep decided every target and lost nothing on this machine.\n"
            "# TYPE ringsweep_complete gauge\n"
            "ringsweep_complete{job_name=\"night \\\"a\\\"\\\\\\n\"} 0\n"
            "# HELP ringsweep_last_run_timestamp_seconds End of the last sweep, in seconds since 1970.\n"
            "# TYPE ringsweep_last_run_timestamp_seconds gauge\n"
            "ringsweep_last_run_timestamp_seconds{job_name=\"night \\\"a\\\"\\\\\\n\"} 1764042498.124\n"
            "# HELP ringsweep_build_info Always 1; the label is the version of ringsweep.\n"
            "# TYPE ringsweep_build_info gauge\n"
            "ringsweep_build_info{job_name=\"night \\\"a\\\"\\\\\\n\",version=\"1.2.3\"} 1\n");
}

}  // namespace
}  // namespace ringsweep
