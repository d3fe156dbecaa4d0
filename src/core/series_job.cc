#include "ringsweep/core/series_job.h"

#include <algorithm>

namespace ringsweep {

ProbePlan SeriesJob::plan_of(const Options& options) {
  ProbePlan plan;
  plan.attempts = options.count;
  plan.delay_from = DelayFrom::send;
  plan.delays = options.periods;
  plan.timeouts = options.timeouts;
  plan.new_targets_first = true;
  return plan;
}

SeriesJob::SeriesJob(const Options& options, Tally& tally, RttHistogram& rtts)
    : Job(plan_of(options)),
      tally_(tally),
      rtts_(rtts),
      count_(options.count),
      stats_(options.targets),
      rtts_plus_one_(options.keep_rtts ? options.targets * options.count : 0) {}

std::int64_t SeriesJob::rtt_ns(std::uint64_t target, std::uint32_t attempt) const {
  return rtts_plus_one_[target * count_ + attempt - 1] - 1;
}

void SeriesJob::sent(const Probe& probe) {
  ++stats_[probe.memory.target].sent;
}

Next SeriesJob::answered(const Probe& probe, const ReplyEvent& reply) {
  SeriesStats& stats = stats_[probe.memory.target];
  stats.min_ns = stats.received == 0 ? reply.rtt_ns : std::min(stats.min_ns, reply.rtt_ns);
  stats.max_ns = std::max(stats.max_ns, reply.rtt_ns);
  ++stats.received;
  stats.sum_ns += reply.rtt_ns;
  stats.sum_of_squares_ns2 += static_cast<double>(reply.rtt_ns) * static_cast<double>(reply.rtt_ns);
  if (rtts_plus_one_.size() > 0) rtts_plus_one_[probe.memory.target * count_ + probe.attempt - 1] = reply.rtt_ns + 1;
  rtts_.add(reply.rtt_ns);
  return Next::more;
}

Next SeriesJob::failed(const Probe& probe, const ErrorEvent& /*error*/) {
  ++stats_[probe.memory.target].errors;
  return Next::more;
}

Next SeriesJob::timed_out(const Probe& /*probe*/, std::int64_t /*time_ns*/) {
  return Next::more;
}

void SeriesJob::send_failed(const TargetMemory& /*memory*/, std::uint32_t /*attempts*/, const Address& /*address*/,
                            Reason /*reason*/, std::int64_t /*time_ns*/) {
  ++tally_.of(State::send_failed);
}

void SeriesJob::skipped(std::uint64_t /*target*/, const Address& /*address*/, Reason /*reason*/,
                        std::int64_t /*time_ns*/) {
  ++tally_.of(State::skipped);
}

void SeriesJob::unresolved(std::uint64_t /*target*/, Reason /*reason*/, std::int64_t /*time_ns*/) {
  ++tally_.of(State::unresolved);
}

void SeriesJob::interrupted(const TargetMemory& /*memory*/) {
  ++tally_.of(State::interrupted);
}

}  // namespace ringsweep
