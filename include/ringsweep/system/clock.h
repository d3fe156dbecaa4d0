// The two clocks, read in one place. CLOCK_MONOTONIC for everything that is measured or waited for, CLOCK_REALTIME for
// what a person reads.
#pragma once

#include <cstdint>
#include <ctime>

#include "ringsweep/base/time.h"

namespace ringsweep {

inline std::int64_t read_clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * ns_per_s + now.tv_nsec;
}

inline std::int64_t monotonic_now_ns() {
  return read_clock_ns(CLOCK_MONOTONIC);
}
inline std::int64_t realtime_now_ns() {
  return read_clock_ns(CLOCK_REALTIME);
}

}  // namespace ringsweep
