// The views of a store (ringsweep-output(5)), queried as the sqlite3 shell would.
#include <gtest/gtest.h>

#include <chrono>

#include "unit/output/store/store_support.h"

namespace ringsweep {
namespace {

using namespace test;

class StoreViews : public testing::Test {
 protected:
  // Stores the sweep of night 0, 1, 2 ... with these rows.
  std::int64_t night(int number, std::vector<ResultRow> rows, bool complete = true, std::uint64_t series = 0xabc) {
    const std::int64_t time_ns = first_night_ns + number * day_ns;
    for (ResultRow& row : rows) row.time_ns = time_ns;
    return put_sweep(store_, record_of(time_ns, series), rows, complete);
  }
  Lines ask(const std::string& sql) const { return query(path_, sql); }
  Lines new_hosts() const { return ask("SELECT address FROM new_hosts ORDER BY address"); }
  Lines gone_hosts() const { return ask("SELECT address FROM gone_hosts ORDER BY address"); }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.file("store.db");
  Store store_ = Store::open(path_);
};

TEST_F(StoreViews, after_one_sweep_nothing_is_new_or_gone) {
  night(0, {alive_row("192.0.2.1"), silent_row("192.0.2.2")});
  EXPECT_EQ(new_hosts(), Lines());
  EXPECT_EQ(gone_hosts(), Lines());
  EXPECT_EQ(ask("SELECT * FROM last_sweep"), Lines({"0000000000000abc|1||2026-11-25T00:00:00Z|4"}));
}

TEST_F(StoreViews, new_and_gone_hosts_are_the_changes_between_the_last_two_sweeps) {
  night(0, {alive_row("192.0.2.1"), alive_row("192.0.2.2"), silent_row("192.0.2.3"), silent_row("192.0.2.4")});
  night(1, {alive_row("192.0.2.1"), alive_row("192.0.2.2"), alive_row("192.0.2.3"), silent_row("192.0.2.4")});
  night(2, {alive_row("192.0.2.1"), silent_row("192.0.2.2"), alive_row("192.0.2.3"), alive_row("192.0.2.4")});
  EXPECT_EQ(ask("SELECT * FROM new_hosts"), Lines({"192.0.2.4|||1.5|no_reply|0000000000000abc|3|2"}));
  EXPECT_EQ(ask("SELECT * FROM gone_hosts"), Lines({"192.0.2.2|||no_reply|timeout|0000000000000abc|3|2"}));
}

TEST_F(StoreViews, an_incomplete_sweep_is_left_out) {
  night(0, {alive_row("192.0.2.1"), silent_row("192.0.2.2")});
  night(1, {alive_row("192.0.2.2")}, false);
  EXPECT_EQ(new_hosts(), Lines());
  EXPECT_EQ(gone_hosts(), Lines());
  night(2, {silent_row("192.0.2.1"), alive_row("192.0.2.2")});
  EXPECT_EQ(new_hosts(), Lines({"192.0.2.2"}));
  EXPECT_EQ(gone_hosts(), Lines({"192.0.2.1"}));
  EXPECT_EQ(ask("SELECT sweep, before FROM last_sweep"), Lines({"3|1"}));
}

TEST_F(StoreViews, a_host_is_gone_only_where_it_was_asked_and_did_not_answer) {
  night(0, {alive_row("192.0.2.1"), alive_row("192.0.2.2"), alive_row("192.0.2.3"), alive_row("192.0.2.4"),
            alive_row("192.0.2.5"), alive_row("192.0.2.6"), alive_row("192.0.2.7")});
  night(1, {silent_row("192.0.2.1"), row_of("192.0.2.2", State::unreachable, Reason::host_unreachable),
            row_of("192.0.2.3", State::time_exceeded, Reason::ttl_exceeded),
            row_of("192.0.2.4", State::other_source, Reason::echo_reply),
            row_of("192.0.2.5", State::send_failed, Reason::no_route),
            row_of("192.0.2.6", State::skipped, Reason::excluded)});
  EXPECT_EQ(gone_hosts(), Lines({"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}));
}

TEST_F(StoreViews, sweeps_of_other_targets_or_options_are_compared_among_themselves) {
  night(0, {alive_row("192.0.2.1")});
  night(0, {alive_row("198.51.100.1")}, true, 0xdef);
  night(1, {silent_row("192.0.2.1")});
  EXPECT_EQ(ask("SELECT series, sweep, before FROM last_sweep ORDER BY series"),
            Lines({"0000000000000abc|3|1", "0000000000000def|2|"}));
  EXPECT_EQ(gone_hosts(), Lines({"192.0.2.1"}));
  EXPECT_EQ(new_hosts(), Lines());
}

TEST_F(StoreViews, an_address_and_a_name_that_has_it_are_two_hosts) {
  ResultRow named = alive_row("192.0.2.1");
  named.name = "one.example";
  night(0, {alive_row("192.0.2.1"), named});
  ResultRow moved = alive_row("192.0.2.2");
  moved.name = "one.example";
  night(1, {alive_row("192.0.2.1"), moved});
  EXPECT_EQ(ask("SELECT address, name FROM new_hosts"), Lines({"192.0.2.2|one.example"}));
  EXPECT_EQ(gone_hosts(), Lines()) << "the old address of the name was not asked";
}

TEST_F(StoreViews, not_seen_tells_for_how_many_days) {
  const std::int64_t now_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const std::int64_t long_ago_ns = now_ns - 10 * day_ns;
  put_sweep(store_, record_of(long_ago_ns), {alive_row("192.0.2.1", long_ago_ns), alive_row("192.0.2.2", long_ago_ns)});
  put_sweep(store_, record_of(now_ns), {alive_row("192.0.2.1", now_ns), silent_row("192.0.2.2", now_ns)});
  EXPECT_EQ(ask("SELECT address, round(days), last_state FROM not_seen WHERE days > 7"),
            Lines({"192.0.2.2|10.0|no_reply"}));
  EXPECT_EQ(ask("SELECT count(*) FROM not_seen"), Lines({"2"}));
}

TEST_F(StoreViews, the_last_two_sweeps_are_found_without_looking_at_others) {
  night(0, {alive_row("192.0.2.1")});
  for (const std::string view : {"new_hosts", "gone_hosts"}) {
    const Lines plan = ask("EXPLAIN QUERY PLAN SELECT address FROM " + view);
    for (const std::string& step : plan) {
      EXPECT_EQ(step.find("SCAN now"), std::string::npos) << view << ": " << step;
      EXPECT_EQ(step.find("SCAN was"), std::string::npos) << view << ": " << step;
    }
  }
}

}  // namespace
}  // namespace ringsweep
