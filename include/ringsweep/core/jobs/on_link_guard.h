// Keeps an on-link sweep from filling this machine's neighbour table and its own send buffer (src/README.md, 3.8): only
// so many on-link targets hold a place at once.
//
// A target takes its place with its first probe and keeps it for as long as the kernel cannot give its table entry up
// for a new one. Where nobody answers ARP or ND that is until the kernel has asked in vain, which it does anew for a
// probe that comes later. An entry that was answered stays reachable for some time, and then fresh for 5 s.
// Owner: one worker (the limit is its share). Pure; allocates in the constructor only.
#pragma once

#include <cstdint>

#include "ringsweep/core/jobs/job.h"
#include "ringsweep/core/jobs/neighbours.h"
#include "ringsweep/core/probe/delay_queue.h"

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
  // A target was silent to its last probe: for how long at most it pays to wait until the kernel says whether anybody
  // is there. A neighbour that it knows from long ago it asks for again some seconds after the first probe; one that it
  // does not know it gives up just after the default attempts. 0: all is said, or too far off.
  std::int64_t neighbour_wait_ns(const Address& address) const;
  // The most that it can be, of neighbours that the kernel knows from long ago and of others.
  static std::int64_t longest_neighbour_wait_ns(std::int64_t asking_ns, bool known);

  // The verdict fell: somebody at the address answered, or nobody did.
  void answered(std::int64_t now_ns);
  void silent(const TargetMemory& memory, const Address& address, std::int64_t now_ns);

 private:
  NeighbourState state_of(const Address& address) const;

  Options options_;
  std::int64_t hold_silent_ns_;
  bool failed_for_good_;  // no probe comes after the kernel gave a neighbour up
  std::int64_t hold_answered_ns_;
  std::int64_t unknown_neighbour_wait_ns_;
  std::uint64_t held_ = 0;
  DelayQueue after_answer_;
  DelayQueue after_silence_;
};

}  // namespace ringsweep
