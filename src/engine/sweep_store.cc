#include "ringsweep/engine/sweep_store.h"

#include <exception>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {

SweepStore::SweepStore(Store& store, const RowContext& context, std::optional<std::int64_t> keep_ns)
    : store_(store), keep_ns_(keep_ns), writer_(store, context) {}

void SweepStore::begin(const SweepRecord& record) {
  store_.begin_sweep(record);
  if (keep_ns_) store_.forget_before(record.started_ns - *keep_ns_);
  writer_.start();
}

void SweepStore::resume(const SweepRecord& record, bool nothing_left) {
  if (!store_.resume_sweep(record, nothing_left)) {
    throw usage_error("store " + quote_text(store_.path()) + " has no unfinished sweep of this plan to go on with",
                      "leave out --store, or begin again with --restart");
  }
  writer_.start();
}

bool SweepStore::end(const SweepSummary& summary, StoreResult& result) {
  try {
    store_.finish_sweep({summary.finished_ns, summary.complete, summary.exit_status, summary_json(summary)});
    return true;
  } catch (const std::exception& error) {
    // Where rows were lost already, that is the cause.
    if (!result.failure.empty()) return true;
    result.failure = error.what();
    return false;
  }
}

}  // namespace ringsweep
