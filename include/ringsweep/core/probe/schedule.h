// A delay for each attempt of a target, with at most 8 distinct classes: timeouts, and periods between probes.
//
// Attempt n (from 1) has the n-th value; the last value repeats. A schedule may have a separate value for the very
// last attempt (a sweep's `--linger` is extra listening after it). Probes of one class are always in order of time,
// which is why one FIFO or cursor per class is enough (src/README.md, 3.2).
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ringsweep/base/limits.h"

namespace ringsweep {

class Schedule {
 public:
  // Always the same delay.
  static Schedule constant(std::int64_t delay_ns) {
    const std::array<std::int64_t, 1> values{delay_ns};
    return Schedule(values);
  }
  // Pre: 1 to 8 values.
  explicit Schedule(std::span<const std::int64_t> values_ns) : size_(values_ns.size()) {
    assert(!values_ns.empty() && values_ns.size() <= max_distinct_delays);
    std::copy(values_ns.begin(), values_ns.end(), values_.begin());
  }
  // Attempt `last_attempt` gets `delay_ns` instead. Pre: fewer than 8 values so far.
  Schedule with_last(std::uint32_t last_attempt, std::int64_t delay_ns) const {
    assert(size_ < max_distinct_delays);
    Schedule result = *this;
    result.last_attempt_ = last_attempt;
    result.values_[result.size_++] = delay_ns;
    return result;
  }

  std::size_t classes() const { return size_; }
  std::size_t class_of(std::uint32_t attempt) const {
    if (last_attempt_ != 0 && attempt == last_attempt_) return size_ - 1;
    const std::size_t listed = last_attempt_ != 0 ? size_ - 1 : size_;
    return std::min<std::size_t>(attempt, listed) - 1;
  }
  std::int64_t of_class(std::size_t index) const { return values_[index]; }
  std::int64_t at(std::uint32_t attempt) const { return values_[class_of(attempt)]; }
  // The sum over attempts 1 to `attempts`, at most a century.
  std::int64_t total_ns(std::uint32_t attempts) const {
    constexpr std::int64_t century_ns = 36'525 * max_duration_ns;
    std::int64_t sum = 0;
    for (std::uint32_t attempt = 1; attempt <= attempts && sum < century_ns; ++attempt) sum += at(attempt);
    return std::min(sum, century_ns);
  }

 private:
  std::array<std::int64_t, max_distinct_delays> values_{};
  std::size_t size_;
  std::uint32_t last_attempt_ = 0;
};

}  // namespace ringsweep
