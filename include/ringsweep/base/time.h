// Times are signed 64-bit nanoseconds everywhere, and a name says so by its end (`timeout_ns`). Deadlines and send and
// receive times are CLOCK_MONOTONIC; only what a person reads (`time` of a row) is CLOCK_REALTIME. Only `net` reads
// clocks; everything below takes time as an argument.
#pragma once

#include <cstdint>
#include <limits>

namespace ringsweep {

inline constexpr std::int64_t ns_per_us = 1'000;
inline constexpr std::int64_t ns_per_ms = 1'000'000;
inline constexpr std::int64_t ns_per_s = 1'000'000'000;

// "No such time": later than everything.
inline constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

}  // namespace ringsweep
