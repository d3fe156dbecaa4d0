// The real network under `throughput`: sockets and threads for all of its trials, and the first pass that finds the
// targets that answer.
//
// Owner: the main thread, which waits here for signals while the workers are at it. The first INT, TERM or HUP ends the
// present trial, after listening for one timeout, and prevents further ones; a second one ends it at once.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/throughput/throughput.h"
#include "ringsweep/engine/links/on_link.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/engine/preparation/preparation.h"
#include "ringsweep/engine/worker/worker.h"
#include "ringsweep/engine/worker/worker_crew.h"

namespace ringsweep {

class NetworkTrialRunner : public TrialRunner {
 public:
  // `options` and `signals` outlive it. Throws Error where the workers cannot start.
  NetworkTrialRunner(const SweepOptions& options, SweepSockets sockets, MachineAddresses machine, Signals& signals);

  // An ordinary sweep by `plan`, with one worker and two attempts; the addresses of those that answered, in order.
  std::vector<Address> first_pass(const SweepPlan& plan, const TargetSet& targets, const NameLookup* names,
                                  const OnLink& on_link);

  void pause() override;
  TrialResult run(const TrialRequest& request) override;
  bool stopped() const override { return stop_asked_; }
  std::int64_t now_ns() override;

  const WorkerCrew& crew() const { return crew_; }
  const std::string& sockets() const { return sockets_; }

 private:
  // Takes signals while the crew works, and drains the trial once `over` returns true.
  void wait(const std::function<bool()>& over);
  void take_signal(int number);

  const SweepOptions& options_;
  std::string sockets_;
  bool v6_drops_hidden_;
  MachineAddresses machine_;
  Signals& signals_;
  WorkerCrew crew_;
  std::array<std::uint8_t, 16> key_{};
  std::uint16_t run_ = 0;
  std::vector<std::unique_ptr<WorkerProgress>> progress_;
  std::atomic<StopLevel> stop_{StopLevel::run};
  bool stop_asked_ = false;
};

}  // namespace ringsweep
