// The meaning of each option's value: checks it, with text, place and remedy, and stores it. Throws Error (usage).
#pragma once

#include "cli/options/option_table.h"
#include "cli/options/scan.h"
#include "ringsweep/base/address.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

void apply_option(const ScannedOption& option, const ZoneNames& zones, SweepOptions& options);

// `csv`, `ndjson`, `table` or `list`.
RowFormatKind parse_row_format(std::string_view place, std::string_view text);

}  // namespace ringsweep
