// A ring of equal receive buffers that the kernel fills in the order they were given back (io_uring provided buffers).
// Owner: one UringTransport, which outlives no ring that it was registered with. Hot: `give_back` only writes memory.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>

#include "ringsweep/base/zeroed_array.h"

namespace ringsweep {

class ProvidedBuffers {
 public:
  // `count` is a power of two, `size` the bytes of one buffer.
  ProvidedBuffers(std::uint16_t group, std::uint32_t count, std::uint32_t size);
  ~ProvidedBuffers();
  ProvidedBuffers(const ProvidedBuffers&) = delete;
  ProvidedBuffers& operator=(const ProvidedBuffers&) = delete;

  // Returns 0 or a negative errno. Afterwards all buffers are the kernel's.
  int register_with(io_uring& ring);

  std::uint16_t group() const { return group_; }
  std::byte* at(std::uint16_t id) { return &bytes_[std::size_t{id} * size_]; }
  void give_back(std::uint16_t id);

 private:
  std::uint16_t group_;
  std::uint32_t count_;
  std::uint32_t size_;
  io_uring_buf_ring* ring_ = nullptr;
  ZeroedArray<std::byte> bytes_;
};

}  // namespace ringsweep
