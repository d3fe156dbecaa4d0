// Sweeps of a store (`diff --store`), read as the result files of other sweeps are (cli/results/result_input.h).
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/results/result_input.h"
#include "ringsweep/output/store/store.h"

namespace ringsweep {

// OLD and NEW. `ids` are none or two: none is the last complete sweep, and the last complete one before it of its
// series (as the view last_sweep has them). Throws Error (usage) where there are no such sweeps; it names `store`.
struct StoredPair {
  StoredSweep before;
  StoredSweep now;
  std::vector<std::int64_t> left_aside;  // of the same series and later than `now`, but not complete
};
StoredPair choose_sweeps(std::span<const StoredSweep> sweeps, const std::vector<std::string>& ids,
                         const std::string& store);

// All rows, with the summary that the sweep left. One that has not ended has none, and its rows may be missing.
InputResult read_stored(const Store& store, const StoredSweep& sweep, ResultZones& zones);

}  // namespace ringsweep
