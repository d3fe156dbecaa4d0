#include "ringsweep/core/probe/stamp_clock.h"

#include <algorithm>
#include <cstdlib>

namespace ringsweep {
namespace {

constexpr std::int64_t step_ns = 100 * ns_per_us;
// A stamp is made before its packet waits for a processor, so it may lie before a reap that did not see it yet.
constexpr std::int64_t misfit_max_ns = 100 * ns_per_ms;

std::int64_t width_of(const ClockReading& reading) {
  return reading.monotonic_after_ns - reading.monotonic_before_ns;
}

std::int64_t offset_of(const ClockReading& reading) {
  return reading.realtime_ns - (reading.monotonic_before_ns + width_of(reading) / 2);
}

}  // namespace

StampClock::StampClock(const ClockReading& reading)
    : offset_ns_(offset_of(reading)),
      old_offset_ns_(offset_ns_),
      seen_until_ns_(reading.monotonic_before_ns),
      now_ns_(reading.monotonic_after_ns) {}

void StampClock::update(const ClockReading& reading) {
  now_ns_ = reading.monotonic_after_ns;
  const std::int64_t offset_ns = offset_of(reading);
  const std::int64_t uncertain_ns = reading.is_wide() ? width_of(reading) / 2 : 0;
  if (std::abs(offset_ns - offset_ns_) > step_ns + uncertain_ns) {
    old_offset_ns_ = offset_ns_;
    offset_ns_ = offset_ns;
    ++steps_;
    return;
  }
  // A wide reading that shows no step knows less than the last one.
  if (uncertain_ns > 0) return;
  if (old_offset_ns_ == offset_ns_) old_offset_ns_ = offset_ns;
  offset_ns_ = offset_ns;
}

std::optional<std::int64_t> StampClock::to_monotonic(std::int64_t realtime_ns) const {
  std::int64_t best_ns = realtime_ns - offset_ns_;
  if (old_offset_ns_ != offset_ns_) {
    const std::int64_t old_ns = realtime_ns - old_offset_ns_;
    if (misfit_ns(old_ns) < misfit_ns(best_ns)) best_ns = old_ns;
  }
  if (misfit_ns(best_ns) > misfit_max_ns) return std::nullopt;
  return std::min(best_ns, now_ns_);
}

void StampClock::all_seen_until(std::int64_t before_ns) {
  seen_until_ns_ = before_ns;
  old_offset_ns_ = offset_ns_;
}

std::int64_t StampClock::misfit_ns(std::int64_t monotonic_ns) const {
  return std::max({seen_until_ns_ - monotonic_ns, monotonic_ns - now_ns_, std::int64_t{0}});
}

}  // namespace ringsweep
