// A growing buffer that rows are formatted into by raw pointer: `room(n)` gives n writable bytes, and `end_at(p)` says
// how far they were used. It rarely grows, because it keeps its memory over `clear`. Owner: one thread.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace ringsweep {

// Enough rows for one system call to cost nothing beside their formatting, few enough to stay in the cache.
inline constexpr std::size_t flush_size = 64 * 1024;

class TextBuffer {
 public:
  explicit TextBuffer(std::size_t capacity = 4096) : data_(new char[capacity]), capacity_(capacity) {}

  // At least `bytes` writable bytes behind the text; valid until the next call of room or append.
  char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
    return data_.get() + size_;
  }
  // Pre: `end` lies within the last room().
  void end_at(const char* end) {
    size_ = static_cast<std::size_t>(end - data_.get());
    assert(size_ <= capacity_);
  }
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void clear() { size_ = 0; }

  std::size_t size() const { return size_; }
  const char* data() const { return data_.get(); }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  void grow(std::size_t bytes) {
    std::size_t capacity = capacity_ * 2;
    while (capacity - size_ < bytes) capacity *= 2;
    std::unique_ptr<char[]> data(new char[capacity]);
    std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace ringsweep
