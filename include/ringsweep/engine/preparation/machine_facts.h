// What a plan needs to know of this machine (engine/plan/sweep_plan.h), as it is now. Set-up code; throws Error.
#pragma once

#include "ringsweep/engine/plan/sweep_plan.h"

namespace ringsweep {

MachineFacts read_machine_facts(const SweepOptions& options);

}  // namespace ringsweep
