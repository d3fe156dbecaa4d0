#include "ringsweep/engine/journal/journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <thread>

#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::content_of;
using test::TemporaryFolder;

constexpr std::uint64_t targets = 100;

// Like a store that makes verdicts durable when the test says so.
struct Store final : VerdictObserver {
  void take(std::span<const Verdict>) override {}
  std::uint64_t durable() const override { return safe; }
  std::atomic<std::uint64_t> safe{0};
};

class JournalTest : public testing::Test {
 protected:
  JournalRecord fresh() const {
    JournalRecord record;
    record.targets = targets;
    record.plan = {{"--attempts", "3"}};
    return record;
  }
  // Of shard 2 of 2, in address order: target 1 is place 0, target 3 is place 1.
  std::unique_ptr<Journal> journal(JournalRecord begin) {
    return std::make_unique<Journal>(Journal::Options{path_,
                                                      {},
                                                      [](std::uint64_t bytes) { return bytes + 1; },
                                                      Permutation::identity(2 * targets),
                                                      Stride::of(2 * targets, 2, 2, 0, 1)},
                                     std::move(begin));
  }
  Journal::Surroundings surroundings() {
    return {{&store_},
            [] {
              return std::vector<LocalCounters::Moved>{{"conntrack_drop", 5}};
            },
            [this](const std::string& text) { warnings_.push_back(text); }};
  }
  static std::vector<Verdict> verdicts(std::initializer_list<std::uint64_t> of_targets) {
    std::vector<Verdict> result;
    for (const std::uint64_t target : of_targets) {
      result.push_back(test::verdict_of(target, "198.18.0.1", State::alive, Reason::echo_reply));
    }
    return result;
  }
  JournalRecord saved() const { return read_journal_record(content_of(path_), path_); }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("out.csv.journal");
  Store store_;
  std::vector<std::string> warnings_;
};

TEST_F(JournalTest, of_a_fresh_sweep_says_first_that_nothing_is_decided) {
  const auto fresh_one = journal(fresh());
  EXPECT_EQ(fresh_one->save_first(), 0);
  EXPECT_EQ(saved().decided.count(), 0U);
  EXPECT_EQ(saved().output.bytes, 0U);
  EXPECT_EQ(folder_.entries(), 1U);
}

TEST_F(JournalTest, goes_away_with_its_owner_where_the_sweep_never_began) {
  journal(fresh())->save_first();
  EXPECT_EQ(folder_.entries(), 0U);
  {
    const auto begun = journal(fresh());
    begun->save_first();
    begun->keep();
  }
  EXPECT_EQ(folder_.entries(), 1U);
}

TEST_F(JournalTest, knows_which_targets_of_the_shard_were_undecided_when_the_run_began) {
  JournalRecord begin = fresh();
  begin.decided.add(1);  // target 3
  const auto one = journal(begin);
  EXPECT_TRUE(one->was_undecided(1));
  EXPECT_FALSE(one->was_undecided(3));
  EXPECT_FALSE(one->was_undecided(2)) << "a target of the other shard";
  one->take(verdicts({1}));
  EXPECT_TRUE(one->was_undecided(1)) << "decided only in this run";
}

TEST_F(JournalTest, that_could_not_replace_an_older_one_leaves_that_alone) {
  {
    const auto older = journal(fresh());
    older->save_first();
    older->keep();
  }
  const std::string before = content_of(path_);
  std::filesystem::create_directory(path_ + ".tmp");
  EXPECT_EQ(journal(fresh())->save_first(), EEXIST);
  EXPECT_EQ(content_of(path_), before);
}

TEST_F(JournalTest, keeps_what_settled_and_not_what_was_only_taken) {
  const auto one = journal(fresh());
  one->save_first();
  store_.safe = 1000;
  one->start(surroundings());
  one->keep();
  one->take(verdicts({1, 3, 21}));
  one->settled({300, 3, 0});
  one->take(verdicts({5}));
  one->finish();
  const JournalRecord record = saved();
  EXPECT_EQ(record.decided.to_text(), "0 AwQ");  // places 0, 1 and 10
  EXPECT_EQ(record.output.bytes, 300U);
  EXPECT_EQ(record.output_fingerprint, 301U);
  EXPECT_EQ(record.states[static_cast<std::size_t>(State::alive)], 3U);
  EXPECT_EQ(record.lost, (std::map<std::string, std::uint64_t>{{"conntrack_drop", 5}}));
  EXPECT_EQ(folder_.entries(), 1U);
}

TEST_F(JournalTest, of_a_resumed_sweep_goes_on_from_what_it_said) {
  JournalRecord begin = fresh();
  begin.runs = 2;
  begin.decided.add(50);
  begin.states[static_cast<std::size_t>(State::no_reply)] = 1;
  begin.unrepaired = 2;
  begin.lost = {{"Ip6OutDiscards", 9}, {"conntrack_drop", 2}};
  const auto one = journal(std::move(begin));
  EXPECT_TRUE(one->decided_before().set.has(50));
  store_.safe = 1000;
  one->start(surroundings());
  std::vector<Verdict> unsure = verdicts({1});
  unsure.front().unsure = true;
  one->take(unsure);
  one->settled({300, 2, 0});
  one->finish();
  const JournalRecord record = saved();
  EXPECT_EQ(record.decided.count(), 2U);
  EXPECT_TRUE(record.decided.has(0));
  EXPECT_TRUE(record.decided.has(50));
  EXPECT_EQ(record.runs, 2U);
  EXPECT_EQ(record.unrepaired, 3U);
  EXPECT_EQ(record.lost, (std::map<std::string, std::uint64_t>{{"Ip6OutDiscards", 9}, {"conntrack_drop", 7}}));
  EXPECT_FALSE(one->decided_before().set.has(0));
}

TEST_F(JournalTest, says_of_nothing_that_it_is_decided_before_a_store_has_it) {
  const auto one = journal(fresh());
  one->save_first();
  store_.safe = 1;
  one->start(surroundings());
  one->keep();
  one->take(verdicts({1}));
  one->settled({100, 1, 0});
  while (saved().decided.count() != 1) std::this_thread::yield();
  one->take(verdicts({3, 5}));
  one->settled({300, 3, 0});
  one->finish();  // the store has ended without the last two
  EXPECT_EQ(saved().decided.count(), 1U);
  EXPECT_FALSE(one->others_have_all());
}

TEST_F(JournalTest, saves_a_waiting_checkpoint_when_the_store_has_it_and_then_the_newest) {
  const auto one = journal(fresh());
  one->save_first();
  one->start(surroundings());
  one->keep();
  for (std::uint64_t target = 1; target < 11; target += 2) {
    one->take(verdicts({target}));
    one->settled({100 * (target + 1) / 2, (target + 1) / 2, 0});
  }
  store_.safe = 5;
  one->finish();
  EXPECT_EQ(saved().decided.count(), 5U);
  EXPECT_TRUE(one->others_have_all());
}

TEST_F(JournalTest, that_cannot_be_saved_stays_as_it_was_and_is_told_once) {
  std::filesystem::create_directory(path_ + ".tmp");
  const auto one = journal(fresh());
  EXPECT_EQ(one->save_first(), EEXIST);
  std::filesystem::remove(path_ + ".tmp");
  EXPECT_EQ(one->save_first(), 0);
  const std::string before = content_of(path_);
  std::filesystem::create_directory(path_ + ".tmp");
  store_.safe = 1000;
  one->start(surroundings());
  one->keep();
  for (std::uint64_t target = 1; target < 7; target += 2) {
    one->take(verdicts({target}));
    one->settled({100 * target, (target + 1) / 2, 0});
  }
  one->finish();
  EXPECT_EQ(content_of(path_), before);
  EXPECT_EQ(warnings_, std::vector<std::string>{"ringsweep: warning: cannot update the journal '" + path_ +
                                                "', which stays at an earlier state: File exists\n"});
}

TEST_F(JournalTest, leaves_nothing_when_the_sweep_is_done) {
  const auto one = journal(fresh());
  one->save_first();
  store_.safe = 1000;
  one->start(surroundings());
  one->keep();
  one->finish();
  one->remove();
  EXPECT_EQ(folder_.entries(), 0U);
}

}  // namespace
}  // namespace ringsweep
