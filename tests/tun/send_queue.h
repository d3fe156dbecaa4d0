// Packets that wait for their time, handed out by the nanosecond; of equal times the first that came. Packets keep
// their memory when their place is used again, so nothing is allocated once the queue has been as long as it gets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace ringsweep::tun {

template <typename Item>
class SendQueue {
 public:
  // A place for an item that is due then. It holds what the place held before. Stays until its `pop`.
  Item& add(std::int64_t due_ns) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(items_.size()));
      items_.emplace_back();
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    heap_.push_back({due_ns, order_++, place});
    std::push_heap(heap_.begin(), heap_.end(), later);
    return items_[place];
  }

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // Pre: not empty.
  std::int64_t next_due_ns() const { return heap_.front().due_ns; }
  Item& front() { return items_[heap_.front().place]; }
  void pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    free_.push_back(heap_.back().place);
    heap_.pop_back();
  }

 private:
  struct Entry {
    std::int64_t due_ns;
    std::uint64_t order;
    std::uint32_t place;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.due_ns != b.due_ns ? a.due_ns > b.due_ns : a.order > b.order;
  }

  std::vector<Entry> heap_;
  std::deque<Item> items_;  // references stay good while it grows
  std::vector<std::uint32_t> free_;
  std::uint64_t order_ = 0;
};

}  // namespace ringsweep::tun
