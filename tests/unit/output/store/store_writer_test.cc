#include "ringsweep/output/store/store_writer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "unit/output/store/store_support.h"

namespace ringsweep {
namespace {

using namespace test;

class StoreWriterTest : public testing::Test {
 protected:
  Store open(std::int64_t busy_timeout_ns = 60 * ns_per_s) const {
    Store::Options options;
    options.busy_timeout_ns = busy_timeout_ns;
    return Store::open(path_, options);
  }
  // Verdicts about `count` targets, starting with number `from`.
  std::vector<Verdict> verdicts(std::uint64_t from, std::uint64_t count) const {
    std::vector<Verdict> result;
    for (std::uint64_t i = from; i < from + count; ++i) {
      Verdict verdict;
      verdict.target = i;
      verdict.address = targets_.address_at(i);
      verdict.reason = Reason::timeout;
      verdict.time_ns = row_time_ns;
      result.push_back(verdict);
    }
    return result;
  }
  Lines shell(const std::string& sql) const { return query(path_, sql); }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.file("store.db");
  const TargetSet targets_ = targets_of({"198.18.0.0/16"});
  const ZoneNames zones_ = {};
};

TEST_F(StoreWriterTest, stores_all_that_it_took) {
  Store store = open();
  store.begin_sweep(record_of());
  StoreWriter writer(store, {targets_, zones_});
  writer.start();
  for (std::uint64_t from = 0; from < 65'536; from += 512) writer.take(verdicts(from, 512));
  const StoreResult result = writer.finish();
  EXPECT_EQ(result.failure, "");
  EXPECT_EQ(result.rows_stored, 65'536U);
  EXPECT_EQ(result.rows_lost, 0U);
  EXPECT_EQ(writer.durable(), 65'536U);
  store.finish_sweep(end_of(true));
  EXPECT_EQ(shell("SELECT count(DISTINCT address), min(key) = x'00000000000000000000FFFFC6120000' FROM observations"),
            Lines({"65536|1"}));
}

TEST_F(StoreWriterTest, names_and_zones_go_with_their_rows) {
  ZoneNames zones;
  zones.add(7, "eth7");
  const TargetSet targets = targets_of({"fe80::1%eth7", "printer.example"}, zones);
  Store store = open();
  store.begin_sweep(record_of());
  Verdict link_local = alive(0, "fe80::1");
  link_local.address.zone = link_local.responder.zone = 7;
  Verdict unresolved = verdict_of(1, "", State::unresolved, Reason::name_unknown);
  StoreWriter writer(store, {targets, zones});
  writer.start();
  writer.take(std::vector<Verdict>{link_local, unresolved});
  EXPECT_EQ(writer.finish().rows_stored, 2U);
  EXPECT_EQ(shell("SELECT address, zone, name, state, responder FROM observations ORDER BY key DESC"),
            Lines({"fe80::1%eth7|eth7||alive|fe80::1%eth7", "||printer.example|unresolved|"}));
}

TEST_F(StoreWriterTest, columns_of_options_go_with_their_rows) {
  ColumnOf column("rdns", {{1, "one.example"}, {4, "four.example"}});
  ExtraColumn* const columns[] = {&column};
  Store store = open();
  store.begin_sweep(record_of());
  StoreWriter writer(store, {targets_, zones_, columns});
  writer.start();
  writer.take(verdicts(0, 3));
  writer.take(verdicts(3, 2));
  EXPECT_EQ(writer.finish().rows_stored, 5U);
  EXPECT_EQ(shell("SELECT address, rdns FROM observations WHERE rdns IS NOT NULL"),
            Lines({"198.18.0.1|one.example", "198.18.0.4|four.example"}));
}

TEST_F(StoreWriterTest, commits_without_being_asked_and_says_how_far_it_is) {
  Store store = open();
  store.begin_sweep(record_of());
  StoreWriter::Options options;
  options.commit_interval_ns = ns_per_ms;
  StoreWriter writer(store, {targets_, zones_}, options);
  writer.start();
  writer.take(verdicts(0, 3));
  while (writer.durable() < 3) std::this_thread::yield();
  EXPECT_EQ(shell("SELECT count(*) FROM observations"), Lines({"3"}));
  writer.take(verdicts(3, 2));
  while (writer.durable() < 5) std::this_thread::yield();
  EXPECT_EQ(shell("SELECT count(*) FROM observations"), Lines({"5"}));
}

TEST_F(StoreWriterTest, holds_up_who_gives_more_than_it_can_store) {
  Store store = open();
  store.begin_sweep(record_of());
  Shell other(path_);
  other.query("BEGIN IMMEDIATE");
  StoreWriter::Options options;
  options.queue_rows = 1000;
  StoreWriter writer(store, {targets_, zones_}, options);
  writer.start();
  std::atomic<int> taken{0};
  std::thread giver([&] {
    for (std::uint64_t i = 0; i < 10; ++i) {
      writer.take(verdicts(i * 500, 500));
      ++taken;
    }
  });
  // At most one batch waits for the lock, and one queue is full.
  while (taken.load() < 2) std::this_thread::yield();
  EXPECT_LT(taken.load(), 10);
  EXPECT_EQ(writer.durable(), 0U);
  other.query("COMMIT");
  giver.join();
  EXPECT_EQ(writer.finish().rows_stored, 5000U);
}

TEST_F(StoreWriterTest, goes_on_without_the_store_when_that_fails) {
  Store store = open(ns_per_ms);
  store.begin_sweep(record_of());
  StoreWriter::Options options;
  options.queue_rows = 1000;
  options.commit_interval_ns = 0;
  StoreWriter writer(store, {targets_, zones_}, options);
  writer.start();
  writer.take(verdicts(0, 3));
  while (writer.durable() < 3) std::this_thread::yield();
  Shell other(path_);
  other.query("BEGIN IMMEDIATE");
  for (std::uint64_t i = 0; i < 100; ++i) writer.take(verdicts(i * 500, 500));
  const StoreResult result = writer.finish();
  EXPECT_EQ(result.failure, "store '" + path_ + "': database is locked");
  EXPECT_EQ(result.rows_stored, 3U);
  EXPECT_EQ(result.rows_lost, 50'000U);
  EXPECT_EQ(writer.durable(), 3U);
  other.query("COMMIT");
  EXPECT_EQ(shell("SELECT count(*) FROM observations"), Lines({"3"}));
}

TEST_F(StoreWriterTest, does_not_wait_for_another_process_once_it_is_abandoned) {
  Store store = open(3600 * ns_per_s);
  store.begin_sweep(record_of());
  Shell other(path_);
  other.query("BEGIN IMMEDIATE");
  StoreWriter writer(store, {targets_, zones_});
  writer.start();
  writer.take(verdicts(0, 3));
  writer.request_finish();
  EXPECT_FALSE(writer.wait_finished(20 * ns_per_ms));
  writer.abandon();
  EXPECT_EQ(writer.finish().rows_lost, 3U);
  other.query("COMMIT");
}

TEST_F(StoreWriterTest, that_is_killed_leaves_whole_batches_and_a_sweep_that_is_not_complete) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Batches of 1000 rows until the process is killed: each take() is stored in one transaction.
    Store store = open();
    store.begin_sweep(record_of());
    StoreWriter::Options options;
    options.queue_rows = 1000;
    options.commit_interval_ns = 0;
    StoreWriter writer(store, {targets_, zones_}, options);
    writer.start();
    for (std::uint64_t from = 0;; from = (from + 1000) % 65'000) {
      writer.take(verdicts(from, 1000));
      if (writer.durable() >= 5000 && ::write(pipe[1], "+", 1) != 1) ::_exit(1);
    }
  }
  char byte = 0;
  ASSERT_EQ(::read(pipe[0], &byte, 1), 1);
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ::close(pipe[0]);
  ::close(pipe[1]);

  Store store = open();
  EXPECT_FALSE(store.sweeps()[0].end.has_value());
  EXPECT_EQ(shell("SELECT complete FROM sweeps"), Lines({"0"}));
  const std::uint64_t rows = std::stoull(shell("SELECT count(*) FROM observations")[0]);
  EXPECT_GE(rows, 5000U);
  EXPECT_EQ(rows % 1000, 0U);
}

}  // namespace
}  // namespace ringsweep
