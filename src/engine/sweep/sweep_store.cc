#include "ringsweep/engine/sweep/sweep_store.h"

#include <fmt/format.h>

#include <exception>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

// The store asks as long as this lives: whoever writes to it on another thread is not to ask.
class Asking {
 public:
  Asking(Store& store, const std::function<bool()>& goes_on) : store_(store) { store_.wait_while(goes_on); }
  ~Asking() { store_.wait_while({}); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  Store& store_;
};

}  // namespace

SweepStore::SweepStore(Store& store, const RowContext& context, std::optional<std::int64_t> keep_ns)
    : store_(store), keep_ns_(keep_ns), writer_(store, context) {}

std::int64_t SweepStore::begin(const SweepRecord& record) {
  std::int64_t id = 0;
  {
    const Asking asking(store_, goes_on_);
    id = store_.begin_sweep(record);
    if (keep_ns_) store_.forget_before(record.started_ns - *keep_ns_);
  }
  writer_.start();
  return id;
}

void SweepStore::resume(std::int64_t id, const SweepRecord& record, std::span<const std::string> names_to_come) {
  bool is_there = false;
  {
    const Asking asking(store_, goes_on_);
    is_there = store_.resume_sweep(id, record, names_to_come);
  }
  if (!is_there) {
    throw usage_error(
        fmt::format("store {} has lost sweep {}, which this one goes on with", quote_text(store_.path()), id),
        "leave out --store, or begin again with --restart");
  }
  writer_.start();
}

bool SweepStore::end(const SweepSummary& summary, StoreResult& result) {
  const Asking asking(store_, goes_on_);
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
