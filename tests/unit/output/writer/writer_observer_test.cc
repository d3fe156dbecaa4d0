// What the writer passes to observers besides the file that it writes.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ringsweep/output/writer/writer.h"
#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::content_of;
using test::TemporaryFolder;

class WriterObservers : public testing::Test {
 protected:
  std::unique_ptr<Writer> writer_for(const std::string& path, RowFormatKind format, const Writer::Options& options) {
    return std::make_unique<Writer>(ResultFile::open(path), make_row_format(format, {targets_, zones_}), options);
  }
  Verdict verdict(std::uint64_t target) const { return test::alive(target, to_text(targets_.address_at(target))); }

  TargetSet targets_ = test::targets_of({"198.18.0.0/15"});
  ZoneNames zones_;
  TemporaryFolder folder_;
};

// Records what it receives.
struct Notes final : VerdictObserver {
  void take(std::span<const Verdict> verdicts) override {
    for (const Verdict& one : verdicts) targets.push_back(one.target);
  }
  void settled(const SettledOutput& output) override { settlings.push_back(output); }
  std::vector<std::uint64_t> targets;
  std::vector<SettledOutput> settlings;
};

TEST_F(WriterObservers, see_every_verdict_in_order_and_what_the_file_holds_at_the_end) {
  Notes first;
  Notes second;
  Writer::Options options;
  options.filter = RowFilter::default_of(RowFormatKind::list);
  options.observers = {&first, &second};
  const auto writer = writer_for(folder_.file("out.txt"), RowFormatKind::list, options);
  RowQueue& queue = writer->add_queue({});
  writer->start();
  Verdict silent = verdict(8);
  silent.state = State::no_reply;
  queue.decided(verdict(7));
  queue.decided(silent);
  queue.decided(verdict(9));
  EXPECT_EQ(writer->finish().rows_written, 2U);
  for (const Notes* notes : {&first, &second}) {
    EXPECT_EQ(notes->targets, (std::vector<std::uint64_t>{7, 8, 9}));
    ASSERT_EQ(notes->settlings.size(), 1U);
    EXPECT_EQ(notes->settlings[0].bytes, 22U);  // two lines of 11 bytes
    EXPECT_EQ(notes->settlings[0].rows, 2U);
    EXPECT_EQ(notes->settlings[0].hidden, 1U);
  }
}

TEST_F(WriterObservers, go_on_seeing_verdicts_when_the_file_cannot_be_written_but_nothing_settles) {
  Notes notes;
  Writer::Options options;
  options.observers = {&notes};
  const auto writer = writer_for("/dev/full", RowFormatKind::csv, options);
  RowQueue& queue = writer->add_queue({});
  writer->start();
  for (std::uint64_t i = 0; i < 5000; ++i) queue.decided(verdict(i));
  EXPECT_FALSE(writer->finish().complete());
  EXPECT_EQ(notes.targets.size(), 5000U);
  EXPECT_TRUE(notes.settlings.empty());
}

TEST_F(WriterObservers, the_end_of_a_table_is_behind_what_settles_and_counts_what_an_earlier_run_wrote) {
  Notes notes;
  Writer::Options options;
  options.header = false;
  options.filter = RowFilter::default_of(RowFormatKind::table);
  options.observers = {&notes};
  options.before = {1000, 10, 90};
  const std::string path = folder_.file("out");
  const auto writer = writer_for(path, RowFormatKind::table, options);  // of 131,072 targets: as they come
  RowQueue& queue = writer->add_queue({});
  writer->start();
  queue.decided(verdict(7));
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.rows_written, 1U);
  EXPECT_EQ(content_of(path), std::string(1000, '\0') +
                                  "198.18.0.7       alive              0.123   64         1\n"
                                  "11 shown, 90 not shown (--show all shows every target)\n");
  ASSERT_EQ(notes.settlings.size(), 1U);
  EXPECT_EQ(notes.settlings[0].bytes, 1057U);  // the line has 57 bytes
  EXPECT_EQ(notes.settlings[0].rows, 11U);
  EXPECT_EQ(notes.settlings[0].hidden, 90U);
}

}  // namespace
}  // namespace ringsweep
