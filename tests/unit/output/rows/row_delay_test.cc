// Rows that are held back, and the writer that waits for them.
#include "ringsweep/output/rows/row_delay.h"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

#include "ringsweep/base/time.h"
#include "ringsweep/output/writer/writer.h"
#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::alive;
using test::content_of;

// Holds the odd targets until they are released.
class OddOnes final : public RowDelay {
 public:
  void wake_by(std::function<void()> wake) override { wake_ = std::move(wake); }
  std::span<const Verdict> pass(std::span<const Verdict> verdicts) override {
    out_.clear();
    const std::lock_guard lock(mutex_);
    for (const Verdict& verdict : verdicts) (verdict.target % 2 == 1 ? held_ : out_).push_back(verdict);
    return out_;
  }
  std::span<const Verdict> release() override {
    const std::lock_guard lock(mutex_);
    out_ = std::exchange(free_ ? held_ : none_, {});
    return out_;
  }
  bool has_released() const override {
    const std::lock_guard lock(mutex_);
    return free_ && !held_.empty();
  }
  bool is_empty() const override {
    const std::lock_guard lock(mutex_);
    return held_.empty();
  }

  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      free_ = true;
    }
    wake_();
  }

 private:
  mutable std::mutex mutex_;
  bool free_ = false;
  std::vector<Verdict> held_, none_, out_;
  std::function<void()> wake_;
};

struct Notes final : VerdictObserver {
  void take(std::span<const Verdict> verdicts) override {
    for (const Verdict& verdict : verdicts) targets.push_back(verdict.target);
  }
  void settled(const SettledOutput& output) override { last = output; }
  std::vector<std::uint64_t> targets;
  SettledOutput last;
};

TEST(RowDelay, rows_that_are_held_come_when_they_are_free_and_the_end_waits_for_them) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("out.list");
  const TargetSet targets = test::targets_of({"198.18.0.0/24"});
  const ZoneNames zones;
  OddOnes delay;
  Notes notes;
  Writer::Options options;
  options.delay = &delay;
  options.observers = {&notes};
  Writer writer(ResultFile::open(path), make_row_format(RowFormatKind::list, {targets, zones}), options);
  RowQueue& queue = writer.add_queue({});
  writer.start();
  for (std::uint64_t target = 0; target < 6; ++target) {
    queue.decided(alive(target, "198.18.0." + std::to_string(target)));
  }
  queue.publish();
  while (content_of(path) != "198.18.0.0\n198.18.0.2\n198.18.0.4\n") std::this_thread::yield();
  EXPECT_EQ(delay.held(), 3U);
  writer.request_finish();
  EXPECT_FALSE(writer.wait_finished(ns_per_ms));
  delay.let_go();
  const WriterResult result = writer.finish();
  EXPECT_EQ(result.rows_written, 6U);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(content_of(path), "198.18.0.0\n198.18.0.2\n198.18.0.4\n198.18.0.1\n198.18.0.3\n198.18.0.5\n");
  // No observer saw the held verdicts before.
  EXPECT_EQ(notes.targets, (std::vector<std::uint64_t>{0, 2, 4, 1, 3, 5}));
  EXPECT_EQ(notes.last.rows, 6U);
}

TEST(RowDelay, rows_are_let_go_while_the_writer_sleeps) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("out.list");
  const TargetSet targets = test::targets_of({"198.18.0.0/24"});
  const ZoneNames zones;
  OddOnes delay;
  Writer::Options options;
  options.delay = &delay;
  Writer writer(ResultFile::open(path), make_row_format(RowFormatKind::list, {targets, zones}), options);
  RowQueue& queue = writer.add_queue({});
  writer.start();
  queue.decided(alive(7, "198.18.0.7"));
  queue.publish();
  while (delay.held() == 0) std::this_thread::yield();
  delay.let_go();
  while (content_of(path) != "198.18.0.7\n") std::this_thread::yield();
  EXPECT_EQ(writer.finish().rows_written, 1U);
}

}  // namespace
}  // namespace ringsweep
