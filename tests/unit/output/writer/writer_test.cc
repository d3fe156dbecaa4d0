#include "ringsweep/output/writer/writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "ringsweep/base/time.h"
#include "unit/output/output_support.h"
#include "unit/output/writer/pseudo_terminal.h"

namespace ringsweep {
namespace {

using test::alive;
using test::content_of;
using test::TemporaryFolder;

constexpr std::string_view header = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time";

// A pipe whose reading end belongs to the test; the writer opens the other end by name.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    close_reader();
    close_own_writer();
  }
  std::string name() const { return "/dev/fd/" + std::to_string(ends_[1]); }
  void close_reader() { close_end(0); }
  // The reader then sees the end when the writer is done.
  void close_own_writer() { close_end(1); }

  std::string read_to_end() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = ::read(ends_[0], piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }
  std::string read_line() const {
    std::string line;
    char c = 0;
    while (::read(ends_[0], &c, 1) == 1 && c != '\n') line += c;
    return line;
  }

 private:
  void close_end(std::size_t i) {
    if (ends_[i] >= 0) ::close(ends_[i]);
    ends_[i] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// 198.18.0.0/15 as targets, and a writer for them.
class WriterTest : public testing::Test {
 protected:
  std::unique_ptr<Writer> writer_for(const std::string& path, RowFormatKind format = RowFormatKind::csv,
                                     const Writer::Options& options = {}) {
    return std::make_unique<Writer>(ResultFile::open(path), make_row_format(format, {targets_, zones_}), options);
  }
  Verdict verdict(std::uint64_t target) const {
    Verdict result = alive(target, "198.18.0.0");
    result.address = targets_.address_at(target);
    result.responder = result.address;
    return result;
  }
  // Limits the size of a file: the write that crosses the limit is short, and the next one fails with EFBIG.
  WriterResult hundred_rows_into(Writer& writer, rlim_t bytes) const {
    RowQueue& queue = writer.add_queue({});
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{bytes, before.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    writer.start();
    for (std::uint64_t i = 0; i < 100; ++i) queue.decided(verdict(i));
    const WriterResult result = writer.finish();
    ::setrlimit(RLIMIT_FSIZE, &before);
    return result;
  }
  std::string row(std::uint64_t target) const {
    const std::string address = to_text(targets_.address_at(target));
    return address + ",,alive,0.123,64,1," + address + ",0,0,echo_reply," + std::string(test::row_time);
  }
  void expect_rows_in_order(const std::string& text, std::uint64_t count) const {
    const std::vector<std::string> lines = lines_of(text);
    ASSERT_EQ(lines.size(), count + 1);
    EXPECT_EQ(lines[0], header);
    for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(lines[i + 1], row(i));
  }

  TargetSet targets_ = test::targets_of({"198.18.0.0/15"});
  ZoneNames zones_;
  TemporaryFolder folder_;
};

TEST_F(WriterTest, writes_header_and_rows_of_one_queue_in_order) {
  const std::string path = folder_.file("out.csv");
  const auto writer = writer_for(path);
  RowQueue& queue = writer->add_queue({});
  writer->start();
  for (std::uint64_t i = 0; i < 3000; ++i) queue.decided(verdict(i));
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.rows_written, 3000U);
  EXPECT_EQ(result.bytes_written, content_of(path).size());
  EXPECT_TRUE(result.complete());
  expect_rows_in_order(content_of(path), 3000);
}

TEST_F(WriterTest, writes_the_header_where_there_is_no_row_and_nothing_without_it) {
  const std::string path = folder_.file("out.csv");
  writer_for(path)->start();
  EXPECT_EQ(content_of(path), std::string(header) + "\n");
  Writer::Options options;
  options.header = false;
  writer_for(folder_.file("bare.csv"), RowFormatKind::csv, options)->start();
  EXPECT_EQ(content_of(folder_.file("bare.csv")), "");
}

TEST_F(WriterTest, takes_each_row_of_two_workers_once_and_in_their_order) {
  const std::string path = folder_.file("out.csv");
  const auto writer = writer_for(path);
  constexpr std::uint64_t count = 60'000;
  std::array<RowQueue*, 2> queues = {&writer->add_queue({.high_water = 2000}),
                                     &writer->add_queue({.high_water = 2000})};
  writer->start();
  std::vector<std::thread> workers;
  for (std::uint64_t w = 0; w < 2; ++w) {
    workers.emplace_back([this, w, &queues] {
      RowQueue& queue = *queues[w];
      for (std::uint64_t i = w; i < count; i += 2) {
        while (!queue.has_room()) queue.publish();
        queue.decided(verdict(i));
        if (i % 1001 == 0) queue.publish();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.rows_written, count);
  EXPECT_TRUE(result.complete());
  std::array<std::uint64_t, 2> next = {0, 1};
  const std::vector<std::string> lines = lines_of(content_of(path));
  ASSERT_EQ(lines.size(), count + 1);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t from = lines[i] == row(next[0]) ? 0 : 1;
    ASSERT_EQ(lines[i], row(next[from]));
    next[from] += 2;
  }
}

TEST_F(WriterTest, shows_a_published_row_without_being_finished) {
  Pipe pipe;
  const auto writer = writer_for(pipe.name());
  RowQueue& queue = writer->add_queue({});
  writer->start();
  EXPECT_EQ(pipe.read_line(), header);
  queue.decided(verdict(0));
  queue.publish();
  EXPECT_EQ(pipe.read_line(), row(0));
  queue.decided(verdict(1));
  queue.publish();
  EXPECT_EQ(pipe.read_line(), row(1));
}

TEST_F(WriterTest, a_reader_that_does_not_read_never_stops_the_worker) {  // field bug 46
  Pipe pipe;
  auto writer = writer_for(pipe.name());
  pipe.close_own_writer();
  RowQueue& queue = writer->add_queue({.high_water = 1000, .open_max = 65'536 - 1000});
  writer->start();
  for (std::uint64_t i = 0; i < 65'536; ++i) {
    queue.decided(verdict(i));
    if (i % 500 == 0) queue.publish();
  }
  EXPECT_FALSE(queue.has_room());
  EXPECT_FALSE(writer->failed());
  std::string text;
  std::thread reader([&pipe, &text] { text = pipe.read_to_end(); });
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.rows_written, 65'536U);
  EXPECT_TRUE(result.complete());
  writer.reset();  // which had the other end of the pipe
  reader.join();
  expect_rows_in_order(text, 65'536);
}

TEST_F(WriterTest, a_pipe_that_does_not_block_is_waited_for) {
  Pipe pipe;
  ResultFile file = ResultFile::open(pipe.name());
  ::fcntl(file.fd(), F_SETFL, O_NONBLOCK);
  pipe.close_own_writer();
  auto writer = std::make_unique<Writer>(std::move(file), make_row_format(RowFormatKind::csv, {targets_, zones_}),
                                         Writer::Options{});
  RowQueue& queue = writer->add_queue({});
  writer->start();
  for (std::uint64_t i = 0; i < 20'000; ++i) queue.decided(verdict(i));
  std::string text;
  std::thread reader([&pipe, &text] { text = pipe.read_to_end(); });
  EXPECT_TRUE(writer->finish().complete());
  writer.reset();
  reader.join();
  expect_rows_in_order(text, 20'000);
}

TEST_F(WriterTest, an_abandoned_writer_ends_and_what_it_wrote_parses) {  // field bug 29
  Pipe pipe;
  auto writer = writer_for(pipe.name());
  pipe.close_own_writer();
  RowQueue& queue = writer->add_queue({});
  writer->start();
  for (std::uint64_t i = 0; i < 20'000; ++i) queue.decided(verdict(i));
  writer->request_finish();
  EXPECT_FALSE(writer->wait_finished(ns_per_ms));
  writer->abandon();
  EXPECT_TRUE(writer->wait_finished(3600 * ns_per_s));
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.errno_value, ECANCELED);
  EXPECT_EQ(result.rows_written + result.rows_lost, 20'000U);
  EXPECT_GT(result.rows_written, 0U);
  writer.reset();
  expect_rows_in_order(pipe.read_to_end(), result.rows_written);
}

TEST_F(WriterTest, a_reader_that_leaves_ends_the_output_and_not_the_program) {  // field bug 31, head -1
  Pipe pipe;
  const auto writer = writer_for(pipe.name());
  RowQueue& queue = writer->add_queue({.high_water = 1000});
  writer->start();
  EXPECT_EQ(pipe.read_line(), header);
  pipe.close_reader();
  std::uint64_t decided = 0;
  while (!writer->failed()) {
    if (queue.has_room()) queue.decided(verdict(decided++ % 1000));
    queue.publish();
  }
  for (int i = 0; i < 5000; ++i) {  // a worker that has not looked yet is not held up
    while (!queue.has_room()) queue.publish();
    queue.decided(verdict(decided++ % 1000));
  }
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.errno_value, EPIPE);
  EXPECT_EQ(result.rows_written, 0U);
  EXPECT_EQ(result.rows_lost, decided);
}

TEST_F(WriterTest, a_full_device_is_reported_and_all_rows_are_counted_as_lost) {  // field bug 31
  const auto writer = writer_for("/dev/full");
  RowQueue& queue = writer->add_queue({.high_water = 1000});
  writer->start();
  for (std::uint64_t i = 0; i < 5000; ++i) {
    while (!queue.has_room()) queue.publish();
    queue.decided(verdict(i));
  }
  const WriterResult result = writer->finish();
  EXPECT_TRUE(writer->failed());
  EXPECT_EQ(result.errno_value, ENOSPC);
  EXPECT_EQ(result.rows_written, 0U);
  EXPECT_EQ(result.bytes_written, 0U);
  EXPECT_EQ(result.rows_lost, 5000U);
}

TEST_F(WriterTest, a_partial_row_at_the_end_of_a_full_disk_is_cut_off) {  // field bug 29, 31
  const std::string path = folder_.file("out.csv");
  const auto writer = writer_for(path);
  const WriterResult result = hundred_rows_into(*writer, 1000);
  EXPECT_EQ(result.errno_value, EFBIG);
  // 81 bytes of header, then rows of 80 bytes (198.18.0.0 to .9) and 82 bytes: 11 whole ones fit.
  EXPECT_EQ(result.rows_written, 11U);
  EXPECT_EQ(result.rows_lost, 89U);
  EXPECT_EQ(result.bytes_written, 963U);
  expect_rows_in_order(content_of(path), 11);
}

TEST_F(WriterTest, the_heading_of_a_sorted_table_is_no_row) {
  const auto writer = writer_for(folder_.file("out.txt"), RowFormatKind::table);
  const WriterResult result = hundred_rows_into(*writer, 500);
  EXPECT_EQ(result.errno_value, EFBIG);
  const std::size_t lines = lines_of(content_of(folder_.file("out.txt"))).size();
  ASSERT_GT(lines, 1U);
  EXPECT_EQ(result.rows_written, lines - 1);
  EXPECT_EQ(result.rows_lost, 100 - (lines - 1));
}

TEST_F(WriterTest, a_device_swallows_rows_without_sync_or_cut) {
  const auto writer = writer_for("/dev/null");
  RowQueue& queue = writer->add_queue({});
  writer->start();
  for (std::uint64_t i = 0; i < 1000; ++i) queue.decided(verdict(i));
  EXPECT_TRUE(writer->finish().complete());
}

TEST_F(WriterTest, counts_rows_that_the_filter_hides) {
  Writer::Options options;
  options.filter = RowFilter::default_of(RowFormatKind::list);
  const auto writer = writer_for(folder_.file("out.txt"), RowFormatKind::list, options);
  RowQueue& queue = writer->add_queue({});
  writer->start();
  queue.decided(verdict(7));
  Verdict silent = verdict(8);
  silent.state = State::no_reply;
  silent.reason = Reason::timeout;
  queue.decided(silent);
  const WriterResult result = writer->finish();
  EXPECT_EQ(result.rows_written, 1U);
  EXPECT_EQ(result.rows_hidden, 1U);
  EXPECT_EQ(content_of(folder_.file("out.txt")), "198.18.0.7\n");
}

TEST_F(WriterTest, erases_the_progress_line_before_a_row_on_the_same_terminal) {  // field bug 48
  const test::PseudoTerminal terminal;
  StatusLine status(StatusLine::Mode::redraw, terminal.slave());
  Writer::Options options;
  options.header = false;
  options.status = &status;
  const auto writer = writer_for(terminal.name(), RowFormatKind::list, options);
  RowQueue& queue = writer->add_queue({});
  status.draw("50.0%", 0);
  writer->start();
  queue.decided(verdict(7));
  EXPECT_TRUE(writer->finish().complete());
  EXPECT_EQ(terminal.read_all(), "\r\x1b[K50.0%\r\x1b[K198.18.0.7\r\n");
}

TEST_F(WriterTest, prints_a_table_at_the_end_and_counts_its_rows) {
  const TargetSet few = test::targets_of({"198.18.0.0/30"});
  Writer::Options options;
  options.filter = RowFilter::default_of(RowFormatKind::table);
  Writer writer(ResultFile::open(folder_.file("out")), make_row_format(RowFormatKind::table, {few, zones_}), options);
  RowQueue& queue = writer.add_queue({});
  writer.start();
  queue.decided(verdict(2));
  queue.decided(verdict(1));
  Verdict silent = verdict(0);
  silent.state = State::no_reply;
  silent.reason = Reason::timeout;
  queue.decided(silent);
  const WriterResult result = writer.finish();
  EXPECT_EQ(result.rows_written, 2U);
  EXPECT_EQ(content_of(folder_.file("out")),
            "address     state  rtt_ms  ttl  attempts\n"
            "198.18.0.1  alive   0.123   64         1\n"
            "198.18.0.2  alive   0.123   64         1\n"
            "2 shown, 1 not shown (--show all shows every target)\n");
}

// The blocked signals of each thread of this process.
std::map<std::string, std::uint64_t> blocked_signals() {
  std::map<std::string, std::uint64_t> masks;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::istringstream status(content_of(task.path().string() + "/status"));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("SigBlk:")) masks[task.path().filename()] = std::stoull(line.substr(7), nullptr, 16);
    }
  }
  return masks;
}

TEST_F(WriterTest, takes_no_signal_that_main_waits_for) {
  std::thread([] {}).join();  // with its first thread the thread sanitizer starts one of its own
  const auto writer = writer_for("/dev/null");
  const auto before = blocked_signals();
  writer->start();
  auto after = blocked_signals();
  for (const auto& [thread, mask] : before) {
    EXPECT_EQ(after[thread], mask);
    after.erase(thread);
  }
  ASSERT_EQ(after.size(), 1U);
  for (const int signal : {SIGHUP, SIGINT, SIGUSR1, SIGPIPE, SIGTERM}) {
    EXPECT_NE(after.begin()->second & (std::uint64_t{1} << (signal - 1)), 0U) << signal;
  }
}

}  // namespace
}  // namespace ringsweep
