#include "ringsweep/engine/sweep/sweep_store.h"

#include <fmt/core.h>

#include <exception>
#include <filesystem>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/engine/journal/journal.h"

namespace ringsweep {
namespace {

// The store asks as long as this lives; the thread that writes rows to it must not ask.
class Asking {
 public:
  Asking(Store& store, const std::function<bool()>& goes_on) : store_(store) { store_.wait_while(goes_on); }
  ~Asking() { store_.wait_while({}); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  Store& store_;
};

std::vector<std::string> undecided_names(const TargetSet& targets, const Journal& journal) {
  std::vector<std::string> names;
  for (std::uint64_t target = targets.address_count(); target < targets.count(); ++target) {
    if (journal.was_undecided(target)) names.push_back(targets.name_at(target));
  }
  return names;
}

}  // namespace

SweepStore::SweepStore(Store& store, const RowContext& context, std::optional<std::int64_t> keep_ns)
    : store_(store), targets_(context.targets), keep_ns_(keep_ns), writer_(store, context) {}

void SweepStore::begin(const SweepRecord& record) {
  begin_new(record);
  writer_.start();
}

void SweepStore::begin(const SweepRecord& record, Journal& journal, bool names_repeat) {
  const std::string file = std::filesystem::weakly_canonical(store_.path()).string();
  const std::optional<StoredPart> before = journal.begin().store;
  std::int64_t id = 0;
  if (before && before->file == file) {
    id = before->sweep;
    // A name that repeats has many rows, and some may be decided; but each has the address that it had, or the sweep
    // would not go on.
    resume(id, record, names_repeat ? std::vector<std::string>() : undecided_names(targets_, journal));
  } else if (journal.decided_before().set.count() > 0) {
    throw usage_error(
        before ? fmt::format("the sweep was started with another store, {}", quote_text(before->file))
               : "the sweep has run without --store, so a store would lack what was decided then",
        before ? "give that one, or leave out --store" : "leave out --store, or begin again with --restart");
  } else {
    id = begin_new(record);
  }
  journal.set_store(StoredPart{file, id});
  writer_.start();
}

std::int64_t SweepStore::begin_new(const SweepRecord& record) {
  const Asking asking(store_, goes_on_);
  const std::int64_t id = store_.begin_sweep(record);
  if (keep_ns_) store_.forget_before(record.started_ns - *keep_ns_);
  return id;
}

void SweepStore::resume(std::int64_t id, const SweepRecord& record, const std::vector<std::string>& undecided_names) {
  const Asking asking(store_, goes_on_);
  if (store_.resume_sweep(id, record, undecided_names)) return;
  throw usage_error(
      fmt::format("store {} no longer has sweep {}, which this run resumes", quote_text(store_.path()), id),
      "leave out --store, or begin again with --restart");
}

bool SweepStore::end(const SweepSummary& summary, StoreResult& result) {
  const Asking asking(store_, goes_on_);
  try {
    store_.finish_sweep({summary.finished_ns, summary.complete, summary.exit_status, summary_json(summary)});
    return true;
  } catch (const std::exception& error) {
    // If rows were lost before, that is the cause to report.
    if (!result.failure.empty()) return true;
    result.failure = error.what();
    return false;
  }
}

}  // namespace ringsweep
