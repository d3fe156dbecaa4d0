// A whole sweep: workers, output, store, journal, signals, progress, and the summary at the end.
//
//   construct (set-up; throws Error; nothing is sent)  ->  run()  ->  SweepSummary
//
// The main thread waits for signals and draws the progress line; workers, writer, store and resolver have threads of
// their own. INT, TERM and HUP drain for at most one timeout, a second one ends at once, USR1 prints progress.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/engine/columns/sweep_columns.h"
#include "ringsweep/engine/journal/journal.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/preparation/preparation.h"
#include "ringsweep/engine/sweep/sweep_store.h"
#include "ringsweep/engine/worker/worker.h"
#include "ringsweep/engine/worker/worker_crew.h"
#include "ringsweep/net/kernel/local_counters.h"
#include "ringsweep/output/summary/progress.h"
#include "ringsweep/output/summary/summary.h"
#include "ringsweep/output/writer/result_file.h"
#include "ringsweep/output/writer/terminal.h"
#include "ringsweep/output/writer/writer.h"

namespace ringsweep {

class Sweep {
 public:
  struct Setup {
    PreparedSweep prepared;
    ResultFile output;
    std::string output_name;  // for messages
    RowFormatKind format;
    std::string version;
    Store* store = nullptr;      // outlives the sweep; null without --store
    Journal* journal = nullptr;  // outlives the sweep; null where a later run cannot go on with the result file
  };
  // Makes the workers. `options`, `targets` and `zones` outlive the sweep, `signals` its run; they were made before any
  // thread.
  Sweep(const SweepOptions& options, const TargetSet& targets, const ZoneNames& zones, Setup setup, Signals& signals);
  ~Sweep();

  // Throws Error where the store or a thread cannot be had; nothing was sent then. Once only.
  SweepSummary run();
  // After run(): every target is decided and its row is written. Nothing is left for a later run.
  bool is_finished() const { return finished_; }

 private:
  struct Part;
  struct Share;

  const SweepPlan& plan() const { return setup_.prepared.plan; }
  const OnLink& on_link() const { return *setup_.prepared.on_link; }
  void print_start() const;
  void begin_store();
  void start_journal();
  // Until the last worker has finished.
  void supervise();
  // Until the writer and the store have all rows, or are abandoned.
  void wait_for_outputs();
  // Waits for a signal for so long. A writer that has failed ends the sweep as well.
  void take_signals(std::int64_t timeout_ns);
  void take_signal(int number);
  void stop_at(StopLevel level);
  // The user has asked twice: the sweep waits for nobody any more, neither a reader nor a store.
  bool is_given_up() const { return interrupts_ > 1; }
  void report_waiting_names(std::int64_t now_ns);
  ProgressSnapshot snapshot() const;
  SweepSummary summarize(const WriterResult& written, const StoreResult& stored) const;

  const SweepOptions& options_;
  const TargetSet& targets_;
  Signals& signals_;
  Setup setup_;
  StatusLine status_;
  SweepColumns columns_;
  std::unique_ptr<SweepStore> store_;  // null without --store
  Writer writer_;
  std::vector<std::unique_ptr<Part>> parts_;
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
  WorkerCrew crew_;  // last: its threads use what stands above
};

}  // namespace ringsweep
