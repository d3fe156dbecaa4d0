#include "ringsweep/core/targets/value_ranges.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

#include "ringsweep/base/limits.h"

namespace ringsweep {

template <typename Value>
void normalize(ValueRanges<Value>& ranges) {
  const auto by_first = [](const ValueRange<Value>& a, const ValueRange<Value>& b) { return a.first < b.first; };
  // Lists are often sorted already, and a look is cheap beside a sort.
  if (!std::is_sorted(ranges.begin(), ranges.end(), by_first)) std::sort(ranges.begin(), ranges.end(), by_first);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const ValueRange<Value> range = ranges[i];
    if (kept > 0) {
      ValueRange<Value>& latest = ranges[kept - 1];
      if (range.first <= latest.last || range.first - 1 == latest.last) {
        latest.last = std::max(latest.last, range.last);
        continue;
      }
    }
    ranges[kept++] = range;
  }
  ranges.resize(kept);
  ranges.shrink();
}

template <typename Value>
void subtract(ValueRanges<Value>& ranges, const ValueRanges<Value>& excluded) {
  if (ranges.empty() || excluded.empty()) return;
  // An excluded range makes at most one range more (it splits one), so with that many free places in front, what is
  // written never overtakes what is read.
  const std::size_t free_places = excluded.size();
  const std::size_t end = free_places + ranges.size();
  ranges.resize(end);
  std::memmove(ranges.begin() + free_places, ranges.begin(), (end - free_places) * sizeof(ValueRange<Value>));
  std::size_t kept = 0;
  std::size_t out = 0;  // the next excluded range that can matter
  for (std::size_t i = free_places; i < end; ++i) {
    ValueRange<Value> range = ranges[i];
    while (out < excluded.size() && excluded[out].last < range.first) ++out;
    bool something_left = true;
    for (; out < excluded.size() && excluded[out].first <= range.last; ++out) {
      if (excluded[out].first > range.first) ranges[kept++] = {range.first, excluded[out].first - 1};
      something_left = excluded[out].last < range.last;
      if (!something_left) break;  // it may reach into the next range as well
      range.first = excluded[out].last + 1;
    }
    if (something_left) ranges[kept++] = range;
  }
  ranges.resize(kept);
  ranges.shrink();
}

template <typename Value>
bool touches(const ValueRanges<Value>& ranges, Value first, Value last) {
  const auto* range = std::lower_bound(ranges.begin(), ranges.end(), first,
                                       [](const ValueRange<Value>& a, Value b) { return a.last < b; });
  return range != ranges.end() && range->first <= last;
}

template <typename Value>
bool contains(const ValueRanges<Value>& ranges, Value value) {
  return touches(ranges, value, value);
}

template <typename Value>
std::uint64_t count_of(const ValueRanges<Value>& ranges) {
  std::uint64_t count = 0;
  for (const ValueRange<Value>& range : ranges) {
    const Value more = range.last - range.first;
    if (static_cast<u128>(more) >= uncountable) return uncountable;
    count += static_cast<std::uint64_t>(more) + 1;
    if (count >= uncountable) return uncountable;
  }
  return count;
}

template <typename Value>
std::uint64_t count_prefixes(const ValueRanges<Value>& ranges, unsigned host_bits) {
  std::uint64_t count = 0;
  Value latest = 0;
  for (const ValueRange<Value>& range : ranges) {
    const Value first = range.first >> host_bits;
    const Value last = range.last >> host_bits;
    count += static_cast<std::uint64_t>(last - first) + 1;
    if (&range != ranges.begin() && first == latest) --count;
    latest = last;
  }
  return count;
}

template <typename Value>
IndexedRanges<Value>::IndexedRanges(ValueRanges<Value> ranges) : ranges_(std::move(ranges)), count_(count_of(ranges_)) {
  assert(count_ <= max_targets);
  assert(ranges_.size() < std::numeric_limits<std::uint32_t>::max());
  if (count_ == 0) return;
  make_marks();
  for (std::size_t part = 0; part + 1 < marks_.size(); ++part) {
    if (marks_[part + 1].range - marks_[part].range <= longest_walk) continue;
    make_blocks();
    break;
  }
}

template <typename Value>
void IndexedRanges<Value>::make_marks() {
  while (count_ >> part_shift_ > ranges_.size() / ranges_per_part) ++part_shift_;
  const std::uint64_t part_size = std::uint64_t{1} << part_shift_;
  std::uint64_t before = 0;
  std::uint64_t next_part = 0;
  marks_.resize(static_cast<std::size_t>((count_ - 1) >> part_shift_) + 2);
  std::size_t part = 0;
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    const std::uint64_t after = before + static_cast<std::uint64_t>(ranges_[i].last - ranges_[i].first) + 1;
    for (; next_part < after; next_part += part_size) {
      marks_[part++] = {static_cast<std::uint32_t>(i), static_cast<Offset>(next_part - before)};
    }
    before = after;
  }
  marks_[part] = {static_cast<std::uint32_t>(ranges_.size()), static_cast<Offset>(next_part - count_)};
}

template <typename Value>
void IndexedRanges<Value>::make_blocks() {
  before_.reserve((ranges_.size() + block_size - 1) / block_size);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    if (i % block_size == 0) before_.push_back(before);
    before += static_cast<std::uint64_t>(ranges_[i].last - ranges_[i].first) + 1;
  }
}

template <typename Value>
Value IndexedRanges<Value>::at(std::uint64_t index) const {
  assert(index < count_);
  const std::size_t part = static_cast<std::size_t>(index >> part_shift_);
  const Mark mark = marks_[part];
  const Mark next = marks_[part + 1];
  const std::uint64_t part_size = std::uint64_t{1} << part_shift_;
  const std::uint64_t left = (index & (part_size - 1)) + mark.offset;
  const std::uint64_t ranges = next.range - mark.range;
  // As many numbers as ranges between the marks: each of these ranges is one number.
  if (part_size + mark.offset - next.offset == ranges) {
    const std::uint64_t steps = std::min(left, ranges);
    return ranges_[mark.range + steps].first + static_cast<Value>(left - steps);
  }
  return ranges <= longest_walk ? walk(mark.range, left) : search(index);
}

// The number `left` behind the start of `range`, which may lie in a later range.
template <typename Value>
Value IndexedRanges<Value>::walk(std::size_t range, std::uint64_t left) const {
  for (const ValueRange<Value>* at = ranges_.begin() + range;; ++at) {
    const std::uint64_t size = static_cast<std::uint64_t>(at->last - at->first) + 1;
    if (left < size) return at->first + static_cast<Value>(left);
    left -= size;
  }
}

template <typename Value>
Value IndexedRanges<Value>::search(std::uint64_t index) const {
  const auto after = std::upper_bound(before_.begin(), before_.end(), index);
  const auto block = static_cast<std::size_t>(after - before_.begin()) - 1;
  return walk(block * block_size, index - before_[block]);
}

template void normalize(ValueRanges<std::uint32_t>&);
template void normalize(ValueRanges<u128>&);
template void subtract(ValueRanges<std::uint32_t>&, const ValueRanges<std::uint32_t>&);
template void subtract(ValueRanges<u128>&, const ValueRanges<u128>&);
template bool touches(const ValueRanges<std::uint32_t>&, std::uint32_t, std::uint32_t);
template bool touches(const ValueRanges<u128>&, u128, u128);
template bool contains(const ValueRanges<std::uint32_t>&, std::uint32_t);
template bool contains(const ValueRanges<u128>&, u128);
template std::uint64_t count_of(const ValueRanges<std::uint32_t>&);
template std::uint64_t count_of(const ValueRanges<u128>&);
template std::uint64_t count_prefixes(const ValueRanges<std::uint32_t>&, unsigned);
template std::uint64_t count_prefixes(const ValueRanges<u128>&, unsigned);
template class IndexedRanges<std::uint32_t>;
template class IndexedRanges<u128>;

}  // namespace ringsweep
