// The journal of an unfinished sweep: a file beside the result that says which targets are decided and how much of the
// result vouches for it (engine/journal/journal_record.h), so that a sweep that was stopped, killed or out of disk can
// go on.
//
//   writer's thread: take() marks the decided places; settled() hands a checkpoint over       (at most once a second)
//   its own thread:  waits until the other observers have made those verdicts safe, then replaces the file
//
// The file is always whole: old or new. If a checkpoint cannot be saved, the user is warned once, the file stays as it
// was, and the sweep goes on. Life: construct -> save_first (fresh) -> start -> the writer's thread runs and ends, the
// other observers end -> finish -> remove, where nothing is left to do. Its owner outlives the writer. The journal of a
// fresh sweep that never began is removed by its owner's destruction.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "ringsweep/core/targets/decided_set.h"
#include "ringsweep/core/targets/permutation.h"
#include "ringsweep/engine/journal/journal_record.h"
#include "ringsweep/net/kernel/local_counters.h"
#include "ringsweep/output/rows/verdict_observer.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class Journal final : public VerdictObserver {
 public:
  // A hash of the beginning and the end of the file's first `bytes` bytes, so that another file is not mistaken for it.
  using OutputFingerprint = std::function<std::uint64_t(std::uint64_t bytes)>;

  struct Options {
    std::string path;
    FileDescriptor lock;  // a duplicate of the result's descriptor: its lock holds until the journal is gone as well
    OutputFingerprint fingerprint;
    // The order of the shard, which gives each target its place.
    Permutation order;
    Stride positions;
  };
  // `begin`: the state when this run begins.
  Journal(Options options, JournalRecord begin);
  ~Journal() override;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const std::string& path() const { return options_.path; }
  // The state when this run began.
  const JournalRecord& begin() const { return begin_; }
  const DecidedPlaces& decided_before() const { return decided_before_; }
  // A target of the shard that was undecided then.
  bool was_undecided(std::uint64_t target) const;

  // 0 or the errno; the folder is synced as well.
  int save_first();

  struct Surroundings {
    std::vector<const VerdictObserver*> others;  // a checkpoint waits until they are durable
    // What this machine has lost in this run so far (silent_losses); called on any thread.
    std::function<std::vector<LocalCounters::Moved>()> lost;
    std::function<void(const std::string&)> warn;
  };
  void start(Surroundings surroundings);
  // Records where else the verdicts of this run go. Before start().
  void set_store(StoredPart store) { now_.store = std::move(store); }
  // The sweep has begun: the file stays until remove().
  void keep() { kept_ = true; }
  void take(std::span<const Verdict> verdicts) override;
  void settled(const SettledOutput& output) override;
  // Pre: the writer and the other observers have ended. The last checkpoint is saved.
  void finish();
  // The other observers have all that was taken. After finish().
  bool others_have_all() const { return all_durable(taken_); }
  // The sweep is done.
  void remove();

 private:
  struct Checkpoint {
    std::uint64_t taken = 0;
    JournalRecord record;  // without the decided
    std::string decided;
  };
  void run();
  bool all_durable(std::uint64_t taken) const;
  void save(Checkpoint& checkpoint);
  int replace(std::string_view text) const;
  std::string temporary() const;

  Options options_;
  JournalRecord begin_;
  DecidedPlaces decided_before_;
  Surroundings surroundings_;

  // The writer's thread's alone.
  DecidedSet decided_;
  JournalRecord now_;  // without the decided
  std::uint64_t taken_ = 0;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Checkpoint> newest_;
  bool ending_ = false;
  bool warned_ = false;  // its own thread's alone
  bool kept_ = true;
};

}  // namespace ringsweep
