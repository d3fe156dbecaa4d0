#include "ringsweep/output/writer/row_queue.h"

#include <sys/mman.h>

#include <cassert>
#include <cerrno>
#include <new>
#include <type_traits>

#include "ringsweep/base/error.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

struct RowQueue::Chunk {
  Chunk* next;
  std::uint32_t count;
  bool part;
  Verdict rows[rows_per_chunk];
};

namespace {

template <typename Chunk>
void push(std::atomic<Chunk*>& stack, Chunk* chunk) {
  chunk->next = stack.load(std::memory_order_relaxed);
  while (!stack.compare_exchange_weak(chunk->next, chunk)) {
  }
}

template <typename Chunk>
Chunk* reversed(Chunk* chunk) {
  Chunk* result = nullptr;
  while (chunk != nullptr) {
    Chunk* following = chunk->next;
    chunk->next = result;
    result = chunk;
    chunk = following;
  }
  return result;
}

// Adds to a counter that only this thread changes.
void add_one(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

RowQueue::RowQueue(const Options& options, Wakeup& wakeup) : wakeup_(wakeup), high_water_(options.high_water) {
  static_assert(std::is_trivially_copyable_v<Verdict>);
  const std::uint64_t rows = options.high_water + options.open_max;
  // All full chunks, the part-filled ones that may be published, and the one being filled.
  chunk_count_ = (rows + rows_per_chunk - 1) / rows_per_chunk + parts_max + 1;
  region_size_ = chunk_count_ * sizeof(Chunk);
  void* region =
      ::mmap(nullptr, region_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED) {
    throw system_error("cannot reserve " + std::to_string(region_size_ >> 20) + " MiB for queued rows", errno,
                       "raise the address space limit: ulimit -v");
  }
  region_ = static_cast<std::byte*>(region);
}

RowQueue::~RowQueue() {
  ::munmap(region_, region_size_);
}

RowQueue::Chunk* RowQueue::take_free() {
  // The chunk that the writer returned last is on top, so that warm memory is reused first.
  Chunk* returned = reversed(returned_.exchange(nullptr));
  while (returned != nullptr) {
    Chunk* following = returned->next;
    returned->next = free_;
    free_ = returned;
    returned = following;
  }
  Chunk* chunk = free_;
  if (chunk != nullptr) {
    free_ = chunk->next;
  } else if (untouched_ < chunk_count_) {
    chunk = new (region_ + untouched_ * sizeof(Chunk)) Chunk;
    ++untouched_;
  } else {
    return nullptr;
  }
  chunk->next = nullptr;
  chunk->count = 0;
  chunk->part = false;
  return chunk;
}

void RowQueue::decided(const Verdict& verdict) {
  if (!becomes_row(verdict.state)) return;
  if (current_ == nullptr) current_ = take_free();
  if (current_ == nullptr) {
    add_one(overflowed_);
    return;
  }
  current_->rows[current_->count++] = verdict;
  ++queued_;
  if (current_->count == rows_per_chunk) hand_over();
}

void RowQueue::publish() {
  if (current_ == nullptr || parts_out_.load(std::memory_order_relaxed) >= parts_max) return;
  publish_rest();
}

void RowQueue::publish_rest() {
  if (current_ == nullptr) return;
  current_->part = true;
  parts_out_.fetch_add(1, std::memory_order_relaxed);
  hand_over();
}

void RowQueue::hand_over() {
  push(published_, current_);
  current_ = nullptr;
  wakeup_.wake();
}

RowQueue::Chunk* RowQueue::take_published() {
  return reversed(published_.exchange(nullptr));
}

RowQueue::Chunk* RowQueue::next(const Chunk* chunk) {
  return chunk->next;
}

std::span<const Verdict> RowQueue::rows(const Chunk* chunk) {
  return {chunk->rows, chunk->count};
}

void RowQueue::give_back(Chunk* chunk) {
  released_.fetch_add(chunk->count, std::memory_order_relaxed);
  if (chunk->part) parts_out_.fetch_sub(1, std::memory_order_relaxed);
  push(returned_, chunk);
}

}  // namespace ringsweep
