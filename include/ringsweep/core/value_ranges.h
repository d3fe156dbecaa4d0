// Sets of addresses as sorted, disjoint, merged ranges of numbers, worked on in place: tens of millions of ranges exist
// once. Value is std::uint32_t (IPv4) or u128 (IPv6, one set for each zone). Pure.
//
// "Normal" ranges are sorted, disjoint, not adjacent, and without spare memory: what `normalize` makes and `subtract`
// keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/growing_array.h"

namespace ringsweep {

template <typename Value>
struct ValueRange {
  Value first, last;  // both belong to it
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};
template <typename Value>
using ValueRanges = GrowingArray<ValueRange<Value>>;

// Adds a range; where it continues the latest one, by making that longer. Pre: first <= last.
template <typename Value>
void append(ValueRanges<Value>& ranges, Value first, Value last) {
  if (!ranges.empty() && first - 1 == ranges.back().last && first != 0) {
    ranges.back().last = last;
  } else {
    ranges.push_back({first, last});
  }
}

template <typename Value>
void normalize(ValueRanges<Value>& ranges);

// Takes `excluded` out of `ranges`. Pre: both normal.
template <typename Value>
void subtract(ValueRanges<Value>& ranges, const ValueRanges<Value>& excluded);

// Pre: normal.
template <typename Value>
bool contains(const ValueRanges<Value>& ranges, Value value);

// How many numbers the ranges hold; `uncountable` stands for that many or more. Pre: normal.
inline constexpr std::uint64_t uncountable = std::uint64_t{1} << 62;
template <typename Value>
std::uint64_t count_of(const ValueRanges<Value>& ranges);

// How many different prefixes remain when the last `host_bits` bits are cut. Pre: normal, countable.
template <typename Value>
std::uint64_t count_prefixes(const ValueRanges<Value>& ranges, unsigned host_bits);

// Normal ranges with an index that finds the n-th number:
//
//   guess   one entry for each 2^guess_shift numbers: the block that holds the first of them
//   before  one entry for each block of `block_size` ranges: the numbers before it
//
// One look at each and a walk through one block find a number: three misses of the cache however many ranges there are.
template <typename Value>
class IndexedRanges {
 public:
  IndexedRanges() = default;
  // Pre: normal, at most max_targets numbers.
  explicit IndexedRanges(ValueRanges<Value> ranges);

  std::uint64_t count() const { return count_; }
  // Pre: index < count().
  Value at(std::uint64_t index) const;
  const ValueRanges<Value>& ranges() const { return ranges_; }

 private:
  static constexpr std::size_t block_size = 16;
  void build_guess();

  ValueRanges<Value> ranges_;
  std::vector<std::uint64_t> before_;
  std::vector<std::uint32_t> guess_;
  unsigned guess_shift_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace ringsweep
