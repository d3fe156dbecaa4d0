#include "ringsweep/core/jobs/sweep_job.h"

#include <cassert>

#include "ringsweep/core/probe/icmp_codec.h"

namespace ringsweep {
namespace {

Verdict verdict_of(std::uint64_t target, const Address& address, std::uint32_t attempts, std::int64_t time_ns) {
  Verdict verdict;
  verdict.target = target;
  verdict.address = address;
  verdict.attempts = attempts;
  verdict.time_ns = time_ns;
  return verdict;
}

// Fills the fields that a reply decides, whether the target itself answered or another address did.
void take_reply(Verdict& verdict, const ReplyEvent& reply) {
  verdict.responder = reply.source;
  verdict.rtt_ns = reply.rtt_ns;
  verdict.time_ns = reply.time_ns;
  verdict.ttl = reply.ttl;
  verdict.icmp_type = echo_reply_type(verdict.address.family);
  verdict.icmp_code = 0;
}

}  // namespace

ProbePlan SweepJob::plan_of(const Options& options) {
  ProbePlan plan;
  plan.attempts = options.attempts;
  plan.delay_from = DelayFrom::timeout;
  plan.timeouts = Schedule::constant(options.timeout_ns);
  if (options.linger_ns > 0) {
    plan.timeouts = plan.timeouts.with_last(options.attempts, options.timeout_ns + options.linger_ns);
  }
  return plan;
}

SweepJob::SweepJob(const Options& options, VerdictSink& sink, Tally& tally, RttHistogram& rtts,
                   const NeighbourView* neighbours)
    : Job(plan_of(options)),
      sink_(sink),
      tally_(tally),
      rtts_(rtts),
      neighbours_(neighbours),
      other_answers_(options.open_targets_max) {}

void SweepJob::decide(Verdict& verdict, State state, Reason reason) {
  verdict.state = state;
  verdict.reason = reason;
  ++tally_.of(state);
  other_answers_.erase(verdict.target);
  sink_.decided(verdict);
}

Next SweepJob::answered(const Probe& probe, const ReplyEvent& reply) {
  Verdict verdict = verdict_of(probe.memory.target, probe.address, reply.attempts, reply.time_ns);
  take_reply(verdict, reply);
  rtts_.add(reply.rtt_ns);
  decide(verdict, State::alive, Reason::echo_reply);
  return Next::done;
}

void SweepJob::other_source(const Probe& probe, const ReplyEvent& reply) {
  other_answers_.insert_if_absent(probe.memory.target, reply);
}

Next SweepJob::failed(const Probe& probe, const ErrorEvent& error) {
  Verdict verdict = verdict_of(probe.memory.target, probe.address, error.attempts, error.time_ns);
  verdict.responder = error.responder;
  verdict.ttl = error.ttl;
  verdict.icmp_type = error.type;
  verdict.icmp_code = error.code;
  decide(verdict, error.meaning.state, error.meaning.reason);
  return Next::done;
}

Next SweepJob::timed_out(const Probe& probe, std::int64_t time_ns) {
  if (plan().has_next(probe.attempt)) return Next::more;
  Verdict verdict = verdict_of(probe.memory.target, probe.address, probe.attempt, time_ns);
  verdict.unsure = probe.memory.unsure;
  if (verdict.unsure) ++tally_.local.unrepaired;
  if (const ReplyEvent* other = other_answers_.find(probe.memory.target)) {
    take_reply(verdict, *other);
    rtts_.add(other->rtt_ns);
    decide(verdict, State::other_source, Reason::echo_reply);
    return Next::done;
  }
  const Reason reason = reason_of_silence(probe);
  if (reason == Reason::arp_reply || reason == Reason::nd_reply) ++tally_.silent_but_there;
  decide(verdict, State::no_reply, reason);
  return Next::done;
}

Reason SweepJob::reason_of_silence(const Probe& probe) const {
  const bool known = neighbours_ != nullptr && probe.memory.on_link;
  const NeighbourState neighbour = known ? neighbours_->state_of(probe.address) : NeighbourState::unknown;
  if (neighbour == NeighbourState::valid) return probe.address.is_v4() ? Reason::arp_reply : Reason::nd_reply;
  const bool absent = neighbour == NeighbourState::failed || probe.memory.no_neighbour;
  return absent ? Reason::no_neighbour : Reason::timeout;
}

void SweepJob::send_failed(const TargetMemory& memory, std::uint32_t attempts, const Address& address, Reason reason,
                           std::int64_t time_ns) {
  Verdict verdict = verdict_of(memory.target, address, attempts, time_ns);
  decide(verdict, State::send_failed, reason);
}

void SweepJob::skipped(std::uint64_t target, const Address& address, Reason reason, std::int64_t time_ns) {
  Verdict verdict = verdict_of(target, address, 0, time_ns);
  decide(verdict, State::skipped, reason);
}

void SweepJob::unresolved(std::uint64_t target, Reason reason, std::int64_t time_ns) {
  Verdict verdict = verdict_of(target, Address{}, 0, time_ns);
  decide(verdict, State::unresolved, reason);
}

void SweepJob::interrupted(const TargetMemory& memory) {
  ++tally_.of(State::interrupted);
  other_answers_.erase(memory.target);
}

}  // namespace ringsweep
