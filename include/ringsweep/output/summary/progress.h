// The text of the progress line, from two looks at the counters of a run. Pure.
//
//   12.5% 8192/65536 targets, 24576 sent, 9.9k pps, 310 alive, 1.2% lost here, 0:42 left
#pragma once

#include <cstdint>
#include <string>

namespace ringsweep {

struct ProgressSnapshot {
  std::int64_t elapsed_ns = 0;  // since the start of the run
  std::uint64_t targets = 0;
  std::uint64_t decided = 0;
  std::uint64_t decided_before = 0;  // of them, by earlier runs
  std::uint64_t sent = 0;
  std::uint64_t alive = 0;
  std::uint64_t lost_here = 0;  // probes that did not leave, or whose answers may have been lost on this machine
};

// The rate is that between the two snapshots (of the whole run where they are the same), the time left is extrapolated
// from the whole run and left out while nothing is decided.
std::string progress_text(const ProgressSnapshot& now, const ProgressSnapshot& before);

}  // namespace ringsweep
