// Keeps an on-link sweep from filling this machine's neighbour table and its own send buffer (design 3.8, issue of the
// guards): only so many on-link targets hold a place at once.
//
// A target takes its place with its first probe and keeps it for as long as the kernel cannot give its table entry up
// for a new one. Where nobody answers ARP or ND that is until the kernel has asked in vain, which it does anew for a
// probe that comes later. An entry that was answered stays reachable for some time, and then fresh for 5 s.
// Owner: one worker (the limit is its share). Pure; allocates in the constructor only.
#pragma once

#include <cstdint>

#include "ringsweep/core/delay_queue.h"
#include "ringsweep/core/job.h"
#include "ringsweep/core/neighbours.h"

namespace ringsweep {

class OnLinkGuard {
 public:
  static constexpr std::uint64_t unlimited = 0;

  struct Options {
    std::uint64_t limit = unlimited;  // places
    std::int64_t asking_ns = 0;       // how long the kernel asks for a neighbour
    std::int64_t reachable_ns = 0;    // how long one that answered counts as reachable
    // Tells which silent targets are there all the same; null: none.
    const NeighbourView* neighbours = nullptr;
  };
  OnLinkGuard(const Options& options, const ProbePlan& plan);

  // There is a place now.
  bool may_start(std::int64_t now_ns);
  // When there is a place: 0 now, never_ns where only a verdict can free one.
  std::int64_t next_place_ns() const;
  std::uint64_t limit() const { return options_.limit; }

  // Pre: may_start.
  void started();
  // The verdict fell: somebody at the address answered, or nobody did.
  void answered(std::int64_t now_ns);
  void silent(const Address& address, std::int64_t now_ns);

 private:
  Options options_;
  std::int64_t hold_silent_ns_;
  std::int64_t hold_answered_ns_;
  std::uint64_t held_ = 0;
  DelayQueue after_answer_;
  DelayQueue after_silence_;
};

}  // namespace ringsweep
