// The thread that owns the result file: it takes verdicts from the queues of all workers, passes them to the observers,
// formats those that the filter selects, and writes them.
//
// Every write ends with a whole row and happens at the latest after a queue's publish() (the workers' tick), so that
// the file of a killed run parses. A kill can end a write at the end of a page, so the row across that end is written
// alone (in trials at 300,000 rows a second 1 of 500 kills tore it; readers ignore a last line without '\n'). A regular
// file is synced once a second and at the end; the observers are told then. Pipes are written in pieces that do not
// block (PIPE_BUF after poll), terminals without blocking (ResultFile): abandon() always gets through.
//
// When a write fails (reader gone, disk full, I/O error), the errno is kept and a partial row at the end of a regular
// file is cut off. From then on the queues are drained and counted as lost, so that no worker ever waits for the
// writer.
//
// A RowDelay holds back some rows; the end waits for them.
//
// Life: construct -> add_queue for each worker -> start -> (workers run; failed() is polled) -> workers end -> finish.
// Signals are blocked in the thread; main ignores SIGPIPE.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ringsweep/output/rows/row_delay.h"
#include "ringsweep/output/rows/row_filter.h"
#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/rows/verdict_observer.h"
#include "ringsweep/output/writer/result_file.h"
#include "ringsweep/output/writer/row_queue.h"
#include "ringsweep/output/writer/terminal.h"
#include "ringsweep/system/wakeup.h"

namespace ringsweep {

struct WriterResult {
  std::uint64_t rows_written = 0;
  std::uint64_t bytes_written = 0;
  int errno_value = 0;          // 0: all is written
  std::uint64_t rows_lost = 0;  // not written after a failure, or dropped by a full queue
  std::uint64_t rows_hidden = 0;
  bool complete() const { return errno_value == 0 && rows_lost == 0; }
};

class Writer {
 public:
  struct Options {
    bool header = true;
    StatusLine* status = nullptr;  // erased while we write; set if it is on the same terminal
    RowFilter filter = RowFilter::all();
    std::vector<VerdictObserver*> observers;
    RowDelay* delay = nullptr;  // outlives the writer's thread
    SettledOutput before;       // what earlier runs of a resumed sweep wrote to the file
  };
  Writer(ResultFile file, std::unique_ptr<RowFormat> format, const Options& options);
  ~Writer();  // calls finish() if necessary
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Before start(); the queue lives as long as the writer.
  RowQueue& add_queue(const RowQueue::Options& options);
  void start();

  // A write has failed, so further probes are useless. Any thread.
  bool failed() const { return errno_.load(std::memory_order_relaxed) != 0; }
  // Stops waiting for a reader that does not read: unwritten rows are lost (and counted; errno_value ECANCELED). Any
  // thread.
  void abandon();
  // Ends the thread as soon as the queues are written. Pre: no worker uses its queue any more.
  void request_finish();
  // Waits until the thread is done, at most `timeout_ns`; true if it is. Main looks for signals between two calls (and
  // then abandons).
  bool wait_finished(std::int64_t timeout_ns);
  // Calls request_finish if necessary, and joins the thread.
  WriterResult finish();

 private:
  void run();
  bool drain();
  void take(std::span<const Verdict> verdicts);
  bool take_delayed();
  bool is_waiting() const { return options_.delay != nullptr && !options_.delay->is_empty(); }
  void add_cut_points();
  void flush();
  std::size_t piece_limit(std::size_t from) const;
  int write_piece(std::size_t from, std::size_t end, std::size_t& written);
  int wait_writable();
  void fail(int errno_value);
  void note_unsettled();
  void settle_when_due();
  void settle();
  void sync();
  void sleep();
  void count_unwritten();
  std::uint64_t rows_so_far() const { return options_.before.rows + result_.rows_written; }
  std::uint64_t hidden_so_far() const { return options_.before.hidden + result_.rows_hidden; }

  ResultFile file_;
  std::unique_ptr<RowFormat> format_;
  Options options_;
  Wakeup wakeup_;
  std::vector<std::unique_ptr<RowQueue>> queues_;
  std::thread thread_;
  std::atomic<bool> finishing_{false};
  std::atomic<bool> abandoned_{false};
  std::atomic<int> errno_{0};
  std::mutex done_mutex_;
  std::condition_variable done_changed_;
  bool done_ = false;

  // The thread's alone.
  TextBuffer buffer_;
  std::vector<std::size_t> cut_points_;  // ends of rows in the buffer, where a write may end
  std::uint64_t rows_pending_ = 0;       // rows that the buffer, or the format itself, still holds
  std::size_t heading_lines_ = 0;        // lines that such a format puts before those rows
  std::size_t offset_ = 0;               // in a regular file: where the buffer begins
  std::int64_t next_settling_ns_ = 0;
  bool unsettled_ = false;  // bytes were written or verdicts taken since the last settling
  WriterResult result_;
};

}  // namespace ringsweep
