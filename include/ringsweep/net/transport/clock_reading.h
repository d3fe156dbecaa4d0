// Both clocks, read for a StampClock.
#pragma once

#include "ringsweep/core/probe/stamp_clock.h"
#include "ringsweep/system/clock.h"

namespace ringsweep {

// Both at once, as closely as a few tries allow.
inline ClockReading read_clocks() {
  ClockReading reading;
  for (int tries = 0; tries < clock_readings_max; ++tries) {
    reading.monotonic_before_ns = monotonic_now_ns();
    reading.realtime_ns = realtime_now_ns();
    reading.monotonic_after_ns = monotonic_now_ns();
    if (!reading.is_wide()) break;
  }
  return reading;
}

}  // namespace ringsweep
