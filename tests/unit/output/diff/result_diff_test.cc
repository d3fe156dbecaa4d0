#include "ringsweep/output/diff/result_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/output/diff/diff_text.h"
#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* header = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time\n";

// A result from lines without the fields that do not matter here: "10.0.0.1,,alive,0.100,64,10.0.0.1".
class Side {
 public:
  Side(ResultZones& zones, const std::vector<std::string>& rows) : set_("result", zones) {
    ResultReader reader("result");
    reader.feed(header, [](const ResultRow&) {});
    for (const std::string& row : rows) {
      const std::size_t responder = row.rfind(',');
      reader.feed(row.substr(0, responder) + ",1" + row.substr(responder) + ",,,,2026-11-28T00:00:00.000Z\n",
                  [this](const ResultRow& read) { set_.add(read); });
    }
    set_.finish(false, {});
    summary_.plan_id = 1;
    summary_.targets_id = 7;
    for (std::size_t i = 0; i < state_count; ++i) summary_.tally.states[i] = set_.count(static_cast<State>(i));
  }
  SweepSummary& summary() {
    has_summary_ = true;
    return summary_;
  }
  const ResultSet& set() const { return set_; }
  DiffSide side() const { return {set_, has_summary_ ? &summary_ : nullptr}; }

 private:
  ResultSet set_;
  SweepSummary summary_;
  bool has_summary_ = false;
};

class Diff : public testing::Test {
 protected:
  Side result(const std::vector<std::string>& rows) { return {zones_, rows}; }
  static std::vector<std::string> lines(const Side& before, const Side& now, const DiffOptions& options = {}) {
    const std::string text =
        difference_text(compare_results(before.side(), now.side(), options), before.set(), now.set(), DiffFormat::csv);
    std::vector<std::string> found;
    for (std::size_t at = text.find('\n') + 1; at < text.size(); at = text.find('\n', at) + 1)
      found.push_back(text.substr(at, text.find('\n', at) - at));
    return found;
  }
  static DiffOptions all(std::uint64_t factor_milli = 3000, bool states = false) {
    return {true, states, factor_milli};
  }

  ResultZones zones_;
};

constexpr const char* alive_1 = "10.0.0.1,,alive,0.100,64,10.0.0.1";
constexpr const char* silent_1 = "10.0.0.1,,no_reply,,,";

TEST_F(Diff, of_equal_results_is_nothing_in_whatever_order_their_rows_are) {
  const Side before = result({alive_1, "10.0.0.2,,no_reply,,,", "2001:db8::1,,alive,1.000,60,2001:db8::1"});
  const Side now = result({"2001:db8::1,,alive,2.000,60,2001:db8::1", "10.0.0.2,,no_reply,,,", alive_1});
  EXPECT_THAT(lines(before, now), IsEmpty());
  EXPECT_THAT(lines(before, now, all()), IsEmpty());
}

TEST_F(Diff, shows_who_came_up_and_who_went_down_in_address_order_names_last) {
  const Side before = result({"10.0.0.9,,alive,0.100,64,10.0.0.9", "10.0.0.10,,unreachable,,64,10.0.0.254",
                              "10.0.0.7,b,alive,0.100,64,10.0.0.7", "fe80::1%eth0,,no_reply,,,"});
  const Side now = result({"fe80::1%eth0,,alive,0.100,64,fe80::1%eth0", "10.0.0.7,b,time_exceeded,,64,10.0.0.254",
                           "10.0.0.9,,other_source,0.100,64,10.0.0.254", "10.0.0.10,,alive,0.100,64,10.0.0.10"});
  EXPECT_THAT(lines(before, now),
              ElementsAre("down,10.0.0.9,,alive,other_source,", "up,10.0.0.10,,unreachable,alive,",
                          "up,fe80::1%eth0,,no_reply,alive,", "down,10.0.0.7,b,alive,time_exceeded,"));
}

TEST_F(Diff, calls_unknown_what_was_not_asked) {
  for (const std::string state : {"send_failed", "skipped"}) {
    const Side now = result({"10.0.0.1,," + state + ",,,"});
    EXPECT_THAT(lines(result({alive_1}), now), ElementsAre("unknown,10.0.0.1,,alive," + state + ",not_asked"));
    EXPECT_THAT(lines(now, result({alive_1})), ElementsAre("unknown,10.0.0.1,," + state + ",alive,not_asked"));
  }
}

TEST_F(Diff, without_a_summary_never_calls_a_missing_host_down) {
  EXPECT_THAT(lines(result({alive_1}), result({})), ElementsAre("unknown,10.0.0.1,,alive,,no_row"));
  EXPECT_THAT(lines(result({alive_1}), result({"10.0.0.2,,no_reply,,,"})),
              ElementsAre("unknown,10.0.0.1,,alive,,no_row"));
  EXPECT_THAT(lines(result({}), result({alive_1})), ElementsAre("unknown,10.0.0.1,,,alive,no_row"));
}

TEST_F(Diff, tells_hosts_missing_from_an_incomplete_sweep_apart) {
  Side before = result({alive_1});
  Side now = result({"10.0.0.2,,no_reply,,,"});
  before.summary();
  now.summary().complete = false;
  EXPECT_THAT(lines(before, now), ElementsAre("unknown,10.0.0.1,,alive,,incomplete"));
}

TEST_F(Diff, takes_a_missing_host_for_down_where_the_summaries_prove_it) {
  Side before = result({alive_1});
  Side now = result({"10.0.0.2,,alive,0.100,64,10.0.0.2"});
  before.summary().tally.of(State::no_reply) = 255;
  now.summary().tally.of(State::no_reply) = 255;
  EXPECT_THAT(lines(before, now), ElementsAre("down,10.0.0.1,,alive,,", "up,10.0.0.2,,,alive,"));
  now.summary().shard = before.summary().shard = 2;
  now.summary().shards = before.summary().shards = 3;
  EXPECT_THAT(lines(before, now), ElementsAre("down,10.0.0.1,,alive,,", "up,10.0.0.2,,,alive,"));
}

TEST_F(Diff, takes_no_summary_for_a_proof_that_leaves_a_doubt) {
  using Change = void (*)(SweepSummary&);
  for (const Change change : std::initializer_list<Change>{
           [](SweepSummary& summary) { summary.targets_id = summary.plan_id = 8; },
           [](SweepSummary& summary) { summary.targets_id = 0, summary.plan_id = 8; },
           [](SweepSummary& summary) { summary.plan_id = 8, summary.shards = 2; },
           [](SweepSummary& summary) { ++summary.tally.of(State::alive); },
           [](SweepSummary& summary) { ++summary.tally.of(State::send_failed); },
           [](SweepSummary& summary) { ++summary.tally.of(State::skipped); },
       }) {
    Side before = result({alive_1});
    Side now = result({});
    before.summary();
    change(now.summary());
    EXPECT_THAT(lines(before, now), ElementsAre("unknown,10.0.0.1,,alive,,no_row"));
  }
}

TEST_F(Diff, never_takes_a_missing_name_for_down_since_it_may_have_moved) {
  Side before = result({"10.0.0.1,host,alive,0.100,64,10.0.0.1"});
  Side now = result({"10.0.0.2,host,alive,0.100,64,10.0.0.2"});
  before.summary();
  now.summary();
  EXPECT_THAT(lines(before, now),
              ElementsAre("unknown,10.0.0.1,host,alive,,no_row", "unknown,10.0.0.2,host,,alive,no_row"));
}

TEST_F(Diff, does_not_believe_the_silence_of_a_sweep_that_lost_replies) {
  Side before = result({alive_1});
  Side now = result({silent_1});
  now.summary().lower_bound = {{"socket_drops", 3, ""}};
  EXPECT_THAT(lines(before, now), ElementsAre("unknown,10.0.0.1,,alive,no_reply,lower_bound"));
  EXPECT_THAT(lines(before, result({"10.0.0.1,,unreachable,,64,10.0.0.254"})),
              ElementsAre("down,10.0.0.1,,alive,unreachable,"));
}

TEST_F(Diff, of_all_takes_the_three_kinds_of_silence_for_one_unless_told_otherwise) {
  const Side before = result(
      {"10.0.0.1,,unreachable,,64,10.0.0.254", "10.0.0.2,,no_reply,,,", "10.0.0.3,,other_source,0.100,64,10.0.0.254"});
  const Side now = result({silent_1, "10.0.0.2,,time_exceeded,,63,10.0.0.253", "10.0.0.3,,no_reply,,,"});
  EXPECT_THAT(lines(before, now), IsEmpty());
  EXPECT_THAT(lines(before, now, all()), ElementsAre("state,10.0.0.3,,other_source,no_reply,"));
  EXPECT_THAT(lines(before, now, all(3000, true)),
              ElementsAre("state,10.0.0.1,,unreachable,no_reply,", "state,10.0.0.2,,no_reply,time_exceeded,",
                          "state,10.0.0.3,,other_source,no_reply,"));
}

TEST_F(Diff, of_all_shows_responders_and_ttls_of_the_same_kind_of_packet) {
  const Side before = result({"10.0.0.1,,unreachable,,64,10.0.0.254", "10.0.0.2,,alive,0.100,64,10.0.0.2"});
  const Side now = result({"10.0.0.1,,unreachable,,63,10.0.0.253", "10.0.0.2,,alive,0.100,128,10.0.0.2"});
  EXPECT_THAT(lines(before, now), IsEmpty());
  EXPECT_THAT(lines(before, now, all()), ElementsAre("responder,10.0.0.1,,10.0.0.254,10.0.0.253,",
                                                     "ttl,10.0.0.1,,64,63,", "ttl,10.0.0.2,,64,128,"));
}

TEST_F(Diff, of_all_shows_rtts_that_changed_by_the_factor_and_by_a_millisecond_at_least) {
  const Side before = result({"10.0.0.1,,alive,1.000,64,10.0.0.1", "10.0.0.2,,alive,0.100,64,10.0.0.2",
                              "10.0.0.3,,alive,9.000,64,10.0.0.3", "10.0.0.4,,alive,1.000,64,10.0.0.4"});
  const Side now = result({"10.0.0.1,,alive,3.000,64,10.0.0.1", "10.0.0.2,,alive,1.099,64,10.0.0.2",
                           "10.0.0.3,,alive,3.000,64,10.0.0.3", "10.0.0.4,,alive,2.999,64,10.0.0.4"});
  EXPECT_THAT(lines(before, now, all()), ElementsAre("rtt,10.0.0.1,,1.000,3.000,", "rtt,10.0.0.3,,9.000,3.000,"));
  EXPECT_THAT(lines(before, now, all(3001)), IsEmpty());
}

TEST_F(Diff, counts_what_it_compared) {
  const Side before = result({alive_1, "10.0.0.2,,no_reply,,,", "10.0.0.3,,no_reply,,,"});
  const Side now = result({silent_1, "10.0.0.2,,no_reply,,,", "10.0.0.4,,no_reply,,,"});
  EXPECT_EQ(difference_counts(compare_results(before.side(), now.side(), {})),
            "0 up, 1 down, 0 unknown; 2 targets in both, 1 only in the old result, 1 only in the new result\n");
}

TEST_F(Diff, is_shown_to_people_in_columns_and_to_programs_as_json) {
  const Side before = result({alive_1, "10.0.0.22,a,alive,4.000,64,10.0.0.22"});
  const Side now = result({silent_1, "10.0.0.22,a,alive,1.000,63,10.0.0.22"});
  const Difference difference = compare_results(before.side(), now.side(), all());
  EXPECT_EQ(difference_text(difference, before.set(), now.set(), DiffFormat::text),
            "down       10.0.0.1       alive -> no_reply\n"
            "ttl        10.0.0.22 (a)  64 -> 63\n"
            "rtt        10.0.0.22 (a)  4.000 -> 1.000 ms\n");
  EXPECT_EQ(difference_text(difference, before.set(), now.set(), DiffFormat::ndjson),
            R"({"change":"down","address":"10.0.0.1","name":null,"old":"alive","new":"no_reply","reason":null})"
            "\n"
            R"({"change":"ttl","address":"10.0.0.22","name":"a","old":64,"new":63,"reason":null})"
            "\n"
            R"({"change":"rtt","address":"10.0.0.22","name":"a","old":4.0,"new":1.0,"reason":null})"
            "\n");
}

TEST_F(Diff, refuses_a_result_that_has_a_target_twice) {
  try {
    result({alive_1, silent_1});
    FAIL() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_STREQ(error.what(), "result: duplicate row for 10.0.0.1");
  }
}

}  // namespace
}  // namespace ringsweep
