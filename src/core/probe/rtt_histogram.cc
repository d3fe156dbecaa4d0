#include "ringsweep/core/probe/rtt_histogram.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ringsweep {
namespace {

constexpr std::uint64_t buckets_per_power = std::uint64_t{1} << RttHistogram::precision_bits;

// Below 2 x 128 the value itself; above, the eight highest bits of the value and, counted in 128s, how far they were
// shifted.
std::size_t bucket_of(std::uint64_t value) {
  value = std::min(value, (std::uint64_t{1} << RttHistogram::value_bits) - 1);
  if (value < buckets_per_power) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - RttHistogram::precision_bits - 1;
  return shift * buckets_per_power + (value >> shift);
}

// The largest value of a bucket.
std::uint64_t end_of_bucket(std::size_t bucket) {
  if (bucket < 2 * buckets_per_power) return bucket;
  const unsigned shift = static_cast<unsigned>(bucket / buckets_per_power) - 1;
  const std::uint64_t high_bits = bucket % buckets_per_power + buckets_per_power;
  return ((high_bits + 1) << shift) - 1;
}

}  // namespace

void RttHistogram::add(std::int64_t rtt_ns) {
  assert(rtt_ns >= 0);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(rtt_ns))];
  min_ns_ = count_ == 0 ? rtt_ns : std::min(min_ns_, rtt_ns);
  max_ns_ = std::max(max_ns_, rtt_ns);
  ++count_;
  sum_ns_ += static_cast<long double>(rtt_ns);
}

RttHistogram& RttHistogram::operator+=(const RttHistogram& other) {
  if (other.count_ == 0) return *this;
  for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
  min_ns_ = count_ == 0 ? other.min_ns_ : std::min(min_ns_, other.min_ns_);
  max_ns_ = std::max(max_ns_, other.max_ns_);
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
  return *this;
}

double RttHistogram::mean_ns() const {
  return count_ == 0 ? 0.0 : static_cast<double>(sum_ns_ / static_cast<long double>(count_));
}

std::int64_t RttHistogram::quantile_ns(double q) const {
  assert(q >= 0 && q <= 1);
  if (count_ == 0) return 0;
  // The factor takes back what the nearest double of, say, 0.07 is above 0.07: of 100 values that is the seventh.
  const long double exact = static_cast<long double>(q) * static_cast<long double>(count_) * (1 - 1e-15L);
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::ceil(exact)), 1, count_);
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while ((seen += buckets_[bucket]) < rank) ++bucket;
  // The last bucket is open: it also holds what is too large for any other.
  if (bucket == bucket_count - 1) return max_ns_;
  return std::min(static_cast<std::int64_t>(end_of_bucket(bucket)), max_ns_);
}

std::uint64_t RttHistogram::count_up_to(std::int64_t rtt_ns) const {
  if (rtt_ns < 0) return 0;
  if (rtt_ns >= max_ns_) return count_;
  const std::size_t last = bucket_of(static_cast<std::uint64_t>(rtt_ns));
  return std::accumulate(buckets_.begin(), buckets_.begin() + static_cast<std::ptrdiff_t>(last) + 1, std::uint64_t{0});
}

}  // namespace ringsweep
