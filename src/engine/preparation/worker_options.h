// The options of the workers of an ordinary sweep.
#pragma once

#include <cstdint>
#include <optional>

#include "ringsweep/engine/links/on_link.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/engine/worker/worker.h"
#include "ringsweep/net/transport/transport_factory.h"

namespace ringsweep {

// For `--engine`; nothing means the first that works.
std::optional<TransportKind> transport_kind(EngineChoice choice);

// For worker `index` of the plan. `run` is part of the tokens of its probes.
Worker::Options sweep_worker_options(const SweepOptions& options, const SweepPlan& plan, const OnLink& on_link,
                                     unsigned index, std::uint16_t run);

}  // namespace ringsweep
