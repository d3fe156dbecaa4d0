// The targets that a command line asks for: its arguments, its files, standard input. Reads with the caller's rights
// only. Throws Error: a bad spec names file, line and text; nothing was sent.
#pragma once

#include <initializer_list>

#include "cli/files/result_output.h"
#include "ringsweep/base/address.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

// Throws Error (usage) where an output would replace a list of targets.
void refuse_to_replace_lists(const SweepOptions& options, std::initializer_list<NamedOutput> outputs);

TargetSet read_targets(const SweepOptions& options, const ZoneNames& zones);

}  // namespace ringsweep
