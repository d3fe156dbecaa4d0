// `--dry-run`: everything but the socket. One address (or name) a line on standard output, in sending order.
#pragma once

#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/engine/plan/sweep_plan.h"

namespace ringsweep {

int print_dry_run(const TargetSet& targets, const SweepPlan& plan, const ZoneNames& zones);

}  // namespace ringsweep
