// A sweep's part in a store: it is begun before the first probe, fed by the writer's thread, and ended with the
// summary.
//
// Life: construct -> begin -> (observer().take, ... by the writer) -> finish_rows -> end. Belongs to main.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "ringsweep/output/store/store_writer.h"
#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

class SweepStore {
 public:
  // All outlive it. Of `keep_ns`: sweeps that began earlier than that before this one are forgotten.
  SweepStore(Store& store, const RowContext& context, std::optional<std::int64_t> keep_ns);

  // Asked while begin, resume and end wait for another process, on their thread (Store::wait_while).
  void wait_while(std::function<bool()> goes_on) { goes_on_ = std::move(goes_on); }
  VerdictObserver& observer() { return writer_; }
  // Returns the sweep's id in the store. Throws Error; nothing has been sent then.
  std::int64_t begin(const SweepRecord& record);
  // Goes on with what an earlier run of the same sweep put there; `names_to_come` as Store::resume_sweep.
  void resume(std::int64_t id, const SweepRecord& record, std::span<const std::string> names_to_come);
  // As StoreWriter.
  void request_finish() { writer_.request_finish(); }
  bool wait_finished(std::int64_t timeout_ns) { return writer_.wait_finished(timeout_ns); }
  void abandon() { writer_.abandon(); }
  StoreResult finish_rows() { return writer_.finish(); }
  // False: the store could not take it, which is the failure of `result` now and makes another summary.
  bool end(const SweepSummary& summary, StoreResult& result);

 private:
  Store& store_;
  std::optional<std::int64_t> keep_ns_;
  std::function<bool()> goes_on_;
  StoreWriter writer_;
};

}  // namespace ringsweep
