// A Difference as text: for people, as CSV and as NDJSON. Pure.
//
// CSV has the columns change,address,name,old,new,reason, one line a change. `old` and `new` are states; of the changes
// responder, ttl and rtt they are those (rtt in ms); a side without a row has none. `reason` is that of `unknown`.
// NDJSON has the same fields, numbers as numbers, absent as null. Public interface: ringsweep-diff(1).
#pragma once

#include <string>

#include "ringsweep/output/diff/result_diff.h"

namespace ringsweep {

enum class DiffFormat {
  text,
  csv,
  ndjson
};

// `before` and `now` are the two that were compared.
std::string difference_text(const Difference& difference, const ResultSet& before, const ResultSet& now,
                            DiffFormat format);

// "2 up, 1 down, 0 unknown; 254 targets in both" and what else there is, with a newline.
std::string difference_counts(const Difference& difference);

}  // namespace ringsweep
