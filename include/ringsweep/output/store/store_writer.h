// The thread that writes a sweep's verdicts to its store from a bounded queue.
//
//   writer's thread: take(verdicts) -> queue ---- swapped for an empty one ----> converted, one transaction (this
//   thread)
//
// It commits as soon as a quarter of a second has passed since the last commit began, or the queue is half full; so a
// slow store gets larger batches, which are cheaper. While the queue is full take() waits. Then the writer does not
// empty the workers' queues, and they start no new targets: the rate falls to that of the store. No worker ever waits.
//
// When the store fails (no space, an I/O error, locked for too long), the failure is kept and further rows are counted
// as lost, while the sweep goes on. Committed rows stay.
//
// Life: construct -> start -> take, take ... -> finish. take() belongs to one thread, durable() to any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "ringsweep/base/time.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/rows/verdict_observer.h"
#include "ringsweep/output/store/store.h"

namespace ringsweep {

struct StoreResult {
  std::uint64_t rows_stored = 0;
  std::uint64_t rows_lost = 0;
  std::string failure;  // "": none
};

class StoreWriter final : public VerdictObserver {
 public:
  struct Options {
    std::size_t queue_rows = 131'072;  // 12 MiB, twice; a second at 100,000 rows a second
    std::int64_t commit_interval_ns = 250 * ns_per_ms;
  };
  // Pre: the store has begun a sweep. `store` and what `context` refers to outlive the writer; nothing else uses the
  // store until finish() has returned.
  StoreWriter(Store& store, const RowContext& context, const Options& options);
  StoreWriter(Store& store, const RowContext& context) : StoreWriter(store, context, Options()) {}
  ~StoreWriter() override;  // calls finish() if necessary
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  void start();
  void take(std::span<const Verdict> verdicts) override;
  std::uint64_t durable() const override { return durable_.load(std::memory_order_acquire); }

  // Stops waiting for other processes that write to the store. Any thread.
  void abandon() { store_.abandon(); }
  // Ends the thread as soon as all verdicts taken are stored. Pre: take() is not called any more.
  void request_finish();
  // Waits until the thread is done, at most `timeout_ns`; true if it is.
  bool wait_finished(std::int64_t timeout_ns);
  StoreResult finish();

 private:
  void run();
  // Verdicts, and the values of the option columns for each of them, one after the other.
  struct Batch {
    std::vector<Verdict> verdicts;
    std::vector<std::string> more;
  };
  bool wait_for_batch();
  void store_batch();
  void fail(const std::string& failure);

  Store& store_;
  RowContext context_;
  Options options_;
  std::vector<std::string> more_columns_;
  std::thread thread_;
  std::atomic<std::uint64_t> durable_{0};

  std::mutex mutex_;
  std::condition_variable came_;  // verdicts, or the end
  std::condition_variable went_;  // there is room, or the thread is done
  Batch queue_;
  bool failed_ = false;
  bool finishing_ = false;
  bool done_ = false;
  StoreResult result_;

  // The writer's thread's alone.
  std::vector<std::string> more_;  // values of the option columns for the verdicts that it passes on

  // The thread's alone.
  Batch batch_;
  ResultRow row_;
  std::chrono::steady_clock::time_point begun_;  // the last commit
};

}  // namespace ringsweep
