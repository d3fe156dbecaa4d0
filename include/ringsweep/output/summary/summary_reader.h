// Reads back what summary_json wrote. Pure.
//
// What an older version did not write is 0 or empty; what a newer one added is not looked at. RTTs do not come back:
// quantiles cannot be joined, whoever needs them has the rows (so `rtts` is empty, and `sending_ns` is 0).
#pragma once

#include <optional>
#include <string_view>

#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

// Nothing where `text` is no summary of ringsweep at all. Throws Error (usage), which names the file, where it is one
// and damaged, or of a newer version.
std::optional<SweepSummary> read_summary(std::string_view text, std::string_view file);

}  // namespace ringsweep
