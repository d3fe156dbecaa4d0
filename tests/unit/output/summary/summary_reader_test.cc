#include "ringsweep/output/summary/summary_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;

SweepSummary example() {
  SweepSummary summary;
  summary.version = "0.1.0";
  summary.plan_id = 0xc0ffee;
  summary.targets_id = 0xabc;
  summary.targets = 256;
  summary.seed = 7;
  summary.shard = 2;
  summary.shards = 3;
  summary.rate_asked = Rate{500};
  summary.started_ns = 1'795'631'830'123'000'000;
  summary.finished_ns = 1'795'631'833'456'000'000;
  summary.duration_ns = 3'333'000'000;
  summary.complete = false;
  summary.exit_status = 3;
  summary.incomplete_because = {"interrupted"};
  summary.lower_bound = {{"socket_drops", 12, "lower -r"}};
  summary.guards = {{"on-link", "held back"}};
  summary.notes = {"a note"};
  summary.tally.of(State::alive) = 200;
  summary.tally.of(State::not_sent) = 56;
  summary.tally.probes_sent = 300;
  summary.tally.of(Outcome::answered) = 300;
  summary.tally.replies.late = 4;
  summary.tally.local.socket_drops = 12;
  summary.tally.rtt.kernel_stamp = 300;
  summary.engine = "uring";
  summary.workers = 2;
  return summary;
}

std::string error_of(const std::string& text) {
  try {
    read_summary(text, "s.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(SummaryReader, reads_back_what_was_written) {
  const std::string text = summary_json(example());
  EXPECT_EQ(summary_json(read_summary(text, "s.json").value()), text);
}

TEST(SummaryReader, ignores_what_newer_versions_added_and_older_ones_lack) {
  std::string text = replaced(summary_json(example()), R"("seed": 7,)", R"("seed": 7, "added": [1],)");
  text = replaced(text, R"(  "targets_id": "0000000000000abc",)", "");
  text = replaced(text, R"("late": 4,)", "");
  const SweepSummary summary = read_summary(text, "s.json").value();
  EXPECT_EQ(summary.targets_id, 0U);
  EXPECT_EQ(summary.tally.replies.late, 0U);
  EXPECT_EQ(summary.seed, 7U);
}

TEST(SummaryReader, takes_no_other_file_for_a_summary) {
  for (const char* text : {"", "[]", "{", "{}", R"({"schema": 1})", R"({"schema": "other/1"})", "address,name\n"})
    EXPECT_FALSE(read_summary(text, "s.json")) << text;
}

TEST(SummaryReader, refuses_a_newer_schema) {
  EXPECT_EQ(error_of(replaced(summary_json(example()), "summary/1", "summary/2")),
            "s.json: unknown summary schema 'ringsweep.summary/2'; this version reads ringsweep.summary/1");
}

TEST(SummaryReader, refuses_what_is_damaged) {
  const std::string text = summary_json(example());
  EXPECT_EQ(error_of(replaced(text, "\"2/3\"", "\"4/3\"")), "s.json: the summary is damaged: invalid shard '4/3'");
  EXPECT_EQ(error_of(replaced(text, "\"alive\": 200", "\"alive\": -1")),
            "s.json: the summary is damaged: invalid alive '-1'");
  EXPECT_EQ(error_of(replaced(text, "0000000000c0ffee", "coffee")),
            "s.json: the summary is damaged: invalid plan_id 'coffee'");
  EXPECT_THAT(error_of(replaced(text, "\"complete\": false", "\"complete\": 0")), HasSubstr("invalid complete '0'"));
  EXPECT_THAT(error_of(replaced(text, "\"started\": \"2026", "\"started\": \"26")), HasSubstr("invalid started '26-"));
  EXPECT_THAT(error_of(replaced(text, "\"targets\"", "\"other\"")), HasSubstr("is damaged: missing targets"));
}

}  // namespace
}  // namespace ringsweep
