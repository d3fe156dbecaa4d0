// The job of a series: probes go to each target at a period, answered or not, and the statistics of each target are
// kept in an array made at the start (ping, count, fping).
//
// Has no verdicts. Where `keep_rtts` is set, the RTT of every probe is kept (fping -C): negative where none came.
#pragma once

#include <span>

#include "ringsweep/base/zeroed_array.h"
#include "ringsweep/core/job.h"
#include "ringsweep/core/rtt_histogram.h"

namespace ringsweep {

struct SeriesStats {
  std::uint64_t sent;
  std::uint64_t received;  // probes answered, each once
  std::uint64_t errors;
  std::int64_t min_ns, max_ns;  // 0 while nothing was received
  std::int64_t sum_ns;
  double sum_of_squares_ns2;
};

class SeriesJob : public Job {
 public:
  struct Options {
    std::uint64_t targets = 1;
    std::uint32_t count = 0;  // probes a target; 0: unbounded
    Schedule periods = Schedule::constant(ns_per_s);
    Schedule timeouts = Schedule::constant(ns_per_s);
    bool keep_rtts = false;  // needs a count
  };
  static ProbePlan plan_of(const Options& options);

  SeriesJob(const Options& options, Tally& tally, RttHistogram& rtts);

  const SeriesStats& stats(std::uint64_t target) const { return stats_[target]; }
  // RTTs of attempts 1 to count; -1: no answer. Pre: keep_rtts.
  std::int64_t rtt_ns(std::uint64_t target, std::uint32_t attempt) const;

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
  Tally& tally_;
  RttHistogram& rtts_;
  std::uint32_t count_;
  ZeroedArray<SeriesStats> stats_;
  ZeroedArray<std::int64_t> rtts_plus_one_;  // [target x count + attempt - 1], 0: none
};

}  // namespace ringsweep
