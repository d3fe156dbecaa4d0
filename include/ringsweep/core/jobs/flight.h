// The life of probes between table and job: launched, departed, and then exactly one outcome (src/README.md, 3.2
// and 3.3).
//
//   launch --> departed --> answered | error | timed_out | superseded | void_here | abandoned
//         \-> lost_here (a local reason; the target waits in a queue and gets a new number)
//
// Keeps the in-flight table, the queues of targets that wait for their next probe, and the probes' side of the tally.
// Pure: times are arguments (CLOCK_MONOTONIC), `set_wall_offset` tells what to add for CLOCK_REALTIME. Owner: one
// worker. Never throws or allocates after construction.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "ringsweep/core/jobs/job.h"
#include "ringsweep/core/jobs/on_link_guard.h"
#include "ringsweep/core/jobs/tally.h"
#include "ringsweep/core/probe/delay_queue.h"
#include "ringsweep/core/probe/inflight_table.h"

namespace ringsweep {

// An authentic packet about one of our probes.
struct Arrival {
  Address source;  // sender; empty if unknown
  std::int64_t received_ns = 0;
  std::int16_t ttl = -1;
  bool kernel_stamp = false;  // received_ns is the kernel's own
};

class Flight {
 public:
  // `slots` as InflightTable; `targets_waiting_max`: targets that can wait for their next probe at once.
  Flight(Job& job, Tally& tally, OnLinkGuard& guard, std::uint64_t slots, std::uint64_t targets_waiting_max,
         bool with_v6);

  InflightTable& table() { return table_; }
  const InflightTable& table() const { return table_; }
  void set_wall_offset(std::int64_t offset_ns) { wall_offset_ns_ = offset_ns; }
  std::int64_t wall_ns(std::int64_t monotonic_ns) const { return monotonic_ns + wall_offset_ns_; }

  // Sending. -------------------------------------------------------------------------------------------------------

  // Another target may be started: the table has a slot for each probe that an open target can still need.
  bool can_start_target() const;
  // Pre: !table().full(). The target is undecided.
  std::uint64_t launch(const WaitingTarget& next, const Address& address);
  // It left at `sent_ns`.
  void departed(std::uint64_t number, std::int64_t sent_ns);
  // It did not leave, and its target shall be tried again / never.
  void lost_here(std::uint64_t number, std::int64_t now_ns, bool count_try);
  void send_failed(std::uint64_t number, Reason reason, std::int64_t now_ns);

  // The target whose next probe is due, if any: first what was lost here, then by due time.
  std::optional<WaitingTarget> take_due(std::int64_t now_ns);
  std::int64_t next_due_ns() const;
  bool nothing_waits() const;

  // Receiving. -----------------------------------------------------------------------------------------------------

  // An authentic reply to probe `number`. Pre (both): table().holds(number).
  void reply(std::uint64_t number, const Arrival& arrival);
  void error(std::uint64_t number, const Arrival& arrival, std::uint8_t type, std::uint8_t code,
             const ErrorMeaning& meaning);
  // This machine itself reported that the target's neighbour does not answer; the network said nothing.
  void own_error(std::uint64_t number);

  // All probes whose time was over at `heard_until_ns`. A target that was silent to the last is decided then, unless
  // the kernel is about to tell whether its neighbour is there: that is waited for (OnLinkGuard::neighbour_wait_ns).
  void expire(std::int64_t heard_until_ns);
  // When expire() has something to do.
  std::int64_t next_expiry_ns() { return std::min(table_.next_expiry_ns(), awaiting_neighbour_.next_due_ns()); }
  // Answers may have been lost here: each probe in flight is void and its target is probed again, once. While draining
  // nothing is sent again, so they are listened for as before; who stays silent to its last then is interrupted.
  void void_in_flight(std::int64_t now_ns);
  // Some probe is in flight, or void and may still be answered in time, before its target had its next one.
  bool may_hear(std::int64_t now_ns) const {
    return table_.in_flight() > 0 || (now_ns < void_until_ns_ && !lost_.empty());
  }

  // Stopping. ------------------------------------------------------------------------------------------------------

  // From now on nothing is sent again.
  void drain() { draining_ = true; }
  // The end: what is still open is abandoned and its targets are interrupted; those that were silent to the last are
  // decided.
  void abandon();

 private:
  // Silent to its last probe, and the kernel is asking for its neighbour.
  struct AwaitingTarget {
    std::int64_t due_ns;
    std::uint32_t attempt;  // 0: cancelled
    std::uint64_t number;
    TargetMemory memory;
    Address address;
    std::int64_t until_ns;

    Probe probe() const { return {number, memory, address, 0, attempt, ProbeState::timed_out, false}; }
  };

  void set_outcome(std::uint64_t number, ProbeState state);
  // The target of `number` is decided: drops its waiting retry and supersedes its other probe in flight.
  void drop_waiting(std::uint64_t number);
  void supersede_others(std::uint64_t number);
  void expire_one(std::uint64_t number);
  // Late or not is decided by the stamp of what came, not by when it was read.
  void expire_if_over(std::uint64_t number, std::int64_t received_ns);
  // True if the target of this last probe waits until the kernel reports on its neighbour.
  bool await_neighbour(const Probe& probe, std::int64_t now_ns);
  void check_awaited_neighbours(std::int64_t now_ns);
  void decide_silent(const Probe& probe, std::int64_t now_ns);
  bool is_last(std::uint64_t number) const { return !job_.plan().has_next(table_.attempt(number)); }
  // The target of probe `number` shall get another probe: it waits in the queue of its kind.
  void wait_for_next(std::uint64_t number, const WaitingTarget& next);
  DelayQueue& queue_of(std::uint64_t number);
  void interrupt_waiting(DelayQueue& queue);
  std::uint32_t attempts_sent(std::uint64_t number) const;
  std::int64_t rtt_ns(const Probe& probe, std::int64_t received_ns);

  Job& job_;
  Tally& tally_;
  OnLinkGuard& guard_;
  InflightTable table_;
  // A plan with new targets first lets each of them be lost here before one is tried again.
  DelayQueue lost_;
  std::vector<DelayQueue> due_;  // one for each class of delay
  DelayQueueOf<AwaitingTarget> awaiting_neighbour_;
  std::int64_t wall_offset_ns_ = 0;
  std::int64_t void_until_ns_ = 0;  // the latest deadline of a void probe
  bool draining_ = false;
};

}  // namespace ringsweep
