#include "ringsweep/core/jobs/flight.h"

#include <algorithm>
#include <cassert>

namespace ringsweep {
namespace {

// How often the kernel's view of a neighbour is checked.
constexpr std::int64_t neighbour_poll_ns = 50 * ns_per_ms;

bool is_sweep(const ProbePlan& plan) {
  return plan.delay_from == DelayFrom::timeout;
}

std::optional<Outcome> outcome_of(ProbeState state) {
  switch (state) {
    case ProbeState::answered:
      return Outcome::answered;
    case ProbeState::error:
      return Outcome::error;
    case ProbeState::timed_out:
      return Outcome::timed_out;
    case ProbeState::superseded:
      return Outcome::superseded;
    case ProbeState::void_here:
      return Outcome::void_here;
    case ProbeState::abandoned:
      return Outcome::abandoned;
    case ProbeState::in_flight:
    case ProbeState::lost_here:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Flight::Flight(Job& job, Tally& tally, OnLinkGuard& guard, std::uint64_t slots, std::uint64_t targets_waiting_max,
               bool with_v6)
    : job_(job),
      tally_(tally),
      guard_(guard),
      table_(slots, with_v6, job.plan().timeouts),
      lost_(std::max(slots, targets_waiting_max) + max_batch),
      awaiting_neighbour_(slots) {
  // A retry that counts from the timeout is in order only among probes of the same timeout.
  const ProbePlan& plan = job.plan();
  const std::size_t classes = is_sweep(plan) ? plan.timeouts.classes() : plan.delays.classes();
  for (std::size_t c = 0; c < classes; ++c) due_.emplace_back(targets_waiting_max);
}

bool Flight::can_start_target() const {
  if (table_.full()) return false;
  if (!is_sweep(job_.plan())) return true;
  std::uint64_t open = table_.in_flight() + lost_.size() + awaiting_neighbour_.size();
  for (const DelayQueue& queue : due_) open += queue.size();
  return open < table_.slots();
}

std::uint64_t Flight::launch(const WaitingTarget& next, const Address& address) {
  if (table_.cuts_late_window()) ++tally_.local.late_window_cut;
  TargetMemory memory = next.memory;
  // Events that arrived while it waited.
  if (table_.holds(next.previous)) memory.no_neighbour = table_.memory(next.previous).no_neighbour;
  return table_.add(memory, next.attempt, address, next.previous);
}

void Flight::departed(std::uint64_t number, std::int64_t sent_ns) {
  table_.set_sent(number, sent_ns);
  ++tally_.probes_sent;
  const Probe probe = table_.probe(number);
  job_.sent(probe);
  const ProbePlan& plan = job_.plan();
  if (is_sweep(plan) || draining_ || !plan.has_next(probe.attempt)) return;
  due_[plan.delays.class_of(probe.attempt)].push(
      {sent_ns + plan.delays.at(probe.attempt), 0, probe.memory, probe.attempt + 1});
}

void Flight::lost_here(std::uint64_t number, std::int64_t now_ns, bool count_try) {
  ++tally_.local.lost_here;
  WaitingTarget again{now_ns, number, table_.memory(number), table_.attempt(number)};
  if (count_try) ++again.memory.local_tries;
  table_.set_state(number, ProbeState::lost_here);
  wait_for_next(number, again);
}

DelayQueue& Flight::queue_of(std::uint64_t number) {
  if (table_.state(number) != ProbeState::timed_out) return lost_;
  return due_[job_.plan().timeouts.class_of(table_.attempt(number))];
}

void Flight::wait_for_next(std::uint64_t number, const WaitingTarget& next) {
  table_.set_pending(number, queue_of(number).push(next));
}

void Flight::send_failed(std::uint64_t number, Reason reason, std::int64_t now_ns) {
  table_.set_state(number, ProbeState::lost_here);
  const Probe probe = table_.probe(number);
  if (probe.memory.on_link) guard_.silent(probe.memory, probe.address, now_ns);
  job_.send_failed(probe.memory, attempts_sent(number), probe.address, reason, wall_ns(now_ns));
  const ProbePlan& plan = job_.plan();
  if (!plan.refused_stay || draining_) return;
  due_[plan.delays.class_of(probe.attempt)].push(
      {now_ns + plan.delays.at(probe.attempt), 0, probe.memory, probe.attempt + 1});
}

std::optional<WaitingTarget> Flight::take_due(std::int64_t now_ns) {
  DelayQueue* queue = &lost_;
  if (lost_.empty()) {
    queue = &*std::min_element(due_.begin(), due_.end(), [](const DelayQueue& a, const DelayQueue& b) {
      return a.next_due_ns() < b.next_due_ns();
    });
  }
  if (queue->next_due_ns() > now_ns) return std::nullopt;
  const WaitingTarget entry = queue->front();
  queue->pop();
  return entry;
}

std::int64_t Flight::next_due_ns() const {
  std::int64_t earliest = lost_.next_due_ns();
  for (const DelayQueue& queue : due_) earliest = std::min(earliest, queue.next_due_ns());
  return earliest;
}

bool Flight::nothing_waits() const {
  return next_due_ns() == never_ns && awaiting_neighbour_.empty();
}

void Flight::set_outcome(std::uint64_t number, ProbeState state) {
  if (const auto before = outcome_of(table_.state(number))) --tally_.of(*before);
  table_.set_state(number, state);
  if (const auto after = outcome_of(state)) ++tally_.of(*after);
}

void Flight::drop_waiting(std::uint64_t number) {
  const std::uint64_t last = table_.last_of_target(number);
  if (!table_.pending(last)) return;
  if (table_.state(last) == ProbeState::timed_out && is_last(last)) {
    awaiting_neighbour_.cancel(table_.place_in_queue(last));
  } else {
    queue_of(last).cancel(table_.place_in_queue(last));
  }
  table_.clear_pending(last);
}

void Flight::supersede_others(std::uint64_t number) {
  const std::uint64_t last = table_.last_of_target(number);
  if (last != number && table_.state(last) == ProbeState::in_flight) set_outcome(last, ProbeState::superseded);
}

std::uint32_t Flight::attempts_sent(std::uint64_t number) const {
  const std::uint64_t last = table_.last_of_target(number);
  const bool left = table_.state(last) != ProbeState::lost_here || table_.memory(last).attempt_left;
  return table_.attempt(last) - (left ? 0 : 1);
}

std::int64_t Flight::rtt_ns(const Probe& probe, std::int64_t received_ns) {
  // A send cannot be later than its reply: the batch's interpolated time was too late.
  if (received_ns >= probe.sent_ns) return received_ns - probe.sent_ns;
  ++tally_.rtt.clamped;
  return 0;
}

void Flight::expire_if_over(std::uint64_t number, std::int64_t received_ns) {
  if (table_.state(number) == ProbeState::in_flight && received_ns > table_.deadline_ns(number)) expire_one(number);
}

void Flight::reply(std::uint64_t number, const Arrival& arrival) {
  expire_if_over(number, arrival.received_ns);
  const Probe probe = table_.probe(number);
  switch (probe.state) {
    case ProbeState::answered:
    case ProbeState::superseded:
      ++tally_.replies.duplicate;
      return;
    case ProbeState::error:
      ++tally_.replies.contradicted;
      return;
    case ProbeState::lost_here:
      ++tally_.replies.foreign;
      return;
    case ProbeState::abandoned:
      ++tally_.replies.late;
      return;
    case ProbeState::in_flight:
    case ProbeState::timed_out:
    case ProbeState::void_here:
      break;
  }
  if (!table_.target_open(number)) {
    const bool error_decided = table_.state(table_.last_of_target(number)) == ProbeState::error;
    ++(error_decided ? tally_.replies.contradicted : tally_.replies.late);
    return;
  }
  const ReplyEvent event{arrival.source, rtt_ns(probe, arrival.received_ns), wall_ns(arrival.received_ns),
                         attempts_sent(number), arrival.ttl};
  if (arrival.source != probe.address && !probe.address.is_multicast()) {
    ++tally_.replies.other_source;
    job_.other_source(probe, event);
    return;
  }
  ++(arrival.kernel_stamp ? tally_.rtt.kernel_stamp : tally_.rtt.reap_time);
  drop_waiting(number);
  set_outcome(number, ProbeState::answered);
  if (job_.answered(probe, event) == Next::more) return;
  supersede_others(number);
  if (probe.memory.on_link) guard_.answered(arrival.received_ns);
}

void Flight::error(std::uint64_t number, const Arrival& arrival, std::uint8_t type, std::uint8_t code,
                   const ErrorMeaning& meaning) {
  expire_if_over(number, arrival.received_ns);
  const Probe probe = table_.probe(number);
  if (probe.state == ProbeState::lost_here) {
    ++tally_.replies.foreign;
    return;
  }
  if (probe.state == ProbeState::answered || probe.state == ProbeState::error ||
      probe.state == ProbeState::superseded) {
    ++tally_.replies.duplicate;
    return;
  }
  if (!table_.target_open(number)) {
    ++tally_.replies.late;
    return;
  }
  const ErrorEvent event{arrival.source,
                         rtt_ns(probe, arrival.received_ns),
                         wall_ns(arrival.received_ns),
                         attempts_sent(number),
                         arrival.ttl,
                         type,
                         code,
                         meaning};
  drop_waiting(number);
  set_outcome(number, ProbeState::error);
  if (job_.failed(probe, event) == Next::more) return;
  supersede_others(number);
  if (probe.memory.on_link) guard_.answered(arrival.received_ns);
}

void Flight::own_error(std::uint64_t number) {
  ++tally_.replies.own_error;
  table_.set_no_neighbour(table_.last_of_target(number));
}

void Flight::expire_one(std::uint64_t number) {
  set_outcome(number, ProbeState::timed_out);
  const Probe probe = table_.probe(number);
  const std::int64_t deadline_ns = table_.deadline_ns(number);
  const ProbePlan& plan = job_.plan();
  // An unsure target that was not repaired should have been probed again, but draining began first.
  const bool had_next = plan.has_next(probe.attempt) || (probe.memory.unsure && !probe.memory.repaired);
  if (is_sweep(plan) && draining_ && had_next) {
    job_.interrupted(probe.memory);
    return;
  }
  if (is_sweep(plan) && !plan.has_next(probe.attempt)) {
    if (!await_neighbour(probe, deadline_ns)) decide_silent(probe, deadline_ns);
    return;
  }
  const Next next = job_.timed_out(probe, wall_ns(deadline_ns));
  if (next == Next::done && probe.memory.on_link) guard_.silent(probe.memory, probe.address, deadline_ns);
  if (next == Next::done || !is_sweep(plan)) return;
  TargetMemory memory = probe.memory;
  memory.attempt_left = false;
  wait_for_next(number, {deadline_ns + plan.delays.at(probe.attempt), number, memory, probe.attempt + 1});
}

void Flight::decide_silent(const Probe& probe, std::int64_t now_ns) {
  job_.timed_out(probe, wall_ns(now_ns));
  if (probe.memory.on_link) guard_.silent(probe.memory, probe.address, now_ns);
}

bool Flight::await_neighbour(const Probe& probe, std::int64_t now_ns) {
  if (draining_ || !probe.memory.on_link || probe.memory.no_neighbour) return false;
  const std::int64_t wait_ns = guard_.neighbour_wait_ns(probe.address);
  if (wait_ns == 0) return false;
  table_.set_pending(probe.number, awaiting_neighbour_.push({now_ns + neighbour_poll_ns, probe.attempt, probe.number,
                                                             probe.memory, probe.address, now_ns + wait_ns}));
  return true;
}

void Flight::check_awaited_neighbours(std::int64_t now_ns) {
  for (std::uint64_t left = awaiting_neighbour_.size(); left > 0 && awaiting_neighbour_.next_due_ns() <= now_ns;
       --left) {
    AwaitingTarget target = awaiting_neighbour_.front();
    awaiting_neighbour_.pop();
    const bool held = table_.holds(target.number);
    if (!draining_ && now_ns < target.until_ns && guard_.neighbour_wait_ns(target.address) > 0) {
      target.due_ns = now_ns + neighbour_poll_ns;
      const std::uint32_t place = awaiting_neighbour_.push(target);
      if (held) table_.set_pending(target.number, place);
      continue;
    }
    // The kernel's own error may have arrived meanwhile.
    if (held) target.memory = table_.memory(target.number);
    if (held) table_.clear_pending(target.number);
    decide_silent(target.probe(), now_ns);
  }
}

void Flight::expire(std::int64_t heard_until_ns) {
  while (const auto number = table_.next_expired(heard_until_ns)) expire_one(*number);
  check_awaited_neighbours(heard_until_ns);
}

void Flight::void_in_flight(std::int64_t now_ns) {
  if (!is_sweep(job_.plan())) return;
  for (std::uint64_t number = table_.oldest_in_flight(); number < table_.next_number(); ++number) {
    if (table_.state(number) != ProbeState::in_flight) continue;
    TargetMemory memory = table_.memory(number);
    if (memory.repaired || draining_) {
      table_.set_unsure(number);
      continue;
    }
    memory.repaired = true;
    memory.attempt_left = true;
    void_until_ns_ = std::max(void_until_ns_, table_.deadline_ns(number));
    set_outcome(number, ProbeState::void_here);
    ++tally_.local.void_probes;
    wait_for_next(number, {now_ns, number, memory, table_.attempt(number)});
  }
}

void Flight::interrupt_waiting(DelayQueue& queue) {
  for (; !queue.empty(); queue.pop()) {
    const WaitingTarget& entry = queue.front();
    // A target none of whose probes left counts as `not_sent`.
    const bool was_probed = entry.attempt > 1 || entry.memory.repaired;
    if (was_probed) job_.interrupted(entry.memory);
  }
}

void Flight::abandon() {
  for (std::uint64_t number = table_.oldest_in_flight(); number < table_.next_number(); ++number) {
    if (table_.state(number) != ProbeState::in_flight) continue;
    set_outcome(number, ProbeState::abandoned);
    job_.interrupted(table_.memory(number));
  }
  for (; !awaiting_neighbour_.empty(); awaiting_neighbour_.pop()) {
    const AwaitingTarget& target = awaiting_neighbour_.front();
    job_.timed_out(target.probe(), target.due_ns + wall_offset_ns_);
  }
  interrupt_waiting(lost_);
  for (DelayQueue& queue : due_) interrupt_waiting(queue);
}

}  // namespace ringsweep
