#include "ringsweep/core/value_ranges.h"

#include <algorithm>
#include <cassert>
#include <cstring>

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
bool contains(const ValueRanges<Value>& ranges, Value value) {
  const auto* range = std::lower_bound(ranges.begin(), ranges.end(), value,
                                       [](const ValueRange<Value>& a, Value b) { return a.last < b; });
  return range != ranges.end() && range->first <= value;
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
IndexedRanges<Value>::IndexedRanges(ValueRanges<Value> ranges) : ranges_(std::move(ranges)) {
  before_.reserve((ranges_.size() + block_size - 1) / block_size);
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    if (i % block_size == 0) before_.push_back(count_);
    count_ += static_cast<std::uint64_t>(ranges_[i].last - ranges_[i].first) + 1;
  }
  assert(count_ <= max_targets);
  if (count_ > 0) build_guess();
}

// About as many entries as there are blocks, so that an entry seldom leaves more than two blocks to choose from.
template <typename Value>
void IndexedRanges<Value>::build_guess() {
  while (count_ >> guess_shift_ > before_.size()) ++guess_shift_;
  const std::size_t entries = static_cast<std::size_t>((count_ - 1) >> guess_shift_) + 1;
  guess_.reserve(entries + 1);
  std::size_t block = 0;
  for (std::size_t entry = 0; entry < entries; ++entry) {
    const std::uint64_t index = static_cast<std::uint64_t>(entry) << guess_shift_;
    while (block + 1 < before_.size() && before_[block + 1] <= index) ++block;
    guess_.push_back(static_cast<std::uint32_t>(block));
  }
  guess_.push_back(static_cast<std::uint32_t>(before_.size() - 1));
}

template <typename Value>
Value IndexedRanges<Value>::at(std::uint64_t index) const {
  assert(index < count_);
  const std::size_t entry = static_cast<std::size_t>(index >> guess_shift_);
  // The block lies between these two, both included.
  std::size_t block = guess_[entry];
  std::size_t last_block = guess_[entry + 1];
  while (block < last_block) {
    const std::size_t middle = block + (last_block - block + 1) / 2;
    if (before_[middle] <= index) {
      block = middle;
    } else {
      last_block = middle - 1;
    }
  }
  std::uint64_t left = index - before_[block];
  for (const ValueRange<Value>* range = ranges_.begin() + block * block_size;; ++range) {
    const std::uint64_t size = static_cast<std::uint64_t>(range->last - range->first) + 1;
    if (left < size) return range->first + static_cast<Value>(left);
    left -= size;
  }
}

template void normalize(ValueRanges<std::uint32_t>&);
template void normalize(ValueRanges<u128>&);
template void subtract(ValueRanges<std::uint32_t>&, const ValueRanges<std::uint32_t>&);
template void subtract(ValueRanges<u128>&, const ValueRanges<u128>&);
template bool contains(const ValueRanges<std::uint32_t>&, std::uint32_t);
template bool contains(const ValueRanges<u128>&, u128);
template std::uint64_t count_of(const ValueRanges<std::uint32_t>&);
template std::uint64_t count_of(const ValueRanges<u128>&);
template std::uint64_t count_prefixes(const ValueRanges<std::uint32_t>&, unsigned);
template std::uint64_t count_prefixes(const ValueRanges<u128>&, unsigned);
template class IndexedRanges<std::uint32_t>;
template class IndexedRanges<u128>;

}  // namespace ringsweep
