// Sees every verdict of a sweep besides the result file: the journal of an unfinished sweep, or a store of sweeps.
//
// The writer calls take() and settled() on its thread, in one order for all observers. They must not throw, and a slow
// one delays the rows. The verdicts are those that can become rows (never `interrupted` or
// `not_sent`), whether the filter shows them or not, and whether the file could be written or not. An observer outlives
// the writer's thread.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "ringsweep/core/jobs/verdict.h"

namespace ringsweep {

// What a regular result file holds for certain: all rows of the verdicts that were taken so far.
struct SettledOutput {
  std::uint64_t bytes = 0;   // the file's length, synced; ends with a row's end
  std::uint64_t rows = 0;    // in the whole file, including those of earlier runs
  std::uint64_t hidden = 0;  // verdicts that the filter did not show, counted like the rows
};

class VerdictObserver {
 public:
  virtual ~VerdictObserver() = default;
  virtual void take(std::span<const Verdict> verdicts) = 0;
  // At most once a second and after the last verdict; not after a failure, and not for pipes, terminals and devices.
  virtual void settled(const SettledOutput& /*output*/) {}
  // How many of the verdicts taken are safe on disk; the journal records no more as decided. Any thread.
  virtual std::uint64_t durable() const { return std::numeric_limits<std::uint64_t>::max(); }
};

}  // namespace ringsweep
