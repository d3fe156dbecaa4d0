#include "engine/sweep/completeness.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace ringsweep {
namespace {

// A complete sweep of 10 targets: 7 alive, 2 silent, 1 skipped.
SweepSummary good_summary() {
  SweepSummary summary;
  summary.targets = 10;
  summary.tally.of(State::alive) = 7;
  summary.tally.of(State::no_reply) = 2;
  summary.tally.of(State::skipped) = 1;
  summary.sockets = "ping sockets";
  return summary;
}

int exit_of(SweepSummary summary, const SweepOptions& options = {}, const WriterResult& written = {},
            bool interrupted = false, std::vector<LocalCounters::Moved> counters = {}) {
  assess_completeness(summary, written, {options, "out.csv", interrupted, std::move(counters)});
  return summary.exit_status;
}

TEST(Completeness, a_sweep_that_decided_every_target_is_complete_whatever_it_found) {
  SweepSummary summary = good_summary();
  assess_completeness(summary, {}, {{}, "out.csv", false, {}});
  EXPECT_TRUE(summary.complete);
  EXPECT_EQ(summary.exit_status, 0);
  EXPECT_TRUE(summary.incomplete_because.empty());
}

TEST(Completeness, expectations_ask_for_alive_targets_and_leave_skipped_ones_out) {
  SweepOptions seven;
  seven.expect_alive = 7;
  EXPECT_EQ(exit_of(good_summary(), seven), 0);
  SweepOptions eight;
  eight.expect_alive = 8;
  EXPECT_EQ(exit_of(good_summary(), eight), 1);
  SweepOptions all;
  all.expect_all = true;
  EXPECT_EQ(exit_of(good_summary(), all), 1);
  SweepSummary all_alive = good_summary();
  all_alive.tally.of(State::alive) = 9;
  all_alive.tally.of(State::no_reply) = 0;
  EXPECT_EQ(exit_of(all_alive, all), 0);
}

TEST(Completeness, an_incomplete_sweep_is_3_even_where_an_expectation_failed) {
  SweepOptions eight;
  eight.expect_alive = 8;
  EXPECT_EQ(exit_of(good_summary(), eight, {}, true), 3);
}

TEST(Completeness, targets_without_verdict_make_it_incomplete) {
  SweepSummary summary = good_summary();
  summary.tally.of(State::not_sent) = 3;
  summary.tally.of(State::interrupted) = 2;
  assess_completeness(summary, {}, {{}, "out.csv", true, {}});
  EXPECT_FALSE(summary.complete);
  EXPECT_EQ(summary.exit_status, 3);
  EXPECT_EQ(summary.incomplete_because, (std::vector<std::string>{"interrupted", "5 targets not decided"}));
}

TEST(Completeness, output_that_failed_is_named_with_its_file_and_error) {
  WriterResult written;
  written.errno_value = ENOSPC;
  written.rows_lost = 12;
  SweepSummary summary = good_summary();
  assess_completeness(summary, written, {{}, "out.csv", false, {}});
  EXPECT_EQ(summary.exit_status, 3);
  EXPECT_EQ(summary.incomplete_because,
            (std::vector<std::string>{"out.csv: No space left on device, 12 rows not written"}));
}

TEST(Completeness, a_store_that_failed_makes_it_incomplete) {
  SweepSummary lost = good_summary();
  assess_completeness(lost, {}, {{}, "out.csv", false, {}, false, {4, 6, "store 'x.db': database or disk is full"}});
  EXPECT_EQ(lost.exit_status, 3);
  EXPECT_EQ(lost.incomplete_because,
            (std::vector<std::string>{"store 'x.db': database or disk is full, 6 rows not stored"}));
  SweepSummary at_its_end = good_summary();
  assess_completeness(at_its_end, {}, {{}, "out.csv", false, {}, false, {10, 0, "store 'x.db': database is locked"}});
  EXPECT_EQ(at_its_end.incomplete_because, (std::vector<std::string>{"store 'x.db': database is locked"}));
}

TEST(Completeness, targets_that_the_local_filter_refused_make_it_incomplete_and_those_without_route_do_not) {
  SweepSummary no_route = good_summary();
  no_route.tally.of(State::send_failed) = 1;
  EXPECT_EQ(exit_of(no_route), 0);
  no_route.tally.local.targets_refused = 1;
  EXPECT_EQ(exit_of(no_route), 3);
}

TEST(Completeness, replies_lost_here_for_good_are_a_lower_bound) {
  SweepSummary summary = good_summary();
  summary.tally.local.socket_drops = 9;
  summary.tally.local.unrepaired = 4;
  assess_completeness(summary, {}, {{}, "out.csv", false, {}});
  ASSERT_EQ(summary.lower_bound.size(), 1U);
  // It names not the drops, most of which were repaired, but what they left undecided.
  EXPECT_EQ(summary.lower_bound[0].counter, "unrepaired");
  EXPECT_EQ(summary.lower_bound[0].delta, 4U);
  EXPECT_FALSE(summary.lower_bound[0].remedy.empty());
  EXPECT_EQ(summary.exit_status, 3);
}

TEST(Completeness, hidden_ipv6_drops_are_a_lower_bound_only_where_a_ping_socket_hid_them) {
  const std::vector<LocalCounters::Moved> moved{{"Ip6OutDiscards", 9}, {"IpOutDiscards", 5}};
  SweepSummary hidden = good_summary();
  assess_completeness(hidden, {}, {{}, "out.csv", false, moved, true});
  ASSERT_EQ(hidden.lower_bound.size(), 1U);
  EXPECT_EQ(hidden.lower_bound[0].counter, "Ip6OutDiscards");
  EXPECT_EQ(hidden.lower_bound[0].delta, 9U);
  EXPECT_NE(hidden.lower_bound[0].remedy.find("CAP_NET_RAW"), std::string::npos);
  SweepSummary shown = good_summary();
  assess_completeness(shown, {}, {{}, "out.csv", false, moved, false});
  EXPECT_EQ(shown.exit_status, 0);
  ASSERT_EQ(shown.kernel_counters.size(), 2U);
  EXPECT_EQ(shown.kernel_counters[0].remedy, shown.kernel_counters[1].remedy) << "what was lost was sent again";
}

TEST(Completeness, counters_of_what_was_made_good_are_told_and_do_not_make_it_incomplete) {  // field bug 5, 6
  SweepSummary summary = good_summary();
  assess_completeness(summary, {}, {{}, "out.csv", false, {{"IpOutDiscards", 5}, {"IpForwDatagrams", 10}}});
  ASSERT_EQ(summary.kernel_counters.size(), 1U);
  EXPECT_EQ(summary.kernel_counters[0].counter, "IpOutDiscards");
  EXPECT_EQ(summary.kernel_counters[0].delta, 5U);
  EXPECT_TRUE(summary.complete);
}

TEST(Completeness, what_an_earlier_run_lost_silently_stays_a_lower_bound_and_is_added_to_what_this_one_lost) {
  const CompletenessFacts facts{{},
                                "out.csv",
                                false,
                                {{"conntrack_drop", 3}, {"IpOutDiscards", 5}},
                                false,
                                {},
                                {{"conntrack_drop", 4}, {"Ip6OutDiscards", 9}}};
  SweepSummary silent = good_summary();
  assess_completeness(silent, {}, facts);
  ASSERT_EQ(silent.lower_bound.size(), 2U);
  EXPECT_EQ(silent.lower_bound[0].counter, "Ip6OutDiscards") << "hidden then, whatever this run's sockets are";
  EXPECT_EQ(silent.lower_bound[0].delta, 9U);
  EXPECT_EQ(silent.lower_bound[1].counter, "conntrack_drop");
  EXPECT_EQ(silent.lower_bound[1].delta, 7U);
  EXPECT_EQ(silent.exit_status, 3);
  SweepSummary all_answered = good_summary();
  all_answered.tally.of(State::no_reply) = 0;
  assess_completeness(all_answered, {}, facts);
  EXPECT_EQ(all_answered.exit_status, 0);
}

TEST(Completeness, silent_losses_are_those_that_no_error_told_of) {
  const std::vector<LocalCounters::Moved> moved{
      {"IpOutDiscards", 5}, {"Ip6OutDiscards", 9}, {"conntrack_drop", 3}, {"IPReversePathFilter", 2}};
  const auto names = [](const std::vector<LocalCounters::Moved>& counters) {
    std::vector<std::string> result;
    for (const LocalCounters::Moved& one : counters) result.push_back(one.name);
    return result;
  };
  EXPECT_EQ(names(silent_losses(moved, true)),
            (std::vector<std::string>{"Ip6OutDiscards", "conntrack_drop", "IPReversePathFilter"}));
  EXPECT_EQ(names(silent_losses(moved, false)), (std::vector<std::string>{"conntrack_drop", "IPReversePathFilter"}));
}

TEST(Completeness, answers_that_the_kernel_dropped_are_a_lower_bound_where_targets_are_silent) {
  const std::vector<LocalCounters::Moved> moved{{"IPReversePathFilter", 3}};
  EXPECT_EQ(exit_of(good_summary(), {}, {}, false, moved), 3);
  SweepSummary all_answered = good_summary();
  all_answered.tally.of(State::no_reply) = 0;
  EXPECT_EQ(exit_of(all_answered, {}, {}, false, moved), 0);
}

}  // namespace
}  // namespace ringsweep
