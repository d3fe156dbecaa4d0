// Who may write FILE of `-o`, and from where: a fresh sweep empties it, `--resume` goes on where its journal says, and
// `--restart` begins again. An unfinished sweep's file is never overwritten unasked. Set-up code; throws Error, and has
// changed nothing then.
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
  ResultFile file;                   // locked; the writer cuts it to where this sweep goes on
  std::unique_ptr<Journal> journal;  // null: none is kept (standard output, a device, a folder where none can be made)
};

// The seed of the sweep that `--resume` goes on with.
std::uint64_t seed_to_resume(const SweepOptions& options);

// `format` and `resolved_fingerprint` (of the addresses that --all-addresses found; else 0) must be the same when it
// goes on.
OpenedOutput open_output(const SweepOptions& options, const SweepPlan& plan, RowFormatKind format,
                         std::uint64_t resolved_fingerprint);

// Of files that another command, or a report, would replace: none may be the result of an unfinished sweep. Empty and
// "-" are no files.
void refuse_unfinished(std::initializer_list<std::string> output_files);

}  // namespace ringsweep
