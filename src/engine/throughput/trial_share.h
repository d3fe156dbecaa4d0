// One worker's share of a trial: its part of the rate, of the probes and of the targets, on a transport that it is
// lent.
//
//   construct (allocates)  ->  run (hot)  ->  take part in merge()
//
// Made and used on the worker's thread; the transport may be used again afterwards. What arrives for an earlier trial
// is foreign to the next one, since each has a run number of its own.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>

#include "ringsweep/core/throughput/trial.h"
#include "ringsweep/core/throughput/trial_job.h"
#include "ringsweep/engine/worker/worker.h"

namespace ringsweep {

class TrialShare {
 public:
  struct Options {
    unsigned worker = 0;
    unsigned workers = 1;
    std::uint32_t batch = default_batch;  // at most, of all workers
    std::size_t payload_size = token_size;
    std::int64_t timeout_ns = ns_per_s;
    std::uint16_t run = 0;
    std::array<std::uint8_t, 16> key{};
    std::int64_t start_ns = 0;  // CLOCK_MONOTONIC
    bool need_v4 = true;
    bool need_v6 = false;
  };
  TrialShare(const TrialRequest& request, const Options& options, const MachineAddresses& machine,
             Transport& transport);

  void run(const std::atomic<StopLevel>& stop, WorkerProgress& progress);

 private:
  friend TrialResult merge(const TrialRequest& request, std::span<const std::unique_ptr<TrialShare>> shares);

  // A trial has no use for verdicts on targets.
  class NoVerdicts : public VerdictSink {
    void decided(const Verdict& /*verdict*/) override {}
  };

  std::int64_t start_ns_;
  TransportCounts before_;
  Permutation order_;
  TargetSource source_;
  TokenKey key_;
  Tally tally_;
  RttHistogram rtts_;
  TrialJob job_;
  NoVerdicts sink_;
  Worker worker_;
};

// Notices during a trial that more than half of many probes are lost: by silence, among those sent at least a timeout
// ago; or by silence and ICMP errors together, among all decided ones. Asked every few milliseconds.
class HalfLost {
 public:
  explicit HalfLost(std::int64_t timeout_ns) : timeout_ns_(timeout_ns) {}
  bool seen(std::int64_t now_ns, std::span<const std::unique_ptr<WorkerProgress>> workers);

 private:
  struct Sent {
    std::int64_t at_ns;
    std::uint64_t probes;
  };
  std::int64_t timeout_ns_;
  std::deque<Sent> sent_;  // within the last timeout
};

// The result of the whole trial, once all shares have run.
TrialResult merge(const TrialRequest& request, std::span<const std::unique_ptr<TrialShare>> shares);

}  // namespace ringsweep
