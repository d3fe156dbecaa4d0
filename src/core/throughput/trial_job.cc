#include "ringsweep/core/throughput/trial_job.h"

#include <algorithm>

namespace ringsweep {

void RttMoments::add(double rtt_s) {
  count += 1;
  sum += rtt_s;
  squares += rtt_s * rtt_s;
}

RttMoments& RttMoments::operator+=(const RttMoments& other) {
  count += other.count;
  sum += other.sum;
  squares += other.squares;
  return *this;
}

TrialCounts& TrialCounts::operator+=(const TrialCounts& other) {
  sent += other.sent;
  answered += other.answered;
  errors += other.errors;
  answered_second_half += other.answered_second_half;
  second_quarter += other.second_quarter;
  last_quarter += other.last_quarter;
  refused += other.refused;
  longest_gap_ns = std::max(longest_gap_ns, other.longest_gap_ns);
  return *this;
}

ProbePlan TrialJob::plan_of(const Options& options) {
  ProbePlan plan;
  plan.attempts = 0;
  plan.max_probes = options.max_probes;
  plan.delay_from = DelayFrom::send;
  // A target's turn comes again when all others have had theirs.
  plan.delays = Schedule::constant(0);
  plan.timeouts = Schedule::constant(options.timeout_ns);
  plan.new_targets_first = true;
  plan.repairs = false;
  plan.refused_stay = true;
  return plan;
}

TrialJob::TrialJob(const Options& options, RttHistogram& rtts)
    : Job(plan_of(options)),
      rtts_(rtts),
      start_ns_(options.start_ns),
      length_ns_(options.length_ns),
      targets_(options.targets) {}

void TrialJob::sent(const Probe& probe) {
  ++counts_.sent;
  ++targets_[probe.memory.target].sent;
  if (last_sent_ns_ != 0) counts_.longest_gap_ns = std::max(counts_.longest_gap_ns, probe.sent_ns - last_sent_ns_);
  last_sent_ns_ = probe.sent_ns;
}

Next TrialJob::answered(const Probe& probe, const ReplyEvent& reply) {
  ++counts_.answered;
  ++targets_[probe.memory.target].answered;
  const std::int64_t sent_ns = probe.sent_ns - start_ns_;
  const std::int64_t received_ns = sent_ns + reply.rtt_ns;
  if (received_ns >= length_ns_ / 2 && received_ns < length_ns_) ++counts_.answered_second_half;
  const auto is_in_quarter = [&](std::int64_t quarter) {
    return sent_ns >= length_ns_ * quarter / 4 && sent_ns < length_ns_ * (quarter + 1) / 4;
  };
  if (is_in_quarter(1)) counts_.second_quarter.add(static_cast<double>(reply.rtt_ns) / 1e9);
  if (is_in_quarter(3)) counts_.last_quarter.add(static_cast<double>(reply.rtt_ns) / 1e9);
  rtts_.add(reply.rtt_ns);
  return Next::more;
}

Next TrialJob::failed(const Probe& /*probe*/, const ErrorEvent& /*error*/) {
  ++counts_.errors;
  return Next::more;
}

Next TrialJob::timed_out(const Probe& /*probe*/, std::int64_t /*time_ns*/) {
  return Next::more;
}

void TrialJob::send_failed(const TargetMemory& /*memory*/, std::uint32_t /*attempts*/, const Address& /*address*/,
                           Reason /*reason*/, std::int64_t /*time_ns*/) {
  ++counts_.refused;
}

void TrialJob::skipped(std::uint64_t /*target*/, const Address& /*address*/, Reason /*reason*/,
                       std::int64_t /*time_ns*/) {}

void TrialJob::unresolved(std::uint64_t /*target*/, Reason /*reason*/, std::int64_t /*time_ns*/) {}

void TrialJob::interrupted(const TargetMemory& /*memory*/) {}

}  // namespace ringsweep
