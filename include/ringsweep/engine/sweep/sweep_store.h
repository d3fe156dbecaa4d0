// A sweep's part in a store: begun, or gone on with, before the first probe, fed by the writer's thread, and ended with
// the summary.
//
// Life: construct -> begin -> (observer().take, ... by the writer) -> finish_rows -> end. Belongs to main.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ringsweep/output/store/store_writer.h"
#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

class Journal;

class SweepStore {
 public:
  // `store` and what `context` names outlive it. Sweeps that began more than `keep_ns` before this one are forgotten.
  SweepStore(Store& store, const RowContext& context, std::optional<std::int64_t> keep_ns);

  // Asked while begin and end wait for another process, on their thread (Store::wait_while).
  void wait_while(std::function<bool()> goes_on) { goes_on_ = std::move(goes_on); }
  VerdictObserver& observer() { return writer_; }
  // Throws Error; nothing has been sent then.
  void begin(const SweepRecord& record);
  // The same for a sweep that keeps a journal: goes on with what an earlier run put into the store, or throws Error
  // where that is not all that the earlier run decided. The journal is told which sweep of the store this is.
  // `names_repeat`: `--all-addresses` made several targets of a name.
  void begin(const SweepRecord& record, Journal& journal, bool names_repeat);
  // As StoreWriter.
  void request_finish() { writer_.request_finish(); }
  bool wait_finished(std::int64_t timeout_ns) { return writer_.wait_finished(timeout_ns); }
  void abandon() { writer_.abandon(); }
  StoreResult finish_rows() { return writer_.finish(); }
  // False: the store could not take it, which is the failure of `result` now and makes another summary.
  bool end(const SweepSummary& summary, StoreResult& result);

 private:
  std::int64_t begin_new(const SweepRecord& record);
  void resume(std::int64_t id, const SweepRecord& record, const std::vector<std::string>& undecided_names);

  Store& store_;
  const TargetSet& targets_;
  std::optional<std::int64_t> keep_ns_;
  std::function<bool()> goes_on_;
  StoreWriter writer_;
};

}  // namespace ringsweep
