// Sets of addresses as sorted, disjoint, merged ranges of numbers, worked on in place: tens of millions of ranges exist
// once. Value is std::uint32_t (IPv4) or u128 (IPv6, one set for each zone). Pure.
//
// "Normal" ranges are sorted, disjoint, not adjacent, and without spare memory: what `normalize` makes and `subtract`
// keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
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

// One of the numbers from first to last belongs to them. Pre: normal.
template <typename Value>
bool touches(const ValueRanges<Value>& ranges, Value first, Value last);

// How many numbers the ranges hold; `uncountable` stands for that many or more. Pre: normal.
inline constexpr std::uint64_t uncountable = std::uint64_t{1} << 62;
template <typename Value>
std::uint64_t count_of(const ValueRanges<Value>& ranges);

// How many different prefixes remain when the last `host_bits` bits are cut. Pre: normal, countable.
template <typename Value>
std::uint64_t count_prefixes(const ValueRanges<Value>& ranges, unsigned host_bits);

// Normal ranges with an index that finds the n-th number. The numbers are cut into parts of 2^part_shift, and each part
// has a mark:
//
//   range   the range that holds the first number of the part
//   offset  how far inside that range it is
//
// A part has 8 ranges on average. Where all its ranges are single numbers, as in a long list, two looks (mark, range)
// find a number; otherwise a walk through the ranges of the part. Where a part has far more ranges than others, a
// search over `before_` (the numbers before each block of ranges) comes first; it is made only then.
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
  using Offset = std::conditional_t<sizeof(Value) == 4, std::uint32_t, std::uint64_t>;
  struct Mark {
    std::uint32_t range;
    Offset offset;
  };
  static constexpr std::size_t ranges_per_part = 8;
  static constexpr std::size_t longest_walk = 8 * ranges_per_part;
  static constexpr std::size_t block_size = 32;

  void make_marks();
  void make_blocks();
  Value walk(std::size_t range, std::uint64_t left) const;
  Value search(std::uint64_t index) const;

  ValueRanges<Value> ranges_;
  GrowingArray<Mark> marks_;  // one more than parts: what lies behind the last part
  std::vector<std::uint64_t> before_;
  unsigned part_shift_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace ringsweep
