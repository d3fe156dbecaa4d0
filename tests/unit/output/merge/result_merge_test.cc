#include "ringsweep/output/merge/result_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/output/results/result_reader.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* header = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time";
constexpr const char* time = "2026-11-28T00:00:00.000Z";

class Merge : public testing::Test {
 protected:
  // Part `shard` of `shards`, called "part1" and so on, with rows such as "10.0.0.1,,alive,0.100".
  void part(std::uint64_t shard, std::uint64_t shards, const std::vector<std::string>& rows) {
    part(shard, shards, "", rows);
  }
  // With the columns ",mac,rdns", and rows such as "10.0.0.1,,alive,0.100|,02:00:00:00:00:01,one.example".
  void part(std::uint64_t shard, std::uint64_t shards, const std::string& more_columns,
            const std::vector<std::string>& rows) {
    ResultSet& set = sets_.emplace_back("part" + std::to_string(shard), zones_);
    ResultReader reader(set.name());
    reader.feed(header + more_columns + "\n", [](const ResultRow&) {});
    for (const std::string& row : rows) {
      const std::string more = row.find('|') == std::string::npos ? "" : row.substr(row.find('|') + 1);
      reader.feed(row.substr(0, row.find('|')) + ",64,1,,,,," + time + more + "\n",
                  [&set](const ResultRow& read) { set.add(read); });
    }
    set.finish(false, reader.more_columns());
    SweepSummary& summary = summaries_.emplace_back();
    summary.plan_id = 5;
    summary.seed = 7;
    summary.shard = shard;
    summary.shards = shards;
    summary.rate_asked = Rate{500'000};
    summary.engine = "uring";
    for (std::size_t i = 0; i < state_count; ++i) {
      summary.tally.states[i] = set.count(static_cast<State>(i));
      summary.targets += summary.tally.states[i];
    }
  }
  SweepSummary& summary(std::size_t index) { return summaries_[index]; }
  std::vector<MergePart> parts() const {
    std::vector<MergePart> all;
    for (std::size_t i = 0; i < sets_.size(); ++i) all.push_back({sets_[i], summaries_[i]});
    return all;
  }
  SweepSummary merged() { return merge_summaries(parts(), MergedRows(parts(), zones_), "0.1.0"); }
  template <typename Call>
  static std::string error_of(ExitCode code, const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), code);
      return error.what();
    }
    ADD_FAILURE() << "was accepted";
    return {};
  }

  ResultZones zones_;
  std::deque<ResultSet> sets_;
  std::deque<SweepSummary> summaries_;
};

TEST_F(Merge, keeps_the_columns_of_options_each_in_its_place_wherever_a_part_has_it) {
  part(1, 3, ",rdns,mac", {"10.0.0.3,,alive,0.100|,three.example,02:00:00:00:00:03", "10.0.0.9,,no_reply,|,,"});
  part(2, 3, ",mac", {"10.0.0.2,,alive,0.100|,02:00:00:00:00:02"});
  part(3, 3, {"10.0.0.1,,alive,0.100"});
  const MergedRows rows(parts(), zones_);
  std::vector<std::string> texts;
  for (ExtraColumn* column : rows.columns()) {
    texts.push_back(std::string(column->name()) + " " + std::to_string(column->usual_width()));
    for (const Verdict& row : rows.rows()) texts.emplace_back(column->value(row));
  }
  EXPECT_THAT(texts, ElementsAre("mac 17", "", "02:00:00:00:00:02", "02:00:00:00:00:03", "",  //
                                 "rdns 13", "", "", "three.example", ""));
}

TEST_F(Merge, has_no_further_columns_where_no_part_has_one) {
  part(1, 1, {"10.0.0.1,,alive,0.100"});
  EXPECT_THAT(MergedRows(parts(), zones_).columns(), IsEmpty());
}

TEST_F(Merge, joins_rows_in_address_order_names_last) {
  part(2, 2, {"10.0.0.10,,alive,0.100", "10.0.0.7,b,alive,0.300", "fe80::1%eth0,,no_reply,"});
  part(1, 2, {",a,unresolved,", "10.0.0.9,,alive,0.200", "2001:db8::1,,alive,0.400", "10.0.0.7,,alive,0.500"});
  const MergedRows merged(parts(), zones_);
  TextBuffer text;
  const auto format = make_row_format(RowFormatKind::csv, {merged.targets(), zones_.names()});
  for (const Verdict& row : merged.rows()) format->append_row(text, row);
  const std::string end = std::string(",64,1,,,,,") + time + "\n";
  EXPECT_EQ(std::string(text.view()), "10.0.0.7,,alive,0.500" + end + "10.0.0.9,,alive,0.200" + end +
                                          "10.0.0.10,,alive,0.100" + end + "2001:db8::1,,alive,0.400" + end +
                                          "fe80::1%eth0,,no_reply," + end + ",a,unresolved," + end +
                                          "10.0.0.7,b,alive,0.300" + end);
  EXPECT_EQ(merged.targets().count(), 7U);
  EXPECT_EQ(merged.targets().v4_count(), 3U);
  EXPECT_EQ(merged.targets().name_count(), 2U);
}

TEST_F(Merge, of_names_alone_or_of_nothing_is_fine) {
  part(1, 2, {",a,unresolved,"});
  part(2, 2, {});
  EXPECT_EQ(MergedRows(parts(), zones_).targets().count(), 1U);
}

TEST_F(Merge, tells_which_parts_were_resumed) {
  part(1, 2, {"10.0.0.1,,alive,0.100"});
  part(2, 2, {"10.0.0.3,,alive,0.300"});
  summary(0).decided_before = 2;
  summary(1).decided_before = 3;
  summary(1).run = 4;
  const SweepSummary whole = merged();
  EXPECT_EQ(whole.decided_before, 5U);
  EXPECT_THAT(whole.notes, ElementsAre("part2: resumed (run 4): probes and replies are those of its last run"));
}

TEST_F(Merge, sums_what_was_counted_and_computes_the_rtts_anew) {
  part(1, 2, {"10.0.0.1,,alive,0.100", "10.0.0.2,,no_reply,"});
  part(2, 2, {"10.0.0.3,,alive,0.300"});
  summary(0).tally.probes_sent = 4;
  summary(1).tally.probes_sent = 1;
  summary(0).started_ns = 2'000'000'000;
  summary(1).started_ns = 1'000'000'000;
  summary(0).finished_ns = 5'000'000'000;
  summary(1).finished_ns = 3'000'000'000;
  summary(0).kernel_counters = {{"IpOutDiscards", 2, "x"}};
  summary(1).kernel_counters = {{"IpOutDiscards", 3, "x"}};
  summary(1).engine = "mmsg";
  const SweepSummary whole = merged();
  EXPECT_EQ(whole.command, "merge");
  EXPECT_EQ(whole.plan_id, 5U);
  EXPECT_EQ(whole.targets, 3U);
  EXPECT_EQ(whole.shard, 1U);
  EXPECT_EQ(whole.shards, 1U);
  EXPECT_EQ(whole.seed, 7U);
  EXPECT_EQ(whole.rate_asked.milli_pps, 1'000'000U);
  EXPECT_EQ(whole.tally.of(State::alive), 2U);
  EXPECT_EQ(whole.tally.of(State::no_reply), 1U);
  EXPECT_EQ(whole.tally.probes_sent, 5U);
  EXPECT_EQ(whole.started_ns, 1'000'000'000);
  EXPECT_EQ(whole.finished_ns, 5'000'000'000);
  EXPECT_EQ(whole.duration_ns, 4'000'000'000);
  EXPECT_EQ(whole.rtts.count(), 2U);
  EXPECT_EQ(whole.rtts.min_ns(), 100'000);
  EXPECT_EQ(whole.rtts.max_ns(), 300'000);
  ASSERT_EQ(whole.kernel_counters.size(), 1U);
  EXPECT_EQ(whole.kernel_counters[0].delta, 5U);
  EXPECT_EQ(whole.engine, "uring, mmsg");
  EXPECT_TRUE(whole.complete);
  EXPECT_EQ(whole.exit_status, 0);
  EXPECT_THAT(whole.notes, IsEmpty());
}

TEST_F(Merge, lists_the_parts_that_are_missing) {
  part(2, 4, {});
  part(3, 4, {});
  EXPECT_EQ(error_of(ExitCode::incomplete, [&] { check_parts(parts()); }), "2 of 4 parts are missing: 1/4 4/4");
}

TEST_F(Merge, lists_no_more_missing_parts_than_can_be_read) {
  part(1, 1'000'000'000'000, {});
  const std::string error = error_of(ExitCode::incomplete, [&] { check_parts(parts()); });
  EXPECT_THAT(error, HasSubstr("999999999999 of 1000000000000 parts are missing: 2/1000000000000 3/"));
  EXPECT_THAT(error, HasSubstr(" 21/1000000000000 and 999999999979 more"));
}

TEST_F(Merge, refuses_a_part_that_is_there_twice) {
  part(1, 2, {});
  part(1, 2, {});
  EXPECT_EQ(error_of(ExitCode::usage, [&] { check_parts(parts()); }), "part1 and part1 are both part 1/2");
}

TEST_F(Merge, refuses_parts_of_different_plans) {
  part(1, 2, {});
  part(2, 2, {});
  summary(1).plan_id = 6;
  EXPECT_EQ(
      error_of(ExitCode::usage, [&] { check_parts(parts()); }),
      "part2 belongs to another plan than part1: plan 0000000000000006 in 2 parts, seed 7 and plan 0000000000000005 in "
      "2 parts, seed 7");
  summary(1).plan_id = 5;
  summary(1).shards = 3;
  EXPECT_THAT(error_of(ExitCode::usage, [&] { check_parts(parts()); }), HasSubstr("in 3 parts, seed 7 and"));
}

TEST_F(Merge, refuses_a_target_that_is_in_two_parts) {
  part(1, 2, {"10.0.0.1,,alive,0.100"});
  part(2, 2, {"10.0.0.1,,no_reply,"});
  EXPECT_EQ(error_of(ExitCode::usage, [&] { merged(); }), "the parts: duplicate row for 10.0.0.1");
}

TEST_F(Merge, refuses_a_summary_that_counts_fewer_rows_than_there_are) {
  part(1, 1, {"10.0.0.1,,alive,0.100"});
  summary(0).tally.of(State::alive) = 0;
  EXPECT_EQ(error_of(ExitCode::usage, [&] { merged(); }), "part1 has 1 alive row, but its summary counts 0");
}

TEST_F(Merge, is_incomplete_where_a_part_is) {
  part(1, 2, {"10.0.0.1,,alive,0.100"});
  part(2, 2, {"10.0.0.3,,alive,0.100"});
  summary(0).incomplete_because = {"interrupted", "9 targets not decided"};
  summary(1).tally.of(State::alive) = 2;
  const SweepSummary whole = merged();
  EXPECT_FALSE(whole.complete);
  EXPECT_EQ(whole.exit_status, 3);
  EXPECT_THAT(whole.incomplete_because,
              ElementsAre("part1: interrupted", "part1: 9 targets not decided", "part2: 1 of 2 alive rows"));
}

TEST_F(Merge, is_incomplete_where_a_part_has_no_row_left_of_those_who_answered) {
  part(1, 3, {"10.0.0.1,,alive,0.100"});
  part(2, 3, {});
  part(3, 3, {"10.0.0.3,,no_reply,"});
  summary(1).tally.of(State::alive) = 2;
  summary(2).tally.of(State::alive) = 2;  // --show no_reply
  const SweepSummary whole = merged();
  EXPECT_EQ(whole.exit_status, 3);
  EXPECT_THAT(whole.incomplete_because, ElementsAre("part2: no rows, although 2 targets answered"));
}

TEST_F(Merge, says_that_parts_have_rows_of_some_targets_only) {
  part(1, 1, {"10.0.0.1,,alive,0.100"});
  summary(0).tally.of(State::no_reply) = 255;
  EXPECT_TRUE(merged().complete);
  EXPECT_THAT(merged().notes, ElementsAre("part1: rows for 1 of 256 targets"));
}

}  // namespace
}  // namespace ringsweep
