// A small map from target index to a value, of fixed capacity, that never allocates after construction: for the few
// targets that need something remembered until they are decided. Open addressing with linear probing; erasing
// moves followers back, so there are no tombstones. Memory that is never used costs nothing. Owner: one worker.
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>

#include "ringsweep/base/zeroed_array.h"

namespace ringsweep {

template <typename Value>
class KeyedStore {
 public:
  // Room for `capacity` values at once.
  explicit KeyedStore(std::uint64_t capacity)
      : capacity_(capacity), cells_(std::bit_ceil(capacity + capacity / 2 + 1)) {}

  bool empty() const { return size_ == 0; }

  // The value of `key`, if any.
  const Value* find(std::uint64_t key) const {
    if (empty()) return nullptr;
    for (std::size_t at = home(key); cells_[at].key_plus_one != 0; at = next(at)) {
      if (cells_[at].key_plus_one == key + 1) return &cells_[at].value;
    }
    return nullptr;
  }

  // Stores `value` unless `key` already has one. Pre: there is room.
  void insert_if_absent(std::uint64_t key, const Value& value) {
    assert(size_ < capacity_);
    std::size_t at = home(key);
    for (; cells_[at].key_plus_one != 0; at = next(at)) {
      if (cells_[at].key_plus_one == key + 1) return;
    }
    cells_[at] = {key + 1, value};
    ++size_;
  }

  void erase(std::uint64_t key) {
    if (empty()) return;
    std::size_t hole = home(key);
    while (cells_[hole].key_plus_one != key + 1) {
      if (cells_[hole].key_plus_one == 0) return;
      hole = next(hole);
    }
    --size_;
    for (std::size_t at = next(hole); cells_[at].key_plus_one != 0; at = next(at)) {
      // A follower may fill the hole only where its home does not lie behind it.
      const std::size_t from_home = (at - home(cells_[at].key_plus_one - 1)) & (cells_.size() - 1);
      const std::size_t from_hole = (at - hole) & (cells_.size() - 1);
      if (from_home < from_hole) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole].key_plus_one = 0;
  }

 private:
  struct Cell {
    std::uint64_t key_plus_one;
    Value value;
  };
  std::size_t home(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 20) & (cells_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (cells_.size() - 1); }

  std::uint64_t capacity_;
  ZeroedArray<Cell> cells_;
  std::uint64_t size_ = 0;
};

}  // namespace ringsweep
