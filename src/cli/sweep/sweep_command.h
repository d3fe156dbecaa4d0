// `ringsweep [sweep] TARGET...`: from options to exit status.
#pragma once

#include "ringsweep/base/address.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

// Returns the exit status. Throws Error for bad input and for what the system refuses.
int run_sweep_command(const SweepOptions& options, const ZoneNames& zones);

}  // namespace ringsweep
