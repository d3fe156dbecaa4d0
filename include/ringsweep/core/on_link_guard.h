// Keeps an on-link sweep from filling this machine's neighbour table and its own send buffer (design 3.8, issue of the
// guards): only so many on-link targets hold a place at once.
//
// A target takes its place with its first probe. One that answered keeps it for 5 s more, since the kernel does not
// evict a fresh neighbour entry before that; one that stayed silent keeps it until its entry has failed, 3 s after the
// first probe. Owner: one worker (the limit is its share). Pure; allocates in the constructor only.
#pragma once

#include <cstdint>

#include "ringsweep/core/delay_queue.h"

namespace ringsweep {

class OnLinkGuard {
 public:
  static constexpr std::uint64_t unlimited = 0;

  // `silent_life_ns`: from the first probe of a silent target to its verdict.
  OnLinkGuard(std::uint64_t limit, std::int64_t silent_life_ns);

  // There is a place now; where there is none, the guard has held the sweep back.
  bool may_start(std::int64_t now_ns);
  // When there is a place: 0 now, never_ns where only a verdict can free one.
  std::int64_t next_place_ns() const;
  bool held_back() const { return held_back_; }
  std::uint64_t limit() const { return limit_; }

  void started();
  void answered(std::int64_t now_ns);
  void silent(std::int64_t now_ns);

 private:
  std::uint64_t limit_;
  std::int64_t silent_hold_ns_;
  std::uint64_t held_ = 0;
  DelayQueue after_answer_;
  DelayQueue after_silence_;
  bool held_back_ = false;
};

}  // namespace ringsweep
