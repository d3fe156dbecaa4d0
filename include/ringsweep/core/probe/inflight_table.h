// The probes of one worker that are in flight, and those of late memory.
//
// Probes are numbered 1, 2, 3, ... (64 bits). Probe n lives in slot n mod size; the ring holds exactly the numbers in
// [head - size, head), so a slot needs no generation and a number outside is late by definition. One slot is
//
//   word       | send time, lower 40 bits of 0.1 us | outcome 3 | pending 1 | attempt 20 |
//   target     | flags 8 | local tries 16 | target index 40 |
//   successor  | distance to the next probe of the same target, 0: none; while pending: the place in its queue | 32
//   bits address    | 32 bits; with IPv6 targets 128 bits and a 32-bit zone
//
// in parallel arrays: 24 bytes for IPv4, 40 as soon as there is an IPv6 target. `pending` says that the target of a
// probe that already has its outcome waits in a queue for its next probe; the last probe of a chain of successors tells
// whether the target is open (in flight or pending).
//
// The newest send time is kept whole beside them, and the others count back from it: 30 hours at most, more than any
// probe is listened for.
//
// Expiry needs no queue: all probes with the same timeout expire in the order of their numbers, so one cursor over the
// ring for each distinct timeout finds them (core/probe/schedule.h: at most 8).
//
// Owner: one worker, its thread only. Allocates in the constructor only. Times are CLOCK_MONOTONIC as the caller says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "ringsweep/base/address.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/base/zeroed_array.h"
#include "ringsweep/core/probe/schedule.h"

namespace ringsweep {

enum class ProbeState : std::uint8_t {
  in_flight,
  answered,
  error,
  timed_out,
  superseded,  // its target was decided by another probe
  void_here,   // its answer may have been lost on this machine
  lost_here,   // never left this machine; not an attempt
  abandoned,   // the run was stopped
};

// What a target carries from one of its probes to the next.
struct TargetMemory {
  std::uint64_t target = 0;       // index, 40 bits
  std::uint16_t local_tries = 0;  // sends that this machine refused for now
  bool repaired = false;          // one probe of it was void and sent again
  bool attempt_left = false;      // that probe was of the present attempt, which counts as made even if refused now
  bool unsure = false;            // another reply may have been lost here: a no_reply would be a lower bound
  bool on_link = false;           // holds a place of the OnLinkGuard
  bool no_neighbour = false;      // this machine said that ARP or ND failed
  friend bool operator==(const TargetMemory&, const TargetMemory&) = default;
};

struct Probe {
  std::uint64_t number = 0;
  TargetMemory memory;
  Address address;
  std::int64_t sent_ns = 0;
  std::uint32_t attempt = 0;  // from 1
  ProbeState state = ProbeState::in_flight;
  bool pending = false;
};

class InflightTable {
 public:
  // `slots` is a power of two. `timeouts` decides expiry.
  InflightTable(std::uint64_t slots, bool with_v6, const Schedule& timeouts);

  std::uint64_t slots() const { return mask_ + 1; }
  std::uint64_t next_number() const { return head_; }
  std::uint64_t in_flight() const { return in_flight_; }
  // The slot that the next probe needs still holds one in flight.
  bool full() const { return holds(head_ - slots()) && state(head_ - slots()) == ProbeState::in_flight; }
  // The next probe takes the slot of one whose target is still waiting for a late reply.
  bool cuts_late_window() const;

  // Enters a probe in flight and returns its number. `previous` is the last probe of the same target, 0 for none; where
  // the table still holds it, it gets this one as successor and is no longer pending. Pre: !full().
  std::uint64_t add(const TargetMemory& memory, std::uint32_t attempt, const Address& address, std::uint64_t previous);
  void set_sent(std::uint64_t number, std::int64_t sent_ns);

  bool holds(std::uint64_t number) const { return number != 0 && number < head_ && number + slots() >= head_; }
  // Pre (all below): holds(number).
  ProbeState state(std::uint64_t number) const {
    return static_cast<ProbeState>((word_[slot(number)] >> state_shift) & 7);
  }
  bool pending(std::uint64_t number) const { return (word_[slot(number)] & pending_bit) != 0; }
  std::uint32_t attempt(std::uint64_t number) const {
    return static_cast<std::uint32_t>(word_[slot(number)] & max_attempts);
  }
  std::int64_t sent_ns(std::uint64_t number) const {
    const std::uint64_t ticks_before = (newest_sent_ticks_ - (word_[slot(number)] >> time_shift)) & time_mask;
    return static_cast<std::int64_t>(newest_sent_ticks_ - ticks_before) * table_tick_ns;
  }
  std::int64_t deadline_ns(std::uint64_t number) const { return sent_ns(number) + timeouts_.at(attempt(number)); }
  Address address(std::uint64_t number) const;
  TargetMemory memory(std::uint64_t number) const;
  Probe probe(std::uint64_t number) const;
  // The last probe of the same target: `number` itself if it has no successor.
  std::uint64_t last_of_target(std::uint64_t number) const;
  // The target of this probe is undecided: the last of its probes is in flight, or waits for a next one.
  bool target_open(std::uint64_t number) const;

  void set_state(std::uint64_t number, ProbeState state);
  // Its target waits at `place` of a queue for its next probe / does not wait any more.
  void set_pending(std::uint64_t number, std::uint32_t place);
  void clear_pending(std::uint64_t number);
  // Pre: pending(number).
  std::uint32_t place_in_queue(std::uint64_t number) const { return successor_[slot(number)]; }
  void set_no_neighbour(std::uint64_t number);
  void set_unsure(std::uint64_t number);

  // The newest undecided probe with this ICMP sequence to this address: for errors that quote 8 bytes only.
  std::optional<std::uint64_t> find_undecided(std::uint16_t sequence, const Address& to) const;

  // The earliest time at which a probe in flight expires, or never_ns.
  std::int64_t next_expiry_ns();
  // The next probe in flight whose time was over at `heard_until_ns`, or nothing. The caller gives it an outcome.
  std::optional<std::uint64_t> next_expired(std::int64_t heard_until_ns);

  // The smallest number that the ring holds.
  std::uint64_t oldest() const { return head_ > slots() ? head_ - slots() : 1; }
  // The smallest number in flight, or next_number() if no probe is in flight.
  std::uint64_t oldest_in_flight();

 private:
  static constexpr unsigned time_shift = 24;
  static constexpr std::uint64_t time_mask = ~std::uint64_t{0} >> time_shift;
  static constexpr unsigned state_shift = 21;
  static constexpr std::uint64_t pending_bit = std::uint64_t{1} << 20;
  static constexpr std::uint64_t state_mask = std::uint64_t{7} << state_shift;
  static constexpr std::uint64_t low_bits = (std::uint64_t{1} << time_shift) - 1;
  static constexpr std::uint32_t v4_zone = 0xffffffffU;  // marks an IPv4 address among IPv6 ones

  std::size_t slot(std::uint64_t number) const { return static_cast<std::size_t>(number & mask_); }
  // Moves the cursor of a timeout to the first probe in flight that it governs; false if no such probe is left.
  bool advance(std::size_t timeout_class);

  std::uint64_t mask_;
  std::uint64_t head_ = 1;
  std::uint64_t in_flight_ = 0;
  std::uint64_t newest_sent_ticks_ = 0;
  bool with_v6_;
  Schedule timeouts_;
  std::array<std::uint64_t, max_distinct_delays> cursors_{};
  ZeroedArray<std::uint64_t> word_;
  ZeroedArray<std::uint64_t> target_;
  ZeroedArray<std::uint32_t> successor_;
  ZeroedArray<std::uint32_t> address_low_;  // IPv4, or the last 32 bits of IPv6
  struct HighPart {
    std::uint32_t zone;
    std::uint32_t middle;
    std::uint64_t high;
  };
  ZeroedArray<HighPart> address_high_;
};

}  // namespace ringsweep
