// Keeps an on-link sweep from filling this machine's neighbour table and its own send buffer (src/README.md, 3.8): only
// so many on-link targets hold a place at once.
//
// A target takes its place with its first probe and keeps it for as long as the kernel cannot give its table entry up
// for a new one. If nobody answers ARP or ND, that is until the kernel has asked in vain, which it does again for a
// later probe. An entry that was answered stays reachable for some time, and then fresh for 5 s.
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
    // Knows which silent targets are present all the same; may be null.
    const NeighbourView* neighbours = nullptr;
  };
  OnLinkGuard(const Options& options, const ProbePlan& plan);

  // A place is free now.
  bool may_start(std::int64_t now_ns);
  // When a place becomes free: 0 means now, never_ns that only a verdict can free one.
  std::int64_t next_place_ns() const;
  std::uint64_t limit() const { return options_.limit; }

  // Pre: may_start.
  void started();
  // After a target's last probe went unanswered: how long it is worth waiting, at most, until the kernel says whether
  // the neighbour exists. For a neighbour that it knows from long ago the kernel asks again some seconds after the
  // first probe; an unknown one it gives up just after the default attempts. 0: the kernel has spoken, or it will take
  // too long.
  std::int64_t neighbour_wait_ns(const Address& address) const;
  // The longest such wait, for neighbours that the kernel knows from long ago and for others.
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
