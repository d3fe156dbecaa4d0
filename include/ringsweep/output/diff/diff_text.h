// A Difference as text: for people, as CSV and as NDJSON. Pure.
//
// CSV has the columns change,address,name,old,new,reason, and one line per change. `old` and `new` are states, or the
// responders, TTLs or RTTs (in ms) where these changed; empty for a side without a row. `reason` explains `unknown`.
// NDJSON has the same fields; numbers are numbers, and absent values are null. Public interface: ringsweep-diff(1).
#pragma once

#include <string>

#include "ringsweep/output/diff/result_diff.h"

namespace ringsweep {

enum class DiffFormat {
  text,
  csv,
  ndjson
};

// `before` and `now` are the compared results.
std::string difference_text(const Difference& difference, const ResultSet& before, const ResultSet& now,
                            DiffFormat format);

// "2 up, 1 down, 0 unknown; 254 targets in both" and further counts, with a newline.
std::string difference_counts(const Difference& difference);

}  // namespace ringsweep
