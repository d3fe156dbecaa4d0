#include "ringsweep/core/jobs/on_link_guard.h"

#include <algorithm>
#include <cassert>

namespace ringsweep {
namespace {

// How long after the use of a stale entry the kernel asks again.
constexpr std::int64_t asks_after_ns = 5 * ns_per_s;

// The kernel's timers go off up to an eighth late.
std::int64_t at_latest(std::int64_t time_ns) {
  return time_ns + time_ns / 8;
}

// A probe that finds the entry failed makes the kernel ask again.
bool makes_ask_again(const ProbePlan& plan, std::int64_t asking_ns) {
  return plan.timeouts.total_ns(plan.attempts - 1) >= asking_ns;
}

// Time from a silent target's verdict until the kernel has given its neighbour up.
std::int64_t hold_after_silence(const ProbePlan& plan, std::int64_t asking_ns) {
  const std::int64_t verdict_ns = plan.timeouts.total_ns(plan.attempts);
  const std::int64_t asked_last_ns = makes_ask_again(plan, asking_ns) ? plan.timeouts.total_ns(plan.attempts - 1) : 0;
  return std::max<std::int64_t>(asked_last_ns + at_latest(asking_ns) - verdict_ns, 0);
}

// No longer than the timers may be late: a sweep does not wait for a kernel that asks for seconds.
std::int64_t wait_for_unknown(const ProbePlan& plan, std::int64_t asking_ns) {
  const std::int64_t listened_ns = plan.timeouts.total_ns(plan.attempts);
  return listened_ns < asking_ns ? 0 : std::max<std::int64_t>(at_latest(asking_ns) - listened_ns, 0);
}

WaitingTarget place_free_at(std::int64_t due_ns) {
  return {due_ns, 0, {}, 1};
}

}  // namespace

OnLinkGuard::OnLinkGuard(const Options& options, const ProbePlan& plan)
    : options_(options),
      hold_silent_ns_(plan.attempts == 0 ? at_latest(options.asking_ns) : hold_after_silence(plan, options.asking_ns)),
      failed_for_good_(plan.attempts != 0 && !makes_ask_again(plan, options.asking_ns)),
      hold_answered_ns_(at_latest(options.reachable_ns) + fresh_neighbour_ns),
      unknown_neighbour_wait_ns_(wait_for_unknown(plan, options.asking_ns)),
      after_answer_(options.limit),
      after_silence_(options.limit) {}

bool OnLinkGuard::may_start(std::int64_t now_ns) {
  if (options_.limit == unlimited) return true;
  for (DelayQueue* queue : {&after_answer_, &after_silence_}) {
    for (; queue->next_due_ns() <= now_ns; queue->pop()) --held_;
  }
  return held_ < options_.limit;
}

std::int64_t OnLinkGuard::next_place_ns() const {
  if (options_.limit == unlimited || held_ < options_.limit) return 0;
  return std::min(after_answer_.next_due_ns(), after_silence_.next_due_ns());
}

void OnLinkGuard::started() {
  if (options_.limit == unlimited) return;
  assert(held_ < options_.limit);
  ++held_;
}

NeighbourState OnLinkGuard::state_of(const Address& address) const {
  return options_.neighbours == nullptr ? NeighbourState::unknown : options_.neighbours->state_of(address);
}

std::int64_t OnLinkGuard::longest_neighbour_wait_ns(std::int64_t asking_ns, bool known) {
  return known ? at_latest(asks_after_ns + asking_ns) : at_latest(asking_ns) - asking_ns;
}

std::int64_t OnLinkGuard::neighbour_wait_ns(const Address& address) const {
  if (options_.neighbours == nullptr) return 0;
  switch (state_of(address)) {
    case NeighbourState::unknown:
      return unknown_neighbour_wait_ns_;
    case NeighbourState::asked:
      return longest_neighbour_wait_ns(options_.asking_ns, true);
    case NeighbourState::valid:
    case NeighbourState::failed:
      break;
  }
  return 0;
}

void OnLinkGuard::answered(std::int64_t now_ns) {
  if (options_.limit != unlimited) after_answer_.push(place_free_at(now_ns + hold_answered_ns_));
}

void OnLinkGuard::silent(const TargetMemory& memory, const Address& address, std::int64_t now_ns) {
  if (options_.limit == unlimited) return;
  const NeighbourState state = state_of(address);
  // A probe that was sent again outside of the plan may have made the kernel ask just now.
  const bool out_of_plan = memory.repaired || memory.local_tries > 0;
  if (state == NeighbourState::valid) {
    answered(now_ns);
  } else if (out_of_plan) {
    after_silence_.push(place_free_at(now_ns + at_latest(options_.asking_ns)));
  } else if (state == NeighbourState::failed && failed_for_good_) {
    --held_;
  } else {
    after_silence_.push(place_free_at(now_ns + hold_silent_ns_));
  }
}

}  // namespace ringsweep
