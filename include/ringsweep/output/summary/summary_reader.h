// Reads back what summary_json wrote. Pure.
//
// Members that an older version did not write are 0 or empty; those that a newer one added are ignored. RTTs are not
// read: quantiles cannot be merged, and the rows have the RTTs (so `rtts` is empty, and `sending_ns` is 0).
#pragma once

#include <optional>
#include <string_view>

#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

// Nothing where `text` is not a summary of ringsweep. Throws Error (usage), which names the file, for a summary that is
// damaged or of a newer version.
std::optional<SweepSummary> read_summary(std::string_view text, std::string_view file);

}  // namespace ringsweep
