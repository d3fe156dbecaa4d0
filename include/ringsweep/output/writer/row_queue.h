// A bounded queue of verdicts from one worker to the writer: of all verdicts that can become rows, whether they are
// shown or not. The worker's side never blocks, never allocates and takes no lock.
//
//   worker: decided() -> fills a chunk ---- full, or publish() ----> published (a stack; the writer takes all at once)
//   worker: takes a free chunk <---------- given back (a stack) <---- writer
//
// Chunks are in one reserved region whose memory costs nothing until it is touched. The chunks used last are reused
// first, so a queue whose writer keeps up touches only a few pages. A part-filled chunk is published at most
// `parts_max` times before the writer gives one back, which bounds the number of chunks.
//
// Room: above `high_water` rows has_room() is false, and the worker starts no new target but goes on deciding those
// that it has started, at most `open_max`, for which there is always room. More rows are a fault of the caller: they
// are dropped and counted (rows_overflowed).
//
// Threads: decided, has_room and publish belong to the worker; take_published and give_back to the writer; the
// counters may be read by any. Worker and writer may be the same thread (tests).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/system/wakeup.h"

namespace ringsweep {

class RowQueue final : public VerdictSink {
 public:
  static constexpr std::uint32_t rows_per_chunk = 512;
  static constexpr std::uint32_t parts_max = 8;

  struct Options {
    std::uint64_t high_water = 131'072;  // rows: a third of a second of answers at full speed, e.g. while a disk syncs
    std::uint64_t open_max = 0;          // targets of this worker that can be started and undecided at once
  };
  // Throws Error if the address space is refused. `wakeup` is the writer's and outlives the queue.
  RowQueue(const Options& options, Wakeup& wakeup);
  ~RowQueue() override;
  RowQueue(const RowQueue&) = delete;
  RowQueue& operator=(const RowQueue&) = delete;

  // The worker's side.
  void decided(const Verdict& verdict) override;
  bool has_room() const override { return queued_ - released_.load(std::memory_order_relaxed) < high_water_; }
  void publish() override;
  // Publishes whatever is left, after the worker has ended (Writer::finish calls it).
  void publish_rest();

  // The writer's side: chunks in the order of publishing, until `none`.
  struct Chunk;
  Chunk* take_published();  // all of them, linked by next()
  static Chunk* next(const Chunk* chunk);
  static std::span<const Verdict> rows(const Chunk* chunk);
  void give_back(Chunk* chunk);
  bool has_published() const { return published_.load() != nullptr; }

  std::uint64_t rows_overflowed() const { return overflowed_.load(std::memory_order_relaxed); }

 private:
  Chunk* take_free();
  void hand_over();

  Wakeup& wakeup_;
  std::uint64_t high_water_;
  std::byte* region_ = nullptr;
  std::size_t region_size_ = 0;
  std::uint64_t chunk_count_ = 0;

  // The worker's alone.
  Chunk* current_ = nullptr;
  Chunk* free_ = nullptr;
  std::uint64_t untouched_ = 0;  // chunks from here on were never used
  std::uint64_t queued_ = 0;     // rows that entered a chunk

  // Shared. Each stack has one thread that pushes and one that takes all, so there is no ABA.
  alignas(64) std::atomic<Chunk*> published_{nullptr};
  alignas(64) std::atomic<Chunk*> returned_{nullptr};
  std::atomic<std::uint64_t> released_{0};   // rows that the writer gave back
  std::atomic<std::uint32_t> parts_out_{0};  // part-filled chunks between publish and give_back
  std::atomic<std::uint64_t> overflowed_{0};
};

}  // namespace ringsweep
