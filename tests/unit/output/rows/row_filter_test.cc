#include "ringsweep/output/rows/row_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::error_of;
using test::verdict_of;

RowFilter filter_of(const std::vector<std::string>& show, bool alive_only = false,
                    RowFormatKind format = RowFormatKind::csv) {
  return RowFilter::from_options(show, alive_only, format);
}

const Verdict alive = verdict_of(0, "198.18.0.1", State::alive, Reason::echo_reply);
const Verdict other = verdict_of(0, "198.18.0.1", State::other_source, Reason::echo_reply);
const Verdict silent = verdict_of(0, "198.18.0.1", State::no_reply, Reason::timeout);
const Verdict by_arp = verdict_of(0, "198.18.0.1", State::no_reply, Reason::arp_reply);
const Verdict refused = verdict_of(0, "198.18.0.1", State::unreachable, Reason::admin_prohibited);

TEST(RowFilter, shows_by_default_what_the_format_is_for) {
  EXPECT_TRUE(filter_of({}).shows(silent));
  EXPECT_TRUE(filter_of({}, false, RowFormatKind::ndjson).shows(silent));
  EXPECT_FALSE(filter_of({}, false, RowFormatKind::table).shows(silent));
  EXPECT_TRUE(filter_of({}, false, RowFormatKind::table).shows(other));
  EXPECT_TRUE(filter_of({}, false, RowFormatKind::list).shows(alive));
  EXPECT_FALSE(filter_of({}, false, RowFormatKind::list).shows(other));
}

TEST(RowFilter, shows_the_states_and_the_reasons_that_were_asked_for) {
  const RowFilter filter = filter_of({"alive,arp_reply", "unreachable"});
  EXPECT_TRUE(filter.shows(alive));
  EXPECT_TRUE(filter.shows(by_arp));
  EXPECT_TRUE(filter.shows(refused));
  EXPECT_FALSE(filter.shows(silent));
  EXPECT_FALSE(filter.shows(other));
}

TEST(RowFilter, shows_everything_for_all_in_any_format) {
  const RowFilter filter = filter_of({"all"}, false, RowFormatKind::table);
  EXPECT_TRUE(filter.shows(silent));
  EXPECT_TRUE(filter.shows(alive));
}

TEST(RowFilter, shows_only_the_alive_for_a) {
  const RowFilter filter = filter_of({}, true);
  EXPECT_TRUE(filter.shows(alive));
  EXPECT_FALSE(filter.shows(other));
  EXPECT_FALSE(filter.shows(silent));
}

TEST(RowFilter, refuses_an_unknown_word_and_lists_the_valid_ones) {
  const Error error = error_of([] { filter_of({"alive,up"}); });
  EXPECT_EQ(error.exit_code(), ExitCode::usage);
  EXPECT_STREQ(error.what(), "--show: 'up' is neither a state nor a reason");
  EXPECT_NE(error.remedy().find("states: alive other_source unreachable"), std::string::npos);
  EXPECT_NE(error.remedy().find("reasons: echo_reply net_unreachable"), std::string::npos);
  EXPECT_EQ(error.remedy().find("not_sent"), std::string::npos);
}

TEST(RowFilter, the_same_choice_has_the_same_words) {
  EXPECT_EQ(RowFilter::all().words(), "all");
  EXPECT_EQ(filter_of({"all"}).words(), "all");
  EXPECT_EQ(filter_of({"arp_reply,other_source", "alive"}).words(), "alive,other_source,arp_reply");
  EXPECT_EQ(filter_of({}, true).words(), "alive");
  EXPECT_EQ(RowFilter::default_of(RowFormatKind::table).words(), "alive,other_source");
}

TEST(RowFilter, refuses_an_empty_word) {
  EXPECT_STREQ(error_of([] { filter_of({"alive,"}); }).what(), "--show: '' is neither a state nor a reason");
  EXPECT_STREQ(error_of([] { filter_of({""}); }).what(), "--show: '' is neither a state nor a reason");
}

TEST(RowFilter, refuses_states_that_never_become_rows) {
  EXPECT_STREQ(error_of([] { filter_of({"interrupted"}); }).what(),
               "--show: 'interrupted' is counted in the summary, but never written as a row");
}

TEST(RowFilter, refuses_a_together_with_show) {
  EXPECT_EQ(error_of([] { filter_of({"no_reply"}, true); }).exit_code(), ExitCode::usage);
}

}  // namespace
}  // namespace ringsweep
