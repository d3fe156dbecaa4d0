// Opens FILE of `-o`: a fresh sweep empties it, `--resume` continues where its journal says, and `--restart` begins
// again. The file of an unfinished sweep is never overwritten unless asked. Set-up code; if it throws Error, nothing
// has changed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "ringsweep/engine/journal/journal.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/output/writer/result_file.h"

namespace ringsweep {

struct OpenedOutput {
  ResultFile file;                   // locked; the writer truncates it to where this sweep continues
  std::unique_ptr<Journal> journal;  // null for standard output, a device, or a folder that cannot hold a journal
};

// The seed of the sweep that `--resume` continues.
std::uint64_t seed_to_resume(const SweepOptions& options);

// `format` and `resolved_fingerprint` (of the addresses that --all-addresses found; else 0) must be the same in a
// resumed sweep.
OpenedOutput open_output(const SweepOptions& options, const SweepPlan& plan, RowFormatKind format,
                         std::uint64_t resolved_fingerprint);

// Throws Error if one of the files that another command or a report would replace is the result of an unfinished sweep.
// Empty names and "-" are ignored.
void refuse_unfinished(std::initializer_list<std::string> output_files);

}  // namespace ringsweep
