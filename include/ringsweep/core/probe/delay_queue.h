// Targets that wait for their next probe: one FIFO for each distinct delay, so each is in order of time by itself.
//
// If the target is decided meanwhile (its earlier probe was answered late), its entry is cancelled by its place; a
// cancelled entry is dropped as soon as all before it have gone, so the front is never a cancelled one. Owner: one
// worker. Fixed capacity, allocates in the constructor only; memory that is never used costs nothing.
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>

#include "ringsweep/base/time.h"
#include "ringsweep/base/zeroed_array.h"
#include "ringsweep/core/probe/inflight_table.h"

namespace ringsweep {

struct WaitingTarget {
  std::int64_t due_ns;
  std::uint64_t previous;  // number of the target's last probe, 0: none
  TargetMemory memory;
  std::uint32_t attempt;  // of the probe to come, 0: cancelled
};

// `Entry` has `due_ns` and `attempt`, as WaitingTarget.
template <typename Entry>
class DelayQueueOf {
 public:
  explicit DelayQueueOf(std::uint64_t capacity) : ring_(std::bit_ceil(capacity == 0 ? 1 : capacity)) {}

  bool empty() const { return first_ == end_; }
  // Includes cancelled entries that have not been dropped yet.
  std::uint64_t size() const { return end_ - first_; }
  std::int64_t next_due_ns() const { return empty() ? never_ns : front().due_ns; }
  // Pre: !empty().
  const Entry& front() const { return ring_[slot(first_)]; }
  void pop() {
    assert(!empty());
    ++first_;
    drop_cancelled();
  }
  // An entry that comes out of turn (its delay is the same, but it was noticed early) waits for the one before it.
  // Pre: there is room: the owner sizes the queue for all targets that can wait at once. Returns its place.
  std::uint32_t push(Entry entry) {
    assert(size() < ring_.size());
    if (!empty()) entry.due_ns = std::max(entry.due_ns, ring_[slot(end_ - 1)].due_ns);
    ring_[slot(end_)] = entry;
    return static_cast<std::uint32_t>(end_++);
  }
  // Pre: the entry at `place` was not popped yet.
  void cancel(std::uint32_t place) {
    ring_[slot(place)].attempt = 0;
    drop_cancelled();
  }

 private:
  void drop_cancelled() {
    while (!empty() && front().attempt == 0) ++first_;
  }
  std::size_t slot(std::uint64_t position) const { return static_cast<std::size_t>(position & (ring_.size() - 1)); }
  ZeroedArray<Entry> ring_;
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
};

using DelayQueue = DelayQueueOf<WaitingTarget>;

}  // namespace ringsweep
