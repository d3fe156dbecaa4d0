#include "sim/allocation_watch.h"

#include <cstdlib>
#include <new>

namespace {
thread_local bool watch_on = false;
thread_local std::uint64_t allocations = 0;
}  // namespace

// The replaced global operators: every other form of new ends here. (Under the address sanitizer, whose own forms
// don't, the one that the standard library's temporary buffers use has to be replaced as well.)
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  if (watch_on) ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace ringsweep {

void AllocationWatch::start() {
  allocations = 0;
  watch_on = true;
}

std::uint64_t AllocationWatch::stop() {
  watch_on = false;
  return allocations;
}

AllocationWatch::Pause::Pause() : was_on_(watch_on) {
  watch_on = false;
}
AllocationWatch::Pause::~Pause() {
  watch_on = was_on_;
}

}  // namespace ringsweep
