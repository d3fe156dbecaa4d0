// A whole sweep: sockets, output, names, workers, signals, progress, and the summary at the end.
//
//   construct (set-up; throws Error; nothing is sent)  ->  run()  ->  SweepSummary
//
// The main thread waits for signals and draws the progress line; each worker has a thread of its own, the writer and
// the resolver too. INT, TERM and HUP drain for at most one timeout, a second one ends at once, USR1 prints progress.
#pragma once

#include <array>
#include <atomic>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/engine/columns/sweep_columns.h"
#include "ringsweep/engine/journal/journal.h"
#include "ringsweep/engine/links/on_link.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/engine/preparation/preparation.h"
#include "ringsweep/engine/sweep/sweep_store.h"
#include "ringsweep/engine/worker/worker.h"
#include "ringsweep/net/kernel/local_counters.h"
#include "ringsweep/output/summary/progress.h"
#include "ringsweep/output/summary/summary.h"
#include "ringsweep/output/writer/result_file.h"
#include "ringsweep/output/writer/terminal.h"
#include "ringsweep/output/writer/writer.h"

namespace ringsweep {

class Signals;

class Sweep {
 public:
  struct Setup {
    PreparedSweep prepared;
    ResultFile output;
    std::string output_name;  // for messages
    RowFormatKind format;
    std::string version;
    Store* store = nullptr;      // outlives the sweep; null without --store
    Journal* journal = nullptr;  // of a result file that a later run may go on with; so does it
  };
  // `options`, `targets` and `zones` outlive the sweep.
  Sweep(const SweepOptions& options, const TargetSet& targets, const ZoneNames& zones, Setup setup);
  ~Sweep();

  // Pre: `signals` was made before any thread. Throws Error where a worker cannot start; nothing was sent then.
  SweepSummary run(Signals& signals);
  // After run(): every target is decided and its row is written. Nothing is left for a later run.
  bool is_finished() const { return finished_; }

 private:
  struct WorkerThread;
  struct Share;

  // Returns when each worker has all that it needs; throws what the first one threw.
  void start_workers(Signals& signals);
  // Ends the threads of those that wait for the start. Nothing was sent.
  void cancel_workers();
  void run_worker(WorkerThread& mine, Signals& signals);
  void print_start() const;
  // Until the last worker has ended.
  void supervise(Signals& signals);
  WriterResult finish_output(Signals& signals);
  // Before this run is begun: those of the shard whose verdicts are not in the journal.
  std::vector<std::string> names_to_come() const;
  void begin_store(Signals& signals);
  StoreResult finish_stored_rows(Signals& signals);
  void start_journal();
  void take_signal(int number);
  void stop_at(StopLevel level);
  // The user has asked twice: nobody is waited for any more, neither a reader nor a store.
  bool is_given_up() const { return interrupts_ > 1; }
  void report_waiting_names(std::int64_t now_ns);
  ProgressSnapshot snapshot() const;
  SweepSummary summarize(const WriterResult& written, const StoreResult& stored) const;

  const SweepOptions& options_;
  const TargetSet& targets_;
  Setup setup_;
  StatusLine status_;
  SweepColumns columns_;
  std::unique_ptr<SweepStore> store_;  // null without --store
  Writer writer_;
  std::vector<std::unique_ptr<WorkerThread>> workers_;
  std::latch workers_made_;
  std::latch go_{1};
  std::atomic<bool> cancelled_{false};
  std::atomic<unsigned> running_{0};
  std::atomic<StopLevel> stop_{StopLevel::run};
  unsigned interrupts_ = 0;  // INT, TERM and HUP
  bool finished_ = false;
  std::array<std::uint8_t, 16> key_{};
  std::uint16_t run_ = 0;
  LocalCounters counters_before_;
  std::int64_t started_ns_ = 0;       // CLOCK_MONOTONIC
  std::int64_t started_wall_ns_ = 0;  // CLOCK_REALTIME
  std::int64_t finished_ns_ = 0;
  bool reported_waiting_names_ = false;
};

}  // namespace ringsweep
