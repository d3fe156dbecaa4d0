#include "ringsweep/output/store/store.h"

#include <gtest/gtest.h>

#include "unit/output/store/store_support.h"

namespace ringsweep {
namespace {

using namespace test;

class StoreTest : public testing::Test {
 protected:
  Store open(std::int64_t busy_timeout_ns = ns_per_s) const {
    Store::Options options;
    options.busy_timeout_ns = busy_timeout_ns;
    return Store::open(path_, options);
  }
  Lines shell(const std::string& sql) const { return query(path_, sql); }
  // Address, state and name of a sweep's rows, as the reader returns them.
  static Lines read(const Store& store, std::int64_t sweep) {
    Lines lines;
    store.read_rows(sweep, [&lines](const ResultRow& row) {
      std::string line = to_text(row.address.address);
      if (!row.address.zone.empty()) line += "%" + row.address.zone;
      lines.push_back(line + " " + std::string(to_text(row.state)) + (row.name.empty() ? "" : " " + row.name));
    });
    return lines;
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.file("store.db");
};

TEST_F(StoreTest, a_sweep_is_kept_with_what_was_asked_and_what_came_of_it) {
  {
    Store store = open();
    EXPECT_EQ(store.begin_sweep(record_of()), 1);
    store.finish_sweep({first_night_ns + 5 * ns_per_s, true, 1, "{\"a\":1}"});
  }
  EXPECT_EQ(shell("SELECT * FROM sweeps"),
            Lines({"1|0000000000000abc|0000000000000123|sweep|[\"192.0.2.0/30\",\"-r\",\"10\"]|0.1.0|4|"
                   "18446744073709551615|1|1|1795564800000000000|1795564805000000000|1|1|{\"a\":1}"}));
}

TEST_F(StoreTest, a_row_is_kept_field_by_field_and_what_is_absent_is_null) {
  Store store = open();
  ResultRow gateway = row_of("fe80::1%eth0", State::unreachable, Reason::admin_prohibited);
  gateway.name = "router.example";
  gateway.attempts = 2;
  gateway.responder.address = address_of("2001:db8::1");
  gateway.icmp_type = 1;
  gateway.icmp_code = 1;
  put_sweep(store, record_of(), {alive_row("192.0.2.1"), gateway});
  EXPECT_EQ(
      shell("SELECT sweep, hex(key), zone, name, address, state, reason, rtt_ns, ttl, attempts, responder, icmp_type,"
            " icmp_code, time_ns FROM observations ORDER BY key"),
      Lines({"1|00000000000000000000FFFFC0000201|||192.0.2.1|alive|echo_reply|1500000|64|1|192.0.2.1|0|0|"
             "1795564800000000000",
             "1|FE800000000000000000000000000001|eth0|router.example|fe80::1%eth0|unreachable|admin_prohibited|||2|"
             "2001:db8::1|1|1|1795564800000000000"}));
}

TEST_F(StoreTest, rows_come_back_as_they_went_in) {
  Store store = open();
  ResultRow row = alive_row("fe80::1%eth0");
  row.name = "router.example";
  row.responder.zone = "eth0";
  const std::int64_t id = put_sweep(store, record_of(), {row});
  std::vector<ResultRow> back;
  store.read_rows(id, [&back](const ResultRow& read) { back.push_back(read); });
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].address, row.address);
  EXPECT_EQ(back[0].responder, row.responder);
  EXPECT_EQ(back[0].name, "router.example");
  EXPECT_EQ(back[0].state, State::alive);
  EXPECT_EQ(back[0].reason, Reason::echo_reply);
  EXPECT_EQ(back[0].rtt_ns, 1'500'000);
  EXPECT_EQ(back[0].ttl, 64);
  EXPECT_EQ(back[0].attempts, 1U);
  EXPECT_EQ(back[0].icmp_type, 0);
  EXPECT_EQ(back[0].icmp_code, 0);
  EXPECT_EQ(back[0].time_ns, first_night_ns);
}

TEST_F(StoreTest, columns_of_options_are_kept_by_name_and_null_where_there_is_nothing) {
  Store store = open();
  const std::int64_t id = store.begin_sweep(record_of());
  ResultRow full = alive_row("192.0.2.1"), empty = alive_row("192.0.2.2");
  full.more = {"?", "one.example", "02:00:00:00:00:01"};
  empty.more = {"", "", ""};
  const std::vector<std::string> columns = {"vlan", "rdns", "mac"};
  std::vector<ResultRow> rows = {full, empty};
  store.add([&, at = rows.begin()]() mutable { return at == rows.end() ? nullptr : &*at++; }, columns);
  add(store, {alive_row("192.0.2.3")});  // of a result that has no such columns
  const std::string sql = "SELECT address, ifnull(mac, 'null'), ifnull(rdns, 'null') FROM ";
  const Lines kept = {"192.0.2.1|02:00:00:00:00:01|one.example", "192.0.2.2|null|null", "192.0.2.3|null|null"};
  EXPECT_EQ(shell(sql + "observations"), kept);
  store.finish_sweep(end_of(true));
  EXPECT_EQ(shell(sql + "observations"), kept);
  EXPECT_EQ(shell(sql + "hosts"), kept);
  EXPECT_EQ(Store::more_columns(), Lines({"mac", "rdns"}));
  Lines back;
  store.read_rows(id, [&back](const ResultRow& row) { back.push_back(row.more.at(0) + "|" + row.more.at(1)); });
  EXPECT_EQ(back, Lines({"02:00:00:00:00:01|one.example", "|", "|"}));
}

TEST_F(StoreTest, a_host_keeps_the_hardware_address_and_the_name_that_were_told_last) {
  Store store = open();
  const Lines columns = {"mac", "rdns"};
  const auto night = [&](std::int64_t number, ResultRow row, Lines more) {
    row.time_ns = first_night_ns + number * day_ns;
    row.more = std::move(more);
    store.begin_sweep(record_of(row.time_ns));
    store.add([&, sent = false]() mutable { return std::exchange(sent, true) ? nullptr : &row; }, columns);
    store.finish_sweep(end_of(true));
    return shell("SELECT mac, rdns FROM hosts");
  };
  EXPECT_EQ(night(1, alive_row("192.0.2.1"), {"mac1", "name1"}), Lines({"mac1|name1"}));
  EXPECT_EQ(night(2, alive_row("192.0.2.1"), {"", ""}), Lines({"mac1|name1"}));
  EXPECT_EQ(night(3, alive_row("192.0.2.1"), {"mac3", "name3"}), Lines({"mac3|name3"}));
  EXPECT_EQ(night(2, alive_row("192.0.2.1"), {"mac2", "name2"}), Lines({"mac3|name3"})) << "a result of long ago";
  EXPECT_EQ(night(4, row_of("192.0.2.1", State::no_reply, Reason::arp_reply), {"mac4", ""}), Lines({"mac4|name3"}));
}

TEST_F(StoreTest, rows_are_read_in_address_order_ipv4_first_and_what_has_no_address_last) {
  Store store = open();
  ResultRow unresolved = row_of("", State::unresolved, Reason::name_unknown);
  unresolved.name = "nobody.example";
  ResultRow named = alive_row("192.0.2.9");
  named.name = "nine.example";
  const std::vector<ResultRow> rows = {alive_row("2001:db8::1"), unresolved,           alive_row("192.0.2.10"), named,
                                       silent_row("::1"),        alive_row("9.0.0.1"), silent_row("192.0.2.9")};
  const Lines in_order = {"9.0.0.1 alive", "192.0.2.9 no_reply", "192.0.2.9 alive nine.example", "192.0.2.10 alive",
                          "::1 no_reply",  "2001:db8::1 alive",  " unresolved nobody.example"};
  const std::int64_t id = store.begin_sweep(record_of());
  add(store, rows);
  EXPECT_EQ(read(store, id), in_order);  // of a sweep that still runs
  store.finish_sweep(end_of(true));
  EXPECT_EQ(read(store, id), in_order);
}

TEST_F(StoreTest, a_range_of_addresses_is_a_range_of_keys) {
  Store store = open();
  put_sweep(store, record_of(),
            {alive_row("192.0.2.255"), alive_row("192.0.3.0"), alive_row("192.0.3.255"), alive_row("192.0.4.0"),
             alive_row("2001:db8::1")});
  EXPECT_EQ(shell("SELECT address FROM observations WHERE key BETWEEN x'00000000000000000000FFFFC0000300'"
                  " AND x'00000000000000000000FFFFC00003FF' ORDER BY key"),
            Lines({"192.0.3.0", "192.0.3.255"}));
}

TEST_F(StoreTest, a_row_of_the_same_target_replaces_the_one_before) {
  Store store = open();
  const std::int64_t id = store.begin_sweep(record_of());
  add(store, {silent_row("192.0.2.1"), silent_row("192.0.2.2")});
  add(store, {alive_row("192.0.2.1")});
  EXPECT_EQ(read(store, id), Lines({"192.0.2.1 alive", "192.0.2.2 no_reply"}));
  store.finish_sweep(end_of(false));
  add(store, {alive_row("192.0.2.2")});  // of the same sweep, resumed
  store.finish_sweep(end_of(true));
  EXPECT_EQ(shell("SELECT address, state FROM observations ORDER BY key"),
            Lines({"192.0.2.1|alive", "192.0.2.2|alive"}));
}

TEST_F(StoreTest, a_batch_is_stored_whole_or_not_at_all) {
  Store store = open();
  const std::int64_t id = store.begin_sweep(record_of());
  add(store, {alive_row("192.0.2.1"), alive_row("192.0.2.2")});
  int rows = 0;
  const ResultRow third = alive_row("192.0.2.3");
  EXPECT_THROW(store.add([&]() -> const ResultRow* { return rows++ == 0 ? &third : throw usage_error("stopped"); }),
               Error);
  EXPECT_EQ(read(store, id), Lines({"192.0.2.1 alive", "192.0.2.2 alive"}));
}

TEST_F(StoreTest, a_sweep_without_an_end_is_not_complete_and_its_rows_and_hosts_are_settled_by_the_next_one) {
  {
    Store store = open();
    store.begin_sweep(record_of());
    add(store, {alive_row("192.0.2.1"), silent_row("192.0.2.2")});
  }
  EXPECT_EQ(shell("SELECT id, complete, finished_ns IS NULL FROM sweeps"), Lines({"1|0|1"}));
  EXPECT_EQ(shell("SELECT address, state FROM observations ORDER BY key"),
            Lines({"192.0.2.1|alive", "192.0.2.2|no_reply"}));
  Store store = open();
  EXPECT_FALSE(store.sweeps()[0].end.has_value());
  EXPECT_EQ(store.begin_sweep(record_of()), 2);
  EXPECT_EQ(shell("SELECT count(*) FROM arrivals"), Lines({"0"}));
  EXPECT_EQ(shell("SELECT address FROM hosts"), Lines({"192.0.2.1"}));
  EXPECT_EQ(read(store, 1), Lines({"192.0.2.1 alive", "192.0.2.2 no_reply"}));
}

TEST_F(StoreTest, hosts_are_those_that_were_ever_alive_with_their_first_and_last_time) {
  Store store = open();
  ResultRow through_another = row_of("192.0.2.3", State::other_source, Reason::echo_reply);
  through_another.responder.address = address_of("192.0.2.9");
  put_sweep(store, record_of(), {alive_row("192.0.2.1"), alive_row("192.0.2.2"), through_another});
  const std::int64_t second_ns = first_night_ns + day_ns;
  ResultRow slower = alive_row("192.0.2.1", second_ns);
  slower.rtt_ns = 9'000'000;
  put_sweep(store, record_of(second_ns),
            {slower, silent_row("192.0.2.2", second_ns), silent_row("192.0.2.3", second_ns)});
  EXPECT_EQ(shell("SELECT address, first_alive_ns, last_alive_ns, rtt_ns, last_state, last_state_ns, mac FROM hosts"),
            Lines({"192.0.2.1|1795564800000000000|1795651200000000000|9000000|alive|1795651200000000000|",
                   "192.0.2.2|1795564800000000000|1795564800000000000|1500000|no_reply|1795651200000000000|"}));
}

TEST_F(StoreTest, an_older_result_that_is_loaded_later_changes_no_last_state) {
  Store store = open();
  put_sweep(store, record_of(first_night_ns + day_ns),
            {silent_row("192.0.2.2", first_night_ns + day_ns), alive_row("192.0.2.1", first_night_ns + day_ns)});
  ResultRow older = alive_row("192.0.2.1");
  older.rtt_ns = 9'000'000;
  put_sweep(store, record_of(), {older, alive_row("192.0.2.2")});
  EXPECT_EQ(shell("SELECT address, first_alive_ns, last_alive_ns, rtt_ns, last_state FROM hosts"),
            Lines({"192.0.2.1|1795564800000000000|1795651200000000000|1500000|alive",
                   "192.0.2.2|1795564800000000000|1795564800000000000|1500000|alive"}));
}

TEST_F(StoreTest, forgets_sweeps_that_began_before_a_time_with_their_rows_and_keeps_hosts_and_numbers) {
  Store store = open();
  put_sweep(store, record_of(), {alive_row("192.0.2.1")});
  store.begin_sweep(record_of(first_night_ns + day_ns));  // killed
  add(store, {alive_row("192.0.2.2")});
  put_sweep(store, record_of(first_night_ns + 2 * day_ns), {alive_row("192.0.2.3")});
  EXPECT_EQ(store.forget_before(first_night_ns + 2 * day_ns), 1U);
  EXPECT_EQ(shell("SELECT id FROM sweeps"), Lines({"2", "3"})) << "the killed one could still be running";
  EXPECT_EQ(store.forget_before(first_night_ns + 8 * day_ns + 1), 1U);
  EXPECT_EQ(shell("SELECT id FROM sweeps"), Lines({"3"}));
  EXPECT_EQ(shell("SELECT address FROM observations"), Lines({"192.0.2.3"}));
  EXPECT_EQ(shell("SELECT address FROM hosts"), Lines({"192.0.2.1", "192.0.2.2", "192.0.2.3"}));
  EXPECT_EQ(store.forget_before(first_night_ns + 9 * day_ns), 0U) << "the sweep that was begun here";
  EXPECT_EQ(store.begin_sweep(record_of()), 4);
}

TEST_F(StoreTest, numbers_of_forgotten_sweeps_are_never_used_again) {
  {
    Store store = open();
    put_sweep(store, record_of(), {});
  }
  {
    Store store = open();
    EXPECT_EQ(store.forget_before(first_night_ns + 1), 1U);
  }
  EXPECT_EQ(open().begin_sweep(record_of()), 2);
}

TEST_F(StoreTest, a_sweep_is_resumed_by_its_id_where_it_is_of_that_plan_and_shard) {
  {
    Store store = open();
    SweepRecord record = record_of();
    EXPECT_FALSE(store.resume_sweep(1, record));
    put_sweep(store, record, {alive_row("192.0.2.1")});
    put_sweep(store, record, {alive_row("192.0.2.1")}, false);
    record.shard = 2;
    record.shards = 2;
    put_sweep(store, record, {}, false);
  }
  {
    Store store = open();
    EXPECT_FALSE(store.resume_sweep(3, record_of()));
    EXPECT_TRUE(store.resume_sweep(2, record_of()));
    EXPECT_FALSE(store.sweeps()[1].end.has_value());
    store.finish_sweep(end_of(true));
  }
  EXPECT_TRUE(open().sweeps()[0].end.has_value());
}

// The addresses of names may have changed since, and one sweep would have two rows for a name.
TEST_F(StoreTest, a_sweep_that_is_resumed_has_no_rows_of_the_names_that_come_again) {
  const auto named = [](const char* address, const char* name) {
    ResultRow row = alive_row(address);
    row.name = name;
    return row;
  };
  Store store = open();
  put_sweep(store, record_of(), {named("192.0.2.1", "a.example")});
  put_sweep(store, record_of(),
            {named("192.0.2.1", "a.example"), named("192.0.2.2", "b.example"), alive_row("192.0.2.3")});
  ASSERT_TRUE(store.resume_sweep(2, record_of(), std::vector<std::string>{"a.example", "c.example"}));
  add(store, {named("192.0.2.9", "a.example")});
  // Killed again, with that row in `arrivals`.
  ASSERT_TRUE(store.resume_sweep(2, record_of(), std::vector<std::string>{"a.example", "c.example"}));
  add(store, {named("192.0.2.7", "a.example")});
  const Lines expected = {"192.0.2.2 alive b.example", "192.0.2.3 alive", "192.0.2.7 alive a.example"};
  EXPECT_EQ(read(store, 2), expected);
  store.finish_sweep(end_of(true));
  EXPECT_EQ(read(store, 2), expected);
  EXPECT_EQ(read(store, 1), Lines({"192.0.2.1 alive a.example"}));
}

TEST_F(StoreTest, a_sweep_that_may_be_running_is_forgotten_a_week_later) {
  Store store = open();
  store.begin_sweep(record_of());
  EXPECT_EQ(open().forget_before(first_night_ns + 7 * day_ns), 0U);
  EXPECT_EQ(open().forget_before(first_night_ns + 7 * day_ns + 1), 1U);
}

TEST_F(StoreTest, lists_its_sweeps_with_their_ends) {
  Store store = open();
  put_sweep(store, record_of(), {});
  store.begin_sweep(record_of(first_night_ns + day_ns, 0xdef));
  const std::vector<StoredSweep> sweeps = Store::open_to_read(path_).sweeps();
  ASSERT_EQ(sweeps.size(), 2U);
  EXPECT_EQ(sweeps[0].id, 1);
  EXPECT_EQ(sweeps[0].record.series, 0xabcU);
  EXPECT_EQ(sweeps[0].record.plan_id, 0x123U);
  EXPECT_EQ(sweeps[0].record.arguments, std::vector<std::string>({"192.0.2.0/30", "-r", "10"}));
  EXPECT_EQ(sweeps[0].record.seed, 0xffff'ffff'ffff'ffffU);
  ASSERT_TRUE(sweeps[0].end.has_value());
  EXPECT_TRUE(sweeps[0].end->complete);
  EXPECT_EQ(sweeps[0].end->summary, "{}");
  EXPECT_EQ(sweeps[1].record.series, 0xdefU);
  EXPECT_FALSE(sweeps[1].end.has_value());
}

TEST_F(StoreTest, one_plain_file_is_left_behind_and_while_it_is_written_others_can_read) {
  {
    Store store = open();
    store.begin_sweep(record_of());
    add(store, {alive_row("192.0.2.1")});
    EXPECT_EQ(shell("PRAGMA journal_mode"), Lines({"wal"}));
    EXPECT_EQ(shell("SELECT count(*) FROM observations"), Lines({"1"}));
  }
  EXPECT_EQ(folder_.entries(), 1U);
  EXPECT_EQ(shell("PRAGMA journal_mode"), Lines({"delete"}));
}

TEST_F(StoreTest, on_a_network_file_system_there_is_no_wal_but_a_warning) {
  Store::Options options;
  options.network_file_system = "NFS";
  Store store = Store::open(path_, options);
  EXPECT_EQ(store.warning(),
            "ringsweep: warning: store '" + path_ + "' is on NFS: slower, and safe only if its locks work\n");
  put_sweep(store, record_of(), {alive_row("192.0.2.1")});
  EXPECT_EQ(shell("PRAGMA journal_mode"), Lines({"delete"}));
  EXPECT_EQ(shell("SELECT count(*) FROM observations"), Lines({"1"}));
  options.network_file_system = "";
  EXPECT_EQ(Store::open(folder_.file("local.db"), options).warning(), "");
}

TEST_F(StoreTest, a_store_that_another_keeps_locked_is_an_error_after_the_busy_timeout) {
  Store store = open(10 * ns_per_ms);
  store.begin_sweep(record_of());
  Shell other(path_);
  other.query("BEGIN IMMEDIATE");
  const Error error = error_of([&] { add(store, {alive_row("192.0.2.1")}); });
  EXPECT_EQ(error.what(), "store '" + path_ + "': database is locked");
  EXPECT_EQ(error.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(error.remedy(), "another process is writing to it; try again later");
  other.query("COMMIT");
  add(store, {alive_row("192.0.2.1")});
  EXPECT_EQ(shell("SELECT count(*) FROM observations"), Lines({"1"}));
}

TEST_F(StoreTest, who_waits_for_another_process_can_be_told_not_to) {
  Store store = open(3600 * ns_per_s);
  store.begin_sweep(record_of());
  Shell other(path_);
  other.query("BEGIN IMMEDIATE");
  store.abandon();
  EXPECT_THROW(add(store, {alive_row("192.0.2.1")}), Error);
  other.query("COMMIT");
}

}  // namespace
}  // namespace ringsweep
