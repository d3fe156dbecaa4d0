#include "ringsweep/engine/sweep_store.h"

#include <fmt/format.h>

#include <exception>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {

SweepStore::SweepStore(Store& store, const RowContext& context, std::optional<std::int64_t> keep_ns)
    : store_(store), keep_ns_(keep_ns), writer_(store, context) {}

std::int64_t SweepStore::begin(const SweepRecord& record) {
  const std::int64_t id = store_.begin_sweep(record);
  if (keep_ns_) store_.forget_before(record.started_ns - *keep_ns_);
  writer_.start();
  return id;
}

void SweepStore::resume(std::int64_t id, const SweepRecord& record) {
  if (!store_.resume_sweep(id, record)) {
    throw usage_error(
        fmt::format("store {} has lost sweep {}, which this one goes on with", quote_text(store_.path()), id),
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
