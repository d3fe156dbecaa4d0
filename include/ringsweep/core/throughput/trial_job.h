// The job of a trial: every target probed in turn, again and again, at the sender's rate, until so many probes have
// left. A target that this machine will not send to keeps its turns: else the others would be asked more often than
// they may be. Nothing is sent a second time because it was lost; what did not come back is the measurement.
//
// Keeps tallies, an RTT histogram, how evenly the probes left, and per target what was sent and answered, from which
// follows whether the loss is that of single targets. Replies after the timeout are the tally's `late`. Has no
// verdicts: in the tally every target is `not_sent`.
#pragma once

#include <cstdint>

#include "ringsweep/base/zeroed_array.h"
#include "ringsweep/core/jobs/job.h"
#include "ringsweep/core/probe/rtt_histogram.h"

namespace ringsweep {

struct TargetCounts {
  std::uint32_t sent;
  std::uint32_t answered;
};

// Sums over RTTs in seconds.
struct RttMoments {
  double count = 0;
  double sum = 0;
  double squares = 0;
  void add(double rtt_s);
  RttMoments& operator+=(const RttMoments& other);
};

// What a trial counts, by worker; `+=` merges the workers.
struct TrialCounts {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;              // in time
  std::uint64_t errors = 0;                // ICMP errors in the place of an answer
  std::uint64_t answered_second_half = 0;  // answers that arrived in the second half of the sending
  RttMoments second_quarter;               // of the answers to what left in the second quarter of the sending
  RttMoments last_quarter;
  std::uint64_t refused = 0;        // sends that this machine refused, whether or not they were tried again
  std::int64_t longest_gap_ns = 0;  // between two probes that one worker sent one after the other
  TrialCounts& operator+=(const TrialCounts& other);
};

class TrialJob : public Job {
 public:
  struct Options {
    std::uint64_t targets = 1;     // of all workers: the length of the list of targets
    std::uint64_t max_probes = 1;  // of this worker
    std::int64_t timeout_ns = ns_per_s;
    std::int64_t start_ns = 0;  // CLOCK_MONOTONIC
    std::int64_t length_ns = 0;
  };
  static ProbePlan plan_of(const Options& options);

  TrialJob(const Options& options, RttHistogram& rtts);

  const TrialCounts& counts() const { return counts_; }
  const TargetCounts& of_target(std::uint64_t target) const { return targets_[target]; }

  void sent(const Probe& probe) override;
  Next answered(const Probe& probe, const ReplyEvent& reply) override;
  Next failed(const Probe& probe, const ErrorEvent& error) override;
  Next timed_out(const Probe& probe, std::int64_t time_ns) override;
  void send_failed(const TargetMemory& memory, std::uint32_t attempts, const Address& address, Reason reason,
                   std::int64_t time_ns) override;
  void skipped(std::uint64_t target, const Address& address, Reason reason, std::int64_t time_ns) override;
  void unresolved(std::uint64_t target, Reason reason, std::int64_t time_ns) override;
  void interrupted(const TargetMemory& memory) override;

 private:
  RttHistogram& rtts_;
  std::int64_t start_ns_;
  std::int64_t length_ns_;
  std::int64_t last_sent_ns_ = 0;
  TrialCounts counts_;
  ZeroedArray<TargetCounts> targets_;
};

}  // namespace ringsweep
