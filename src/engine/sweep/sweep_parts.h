// The parts of a Sweep that belong to one worker each. Private to the sources of Sweep.
#pragma once

#include <memory>

#include "engine/preparation/worker_options.h"
#include "ringsweep/core/jobs/sweep_job.h"
#include "ringsweep/core/probe/probe_token.h"
#include "ringsweep/core/targets/target_source.h"
#include "ringsweep/engine/sweep/sweep.h"

namespace ringsweep {

// Lives on the heap, apart from the others' parts.
struct Sweep::Part {
  RowQueue* queue = nullptr;
  Tally tally;
  RttHistogram rtts;
  WorkerProgress progress;
  std::unique_ptr<Share> share;
};

// Made and used by the worker's thread. Whatever it needs is allocated before the first probe of any worker leaves.
struct Sweep::Share {
  Share(const Sweep& sweep, Part& part, unsigned index, Transport& transport)
      : key(sweep.key_),
        source(sweep.targets_, sweep.plan().order, sweep.plan().share(index), sweep.setup_.prepared.names.get(),
               sweep.on_link().prefixes(),
               sweep.setup_.journal != nullptr ? &sweep.setup_.journal->decided_before() : nullptr),
        job(sweep.plan().job, *part.queue, part.tally, part.rtts, sweep.on_link().neighbours()),
        worker(sweep_worker_options(sweep.options_, sweep.plan(), sweep.on_link(), index, sweep.run_), job, source,
               *part.queue, transport, key, sweep.setup_.prepared.machine, part.tally) {}

  TokenKey key;
  TargetSource source;
  SweepJob job;
  Worker worker;
};

}  // namespace ringsweep
