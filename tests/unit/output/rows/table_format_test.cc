#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ringsweep/output/rows/row_format.h"
#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::address_of;
using test::alive;
using test::targets_of;
using test::verdict_of;

std::string table(const TargetSet& targets, const std::vector<Verdict>& verdicts, std::uint64_t hidden,
                  bool header = true) {
  const ZoneNames zones;
  TextBuffer out;
  const auto format = make_row_format(RowFormatKind::table, {targets, zones});
  if (header) format->append_header(out);
  for (const Verdict& verdict : verdicts) format->append_row(out, verdict);
  format->append_end(out, verdicts.size(), hidden);
  return std::string(out.view());
}

TEST(TableFormat, prints_a_small_table_in_address_order_with_the_number_not_shown) {
  const TargetSet targets = targets_of({"198.18.0.0/24"});
  EXPECT_EQ(table(targets, {alive(200, "198.18.0.200", 12'345'678), alive(3, "198.18.0.3")}, 254),
            "address       state  rtt_ms  ttl  attempts\n"
            "198.18.0.3    alive   0.123   64         1\n"
            "198.18.0.200  alive  12.346   64         1\n"
            "2 shown, 254 not shown (--show all shows every target)\n");
}

TEST(TableFormat, has_a_name_column_where_names_were_given_and_says_what_is_not_plain) {
  const TargetSet targets = targets_of({"198.18.0.1", "198.18.0.2", "router.example", "gone.example"});
  Verdict other = alive(1, "198.18.0.2");
  other.state = State::other_source;
  other.responder = address_of("198.18.255.1");
  EXPECT_EQ(table(targets,
                  {alive(2, "198.18.0.9"), other, verdict_of(3, "", State::unresolved, Reason::name_unknown),
                   alive(0, "198.18.0.1")},
                  0),
            "address     name            state         rtt_ms  ttl  attempts  detail\n"
            "198.18.0.1                  alive          0.123   64         1\n"
            "198.18.0.2                  other_source   0.123   64         1  echo_reply from 198.18.255.1\n"
            "198.18.0.9  router.example  alive          0.123   64         1\n"
            "            gone.example    unresolved                        0  name_unknown\n");
}

TEST(TableFormat, keeps_no_row_where_a_later_run_may_go_on) {
  const TargetSet targets = targets_of({"198.18.0.0/24"});
  const ZoneNames zones;
  TextBuffer out;
  const auto format = make_row_format(RowFormatKind::table, {targets, zones, {}, true});
  format->append_row(out, alive(200, "198.18.0.200"));
  EXPECT_EQ(out.view(), "198.18.0.200     alive              0.123   64         1\n");
  format->append_row(out, alive(3, "198.18.0.3"));
  EXPECT_EQ(out.view(),
            "198.18.0.200     alive              0.123   64         1\n"
            "198.18.0.3       alive              0.123   64         1\n");
}

TEST(TableFormat, says_only_the_number_not_shown_where_nobody_answered) {
  const TargetSet targets = targets_of({"198.18.0.0/24"});
  EXPECT_EQ(table(targets, {}, 256), "0 shown, 256 not shown (--show all shows every target)\n");
}

TEST(TableFormat, leaves_the_header_out_where_it_was_not_asked_for) {
  const TargetSet targets = targets_of({"198.18.0.0/24"});
  EXPECT_EQ(table(targets, {alive(3, "198.18.0.3")}, 0, false), "198.18.0.3  alive   0.123   64         1\n");
}

TEST(TableFormat, prints_a_large_table_as_the_rows_come) {
  const TargetSet targets = targets_of({"198.18.0.0/15"});  // 131,072
  EXPECT_EQ(table(targets, {alive(200, "198.18.0.200"), alive(3, "198.18.0.3")}, 131'070),
            "address          state             rtt_ms  ttl  attempts  detail\n"
            "198.18.0.200     alive              0.123   64         1\n"
            "198.18.0.3       alive              0.123   64         1\n"
            "2 shown, 131070 not shown (--show all shows every target)\n");
}

TEST(TableFormat, has_the_columns_of_options_behind_its_own) {
  const auto with_column = [](const TargetSet& targets) {
    test::ColumnOf column("rdns", {{3, "three.example"}, {200, "other"}});
    ExtraColumn* const columns[] = {&column};
    const ZoneNames zones;
    TextBuffer out;
    const auto format = make_row_format(RowFormatKind::table, {targets, zones, columns});
    format->append_header(out);
    format->append_row(out, alive(200, "198.18.0.200"));
    format->append_row(out, verdict_of(4, "198.18.0.4", State::no_reply, Reason::timeout));
    format->append_row(out, alive(3, "198.18.0.3"));
    format->append_end(out, 3, 0);
    return std::string(out.view());
  };
  EXPECT_EQ(with_column(targets_of({"198.18.0.0/24"})),
            "address       state     rtt_ms  ttl  attempts  detail   rdns\n"
            "198.18.0.3    alive      0.123   64         1           three.example\n"
            "198.18.0.4    no_reply                      0  timeout\n"
            "198.18.0.200  alive      0.123   64         1           other\n");
  EXPECT_EQ(
      with_column(targets_of({"198.18.0.0/15"})),
      "address          state             rtt_ms  ttl  attempts  detail                            rdns\n"
      "198.18.0.200     alive              0.123   64         1                                    other\n"
      "198.18.0.4       no_reply                              0  timeout\n"
      "198.18.0.3       alive              0.123   64         1                                    three.example\n");
}

TEST(TableFormat, keeps_65536_targets_and_no_more) {
  const std::vector<Verdict> verdicts = {alive(9, "198.18.0.9"), alive(1, "198.18.0.1")};
  const std::string kept = table(targets_of({"198.18.0.0/16"}), verdicts, 0, false);
  EXPECT_LT(kept.find("198.18.0.1 "), kept.find("198.18.0.9 "));
  const std::string streamed = table(targets_of({"198.18.0.0/16", "198.19.0.0"}), verdicts, 0, false);
  EXPECT_GT(streamed.find("198.18.0.1 "), streamed.find("198.18.0.9 "));
}

}  // namespace
}  // namespace ringsweep
