#include "ringsweep/core/on_link_guard.h"

#include <algorithm>

namespace ringsweep {
namespace {

constexpr std::int64_t fresh_entry_ns = 5 * ns_per_s;
// Three requests a second apart, and a little for the kernel's timer.
constexpr std::int64_t entry_fails_ns = 3'200 * ns_per_ms;

WaitingTarget place_free_at(std::int64_t due_ns) {
  return {due_ns, 0, {}, 1};
}

}  // namespace

OnLinkGuard::OnLinkGuard(std::uint64_t limit, std::int64_t silent_life_ns)
    : limit_(limit),
      silent_hold_ns_(std::max<std::int64_t>(entry_fails_ns - silent_life_ns, 0)),
      after_answer_(limit),
      after_silence_(limit) {}

bool OnLinkGuard::may_start(std::int64_t now_ns) {
  if (limit_ == unlimited) return true;
  for (DelayQueue* queue : {&after_answer_, &after_silence_}) {
    for (; queue->next_due_ns() <= now_ns; queue->pop()) --held_;
  }
  if (held_ < limit_) return true;
  held_back_ = true;
  return false;
}

std::int64_t OnLinkGuard::next_place_ns() const {
  if (limit_ == unlimited || held_ < limit_) return 0;
  return std::min(after_answer_.next_due_ns(), after_silence_.next_due_ns());
}

void OnLinkGuard::started() {
  if (limit_ != unlimited) ++held_;
}

void OnLinkGuard::answered(std::int64_t now_ns) {
  if (limit_ != unlimited) after_answer_.push(place_free_at(now_ns + fresh_entry_ns));
}

void OnLinkGuard::silent(std::int64_t now_ns) {
  if (limit_ != unlimited) after_silence_.push(place_free_at(now_ns + silent_hold_ns_));
}

}  // namespace ringsweep
