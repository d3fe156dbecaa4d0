// Reads what a plan needs to know about this machine (engine/plan/sweep_plan.h). Set-up code; throws Error.
#pragma once

#include "ringsweep/engine/plan/sweep_plan.h"

namespace ringsweep {

MachineFacts read_machine_facts(const SweepOptions& options);

}  // namespace ringsweep
