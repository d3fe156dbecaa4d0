#include "net/transport/provided_buffers.h"

#include <sys/mman.h>

#include <cerrno>
#include <new>

namespace ringsweep {
namespace {

std::size_t ring_bytes(std::uint32_t count) {
  return std::size_t{count} * sizeof(io_uring_buf);
}

}  // namespace

ProvidedBuffers::ProvidedBuffers(std::uint16_t group, std::uint32_t count, std::uint32_t size)
    : group_(group), count_(count), size_(size), bytes_(std::size_t{count} * size) {
  // The kernel wants whole pages.
  void* memory =
      mmap(nullptr, ring_bytes(count), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  ring_ = static_cast<io_uring_buf_ring*>(memory);
}

ProvidedBuffers::~ProvidedBuffers() {
  munmap(ring_, ring_bytes(count_));
}

int ProvidedBuffers::register_with(io_uring& ring) {
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uint64_t>(ring_);
  registration.ring_entries = count_;
  registration.bgid = group_;
  const int result = io_uring_register_buf_ring(&ring, &registration, 0);
  if (result < 0) return result;
  io_uring_buf_ring_init(ring_);
  for (std::uint32_t id = 0; id < count_; ++id) give_back(static_cast<std::uint16_t>(id));
  return 0;
}

void ProvidedBuffers::give_back(std::uint16_t id) {
  io_uring_buf_ring_add(ring_, at(id), size_, id, static_cast<int>(count_ - 1), 0);
  io_uring_buf_ring_advance(ring_, 1);
}

}  // namespace ringsweep
