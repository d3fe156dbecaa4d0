// The job of a sweep: one verdict a target (src/README.md, 4).
//
// An answer from the target decides at once, an ICMP error from the network decides at once, silence decides after the
// last attempt. An authentic answer from another address (`other_source`) is kept until the target answers as well,
// which wins, or its attempts are used up.
#pragma once

#include "ringsweep/core/jobs/job.h"
#include "ringsweep/core/jobs/keyed_store.h"
#include "ringsweep/core/jobs/neighbours.h"
#include "ringsweep/core/probe/rtt_histogram.h"

namespace ringsweep {

class SweepJob : public Job {
 public:
  struct Options {
    std::uint32_t attempts = 3;
    std::int64_t timeout_ns = ns_per_s;
    std::int64_t linger_ns = 0;
    std::uint64_t open_targets_max = 1;  // targets that can be undecided at once: the slots of the table
  };
  // The schedule of timeouts that these options mean: `--linger` lengthens the last.
  static ProbePlan plan_of(const Options& options);

  // `neighbours` is asked about silent targets; null if no target is on our own links.
  SweepJob(const Options& options, VerdictSink& sink, Tally& tally, RttHistogram& rtts,
           const NeighbourView* neighbours = nullptr);

  Next answered(const Probe& probe, const ReplyEvent& reply) override;
  void other_source(const Probe& probe, const ReplyEvent& reply) override;
  Next failed(const Probe& probe, const ErrorEvent& error) override;
  Next timed_out(const Probe& probe, std::int64_t time_ns) override;
  void send_failed(const TargetMemory& memory, std::uint32_t attempts, const Address& address, Reason reason,
                   std::int64_t time_ns) override;
  void skipped(std::uint64_t target, const Address& address, Reason reason, std::int64_t time_ns) override;
  void unresolved(std::uint64_t target, Reason reason, std::int64_t time_ns) override;
  void interrupted(const TargetMemory& memory) override;

 private:
  Reason reason_of_silence(const Probe& probe) const;
  void decide(Verdict& verdict, State state, Reason reason);

  VerdictSink& sink_;
  Tally& tally_;
  RttHistogram& rtts_;
  const NeighbourView* neighbours_;
  KeyedStore<ReplyEvent> other_answers_;
};

}  // namespace ringsweep
