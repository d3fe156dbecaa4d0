// RTTs as a log-linear histogram: constant memory, mergeable, with a stated precision.
//
// Values are nanoseconds from 0 to 2^47 (39 hours). Below 2^7 ns every value has its own bucket; above that, each
// power of two has 128 buckets: a quantile is wrong by less than 1/128 (0.8 %), minimum, maximum and mean are exact.
// 5,248 buckets of 8 bytes. Thread: one owner; merging is addition.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ringsweep {

class RttHistogram {
 public:
  static constexpr unsigned precision_bits = 7;
  static constexpr unsigned value_bits = 47;
  static constexpr std::size_t bucket_count = (value_bits - precision_bits + 1) << precision_bits;

  // Negative values are a bug of the caller (asserted); larger ones than 2^47 - 1 go to the last bucket.
  void add(std::int64_t rtt_ns);
  RttHistogram& operator+=(const RttHistogram& other);

  std::uint64_t count() const { return count_; }
  std::int64_t min_ns() const { return min_ns_; }  // 0 while empty
  std::int64_t max_ns() const { return max_ns_; }
  double mean_ns() const;
  // The smallest value v with at least q x count values <= v, rounded up to the end of its bucket and at most max_ns().
  // 0 while empty. Pre: 0 <= q <= 1.
  std::int64_t quantile_ns(double q) const;
  // The number of values that are no larger than this; the bucket that holds it counts as a whole.
  std::uint64_t count_up_to(std::int64_t rtt_ns) const;

 private:
  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t min_ns_ = 0;
  std::int64_t max_ns_ = 0;
  long double sum_ns_ = 0;
};

}  // namespace ringsweep
