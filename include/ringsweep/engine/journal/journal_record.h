// The contents of the journal of an unfinished sweep, and their text:
//
//   ringsweep.journal/1
//   {"plan_id": "...", "plan": {"--attempts": "3", ...}, "output": {"bytes": ..., ...}, "decided": "...", ...}
//   checksum 0123456789abcdef          of all that stands above, line ends included
//
// The plan has everything that must be the same when the sweep is resumed. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/core/targets/decided_set.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/output/rows/verdict_observer.h"

namespace ringsweep {

// The sweep in a store that receives the verdicts as well.
struct StoredPart {
  std::string file;  // canonical
  std::int64_t sweep = 0;
  friend bool operator==(const StoredPart&, const StoredPart&) = default;
};

struct JournalRecord {
  std::uint64_t plan_id = 0;
  PlanItems plan;
  std::uint64_t seed = 0;
  std::uint64_t targets = 0;  // of this shard
  std::uint64_t runs = 1;     // that worked on it so far
  SettledOutput output;
  std::uint64_t output_fingerprint = 0;  // Journal::OutputFingerprint of these bytes; 0: unknown
  std::optional<StoredPart> store;       // none: without --store
  DecidedSet decided;
  std::array<std::uint64_t, state_count> states{};  // of the decided
  std::uint64_t targets_refused = 0;                // of them: see LocalCounts
  std::uint64_t unrepaired = 0;                     // see LocalCounts
  std::map<std::string, std::uint64_t> lost;        // kernel counters (silent_losses) and by how much they moved

  void count(const Verdict& verdict);
};

// `decided` is its text.
std::string journal_text(const JournalRecord& record, std::string_view decided);

// True if the first line is that of a journal of any version.
bool is_journal(std::string_view text);
// `name` is the file's, for errors. Throws Error (usage): not a journal, a newer version, or damaged.
JournalRecord read_journal_record(std::string_view text, const std::string& name);

// "\n  --attempts: 3 then, 5 now", a line for each difference; empty if there is none.
std::string plan_difference(const PlanItems& then, const PlanItems& now);

}  // namespace ringsweep
