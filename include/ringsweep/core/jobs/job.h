// What a run is for: a plan (how many probes, when) and a reducer (what the outcomes of the probes add up to).
//
// The worker and the in-flight table know probes only; a Job never sees a packet, a clock or a socket. SweepJob makes
// one verdict a target, TrialJob counts what a rate brings back. A Job belongs to one worker and is called from its
// loop: it never blocks, throws or allocates after construction.
#pragma once

#include <cstdint>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/tally.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/core/probe/inflight_table.h"
#include "ringsweep/core/probe/schedule.h"

namespace ringsweep {

// From when the delay to the next probe of a target counts.
enum class DelayFrom : std::uint8_t {
  send,     // a trial: the next probe goes out whether the last one was answered or not
  timeout,  // a sweep: only silence leads to another attempt
};

struct ProbePlan {
  std::uint32_t attempts = 3;    // probes of one target; 0: unbounded
  std::uint64_t max_probes = 0;  // of all targets together; 0: no cap
  DelayFrom delay_from = DelayFrom::timeout;
  Schedule delays = Schedule::constant(0);           // delay after attempt n to the next one
  Schedule timeouts = Schedule::constant(ns_per_s);  // listening for attempt n
  bool new_targets_first = false;                    // else due targets go before new ones
  bool repairs = true;        // answers that were lost here are asked for again, slower; a trial measures that loss
  bool refused_stay = false;  // a target that this machine will not send to keeps its turns: no other gets its share

  bool has_next(std::uint32_t attempt) const { return attempts == 0 || attempt < attempts; }
};

struct ReplyEvent {
  Address source;
  std::int64_t rtt_ns = 0;
  std::int64_t time_ns = 0;    // CLOCK_REALTIME
  std::uint32_t attempts = 0;  // probes that were sent to the target so far
  std::int16_t ttl = -1;
};

struct ErrorEvent {
  Address responder;  // none where the kernel does not know it
  std::int64_t rtt_ns = 0;
  std::int64_t time_ns = 0;
  std::uint32_t attempts = 0;
  std::int16_t ttl = -1;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  ErrorMeaning meaning{};
};

// Whether the target of the event wants further probes.
enum class Next : std::uint8_t {
  more,
  done
};

class Job {
 public:
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  const ProbePlan& plan() const { return plan_; }

  virtual void sent(const Probe& /*probe*/) {}
  // An authentic reply from the target itself; one from another address goes to `other_source`.
  virtual Next answered(const Probe& probe, const ReplyEvent& reply) = 0;
  virtual void other_source(const Probe& /*probe*/, const ReplyEvent& /*reply*/) {}
  virtual Next failed(const Probe& probe, const ErrorEvent& error) = 0;
  // Nothing came in time. `time_ns` is CLOCK_REALTIME. Asked only for the last probe of its target.
  virtual Next timed_out(const Probe& probe, std::int64_t time_ns) = 0;
  // This machine cannot send to the target. `attempts`: probes that left before.
  virtual void send_failed(const TargetMemory& memory, std::uint32_t attempts, const Address& address, Reason reason,
                           std::int64_t time_ns) = 0;
  virtual void skipped(std::uint64_t target, const Address& address, Reason reason, std::int64_t time_ns) = 0;
  virtual void unresolved(std::uint64_t target, Reason reason, std::int64_t time_ns) = 0;
  // The run was stopped after at least one probe of the target and before its end.
  virtual void interrupted(const TargetMemory& memory) = 0;

 protected:
  explicit Job(const ProbePlan& plan) : plan_(plan) {}

 private:
  ProbePlan plan_;
};

}  // namespace ringsweep
