// The sockets of all workers of a sweep, opened while the privileges can still be raised. Set-up code; throws Error.
#pragma once

#include "ringsweep/engine/preparation/preparation.h"

namespace ringsweep {

// One set for each worker of the plan, but a single one where only raw sockets can be had, since each raw socket gets a
// copy of the others' replies. Goes without IPv6 where this machine has none and only names could have needed it.
// `send_wanted_bytes`: at least so large a send buffer is asked for (as the kernel accounts it).
SweepSockets open_sweep_sockets(const SweepOptions& options, const SweepPlan& plan, std::uint64_t send_wanted_bytes);

}  // namespace ringsweep
