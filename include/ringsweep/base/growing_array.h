// A growing array of plain values that moves as little as possible: it grows and shrinks with realloc, which moves the
// pages of a large block instead of copying its bytes, so hundreds of MiB never exist twice. Pages that were never
// written cost nothing. Throws std::bad_alloc; only set-up code grows one. Move-only; a value like any other.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace ringsweep {

template <typename T>
class GrowingArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(alignof(T) <= alignof(std::max_align_t));

 public:
  GrowingArray() = default;
  GrowingArray(GrowingArray&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  GrowingArray& operator=(GrowingArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~GrowingArray() { std::free(data_); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t index) {
    assert(index < size_);
    return data_[index];
  }
  const T& operator[](std::size_t index) const {
    assert(index < size_);
    return data_[index];
  }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  void push_back(const T& value) {
    if (size_ == capacity_) {
      const T copy = value;
      reallocate(std::max<std::size_t>(2 * capacity_, 16));
      data_[size_++] = copy;
      return;
    }
    data_[size_++] = value;
  }
  // New elements at the end are not initialised.
  void resize(std::size_t size) {
    if (size > capacity_) reallocate(size);
    size_ = size;
  }
  // Gives the spare memory back.
  void shrink() {
    if (size_ < capacity_) reallocate(size_);
  }

 private:
  void reallocate(std::size_t capacity) {
    if (capacity == 0) {
      std::free(data_);
      data_ = nullptr;
    } else {
      // reallocarray refuses a product that overflows.
      void* data = ::reallocarray(data_, capacity, sizeof(T));
      if (data == nullptr) throw std::bad_alloc();
      data_ = static_cast<T*>(data);
    }
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace ringsweep
