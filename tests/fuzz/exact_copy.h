// Fuzz inputs live on the heap in exactly their size here, so that the address sanitizer sees a read of one byte more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace ringsweep {

class ExactCopy {
 public:
  ExactCopy(const std::uint8_t* data, std::size_t size) : bytes_(new std::byte[size]), size_(size) {
    for (std::size_t i = 0; i < size; ++i) bytes_[i] = static_cast<std::byte>(data[i]);
  }
  std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.get()), size_}; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

// A property that must hold: the fuzzer keeps the input that breaks it.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace ringsweep
