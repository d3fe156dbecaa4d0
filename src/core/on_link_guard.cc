#include "ringsweep/core/on_link_guard.h"

#include <algorithm>
#include <cassert>

namespace ringsweep {
namespace {

// The kernel does not evict an entry that changed less than this ago, unless nobody answered for it.
constexpr std::int64_t fresh_entry_ns = 5 * ns_per_s;

// The kernel's timers go off up to an eighth late.
std::int64_t at_latest(std::int64_t time_ns) {
  return time_ns + time_ns / 8;
}

// From a silent target's verdict until the kernel has given its neighbour up.
std::int64_t hold_after_silence(const ProbePlan& plan, std::int64_t asking_ns) {
  const std::int64_t last_sent_ns = plan.timeouts.total_ns(plan.attempts - 1);
  const std::int64_t verdict_ns = plan.timeouts.total_ns(plan.attempts);
  // A probe that finds the entry failed makes the kernel ask again.
  const std::int64_t asked_last_ns = last_sent_ns < asking_ns ? 0 : last_sent_ns;
  return std::max<std::int64_t>(asked_last_ns + at_latest(asking_ns) - verdict_ns, 0);
}

WaitingTarget place_free_at(std::int64_t due_ns) {
  return {due_ns, 0, {}, 1};
}

}  // namespace

OnLinkGuard::OnLinkGuard(const Options& options, const ProbePlan& plan)
    : options_(options),
      hold_silent_ns_(plan.attempts == 0 ? at_latest(options.asking_ns) : hold_after_silence(plan, options.asking_ns)),
      hold_answered_ns_(at_latest(options.reachable_ns) + fresh_entry_ns),
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

void OnLinkGuard::answered(std::int64_t now_ns) {
  if (options_.limit != unlimited) after_answer_.push(place_free_at(now_ns + hold_answered_ns_));
}

void OnLinkGuard::silent(const Address& address, std::int64_t now_ns) {
  if (options_.limit == unlimited) return;
  const NeighbourView* view = options_.neighbours;
  if (view != nullptr && view->state_of(address) == NeighbourState::valid) {
    answered(now_ns);
  } else {
    after_silence_.push(place_free_at(now_ns + hold_silent_ns_));
  }
}

}  // namespace ringsweep
