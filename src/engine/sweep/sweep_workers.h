// The parts of a Sweep that belong to one worker each; included by those who write Sweep.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "engine/preparation/worker_options.h"
#include "ringsweep/core/jobs/sweep_job.h"
#include "ringsweep/core/probe/probe_token.h"
#include "ringsweep/core/targets/target_source.h"
#include "ringsweep/engine/sweep/sweep.h"
#include "ringsweep/net/transport/transport_factory.h"

namespace ringsweep {

// All that belongs to one worker; lives on the heap, apart from the others.
struct Sweep::WorkerThread {
  unsigned index = 0;
  SocketSet sockets;
  TransportKind kind = TransportKind::mmsg;
  std::string engine_note;
  std::exception_ptr error;
  RowQueue* queue = nullptr;
  Tally tally;
  RttHistogram rtts;
  WorkerProgress progress;
  std::unique_ptr<Share> share;  // made and used by its thread
  std::thread thread;
};

// What a worker works on. Whatever it needs is allocated before the first probe of any leaves.
struct Sweep::Share {
  Share(const Sweep& sweep, WorkerThread& thread, std::unique_ptr<Transport> made)
      : transport(std::move(made)),
        key(sweep.key_),
        source(sweep.targets_, sweep.setup_.prepared.plan.order, sweep.setup_.prepared.plan.share(thread.index),
               sweep.setup_.prepared.names.get(), sweep.setup_.prepared.on_link->prefixes(),
               sweep.setup_.journal != nullptr ? &sweep.setup_.journal->decided_before() : nullptr),
        job(sweep.setup_.prepared.plan.job, *thread.queue, thread.tally, thread.rtts,
            sweep.setup_.prepared.on_link->neighbours()),
        worker(sweep_worker_options(sweep.options_, sweep.setup_.prepared.plan, *sweep.setup_.prepared.on_link,
                                    thread.index, sweep.run_),
               job, source, *thread.queue, *transport, key, sweep.setup_.prepared.machine, thread.tally) {}

  std::unique_ptr<Transport> transport;
  TokenKey key;
  TargetSource source;
  SweepJob job;
  Worker worker;
};

}  // namespace ringsweep
