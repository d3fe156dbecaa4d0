// How the names among the targets get their addresses: during the sweep (the first address of each name), or before it
// starts if `--all-addresses` makes each address of a name a separate target.
#pragma once

#include <memory>

#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/core/targets/target_source.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

// Starts the resolver for the names of `targets`, and with `--all-addresses` waits for it and gives `targets` a name
// for each address. `v6_possible`: sockets for IPv6 are open. Throws Error if no resolver can be made.
std::unique_ptr<NameLookup> resolve_names(TargetSet& targets, const SweepOptions& options, bool v6_possible);

}  // namespace ringsweep
