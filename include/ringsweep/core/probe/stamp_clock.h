// Kernel receive stamps are CLOCK_REALTIME, deadlines and RTTs are CLOCK_MONOTONIC, and the wall clock may be set at
// any time (src/README.md, 3.5, field bug 9). A StampClock converts, from readings of both clocks that it is given.
//
//   last dry reap |<---- stamps of this reap lie here ---->| now
//
// While the offset between the clocks stays where it was, a stamp is converted with it. When it has moved by over
// 100 us, the clock was set: each stamp is converted with the offset, the old or the new one, that puts it between the
// last reap that left nothing behind and now. If neither does, there is no result and the caller uses its own time.
// Owner: one transport. Hot: nothing allocates or throws; reads no clock itself.
#pragma once

#include <cstdint>
#include <optional>

#include "ringsweep/base/time.h"

namespace ringsweep {

// CLOCK_REALTIME, read between two readings of CLOCK_MONOTONIC.
struct ClockReading {
  std::int64_t monotonic_before_ns = 0;
  std::int64_t realtime_ns = 0;
  std::int64_t monotonic_after_ns = 0;

  // Too far apart to know the offset to a microsecond: read again (three times, then take the last).
  bool is_wide() const { return monotonic_after_ns - monotonic_before_ns > 2 * ns_per_us; }
};
inline constexpr int clock_readings_max = 3;

class StampClock {
 public:
  explicit StampClock(const ClockReading& reading);

  // A reading made after the packets of a reap were received and before their stamps are converted.
  void update(const ClockReading& reading);

  // The stamp as CLOCK_MONOTONIC, never later than the last reading; nothing if the stamp is implausible.
  std::optional<std::int64_t> to_monotonic(std::int64_t realtime_ns) const;

  // All that arrived before `before_ns` has been converted: earlier offsets are no longer needed.
  void all_seen_until(std::int64_t before_ns);

  // CLOCK_REALTIME minus CLOCK_MONOTONIC, as last read.
  std::int64_t offset_ns() const { return offset_ns_; }
  // How often the wall clock was set.
  std::uint64_t steps() const { return steps_; }

 private:
  // How far a converted stamp lies outside of what is possible.
  std::int64_t misfit_ns(std::int64_t monotonic_ns) const;

  std::int64_t offset_ns_;
  std::int64_t old_offset_ns_;  // equal to the present one unless the clock was set since the last dry reap
  std::int64_t seen_until_ns_;
  std::int64_t now_ns_;
  std::uint64_t steps_ = 0;
};

}  // namespace ringsweep
