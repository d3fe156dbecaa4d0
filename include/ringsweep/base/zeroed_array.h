// A fixed array of zeroes whose memory costs nothing until it is touched: the kernel hands out zero pages on first use.
//
// For the tables that are sized for the worst case and seldom filled (in-flight table, queues). Sized once, never
// grows. Throws std::bad_alloc where the address space is exhausted; only set-up code makes one.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace ringsweep {

template <typename T>
class ZeroedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  ZeroedArray() = default;
  explicit ZeroedArray(std::size_t size) : size_(size) {
    if (size == 0) return;
    data_.reset(static_cast<T*>(std::calloc(size, sizeof(T))));
    if (data_ == nullptr) throw std::bad_alloc();
  }

  std::size_t size() const { return size_; }
  T& operator[](std::size_t index) {
    assert(index < size_);
    return data_.get()[index];
  }
  const T& operator[](std::size_t index) const {
    assert(index < size_);
    return data_.get()[index];
  }

 private:
  struct Free {
    void operator()(T* data) const { std::free(data); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace ringsweep
