// What was counted during a run. A Tally belongs to one worker while it runs; sums are made by `+=` after the threads
// have ended. The balance always holds and is asserted:
//
//   targets      = sum of all states
//   probes sent  = answered + error + timed_out + superseded + void + abandoned (+ in flight while running)
//
// Replies that decide nothing and everything that was lost on this machine are counted beside it, never in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ringsweep/core/jobs/verdict.h"

namespace ringsweep {

// Outcomes of a probe (src/README.md, 3.2).
enum class Outcome : std::uint8_t {
  answered,
  error,
  timed_out,
  superseded,
  void_here,
  abandoned
};
inline constexpr std::size_t outcome_count = 6;

struct ReplyCounts {
  std::uint64_t duplicate = 0;     // right tag, probe already decided
  std::uint64_t late = 0;          // right tag, slot reused or target decided
  std::uint64_t foreign = 0;       // not ours: identifier, sequence or tag wrong
  std::uint64_t malformed = 0;     // truncated, lying length, wrong checksum
  std::uint64_t contradicted = 0;  // an echo reply from a target that an ICMP error had decided
  std::uint64_t other_source = 0;  // right tag from another address than the target's
  std::uint64_t redirect = 0;
  std::uint64_t source_quench = 0;
  std::uint64_t own_error = 0;  // ICMP errors that this machine made itself (failed ARP or ND)
  ReplyCounts& operator+=(const ReplyCounts& other);
};

// Where receive times came from, and what was done to them (src/README.md, 3.5).
struct RttCounts {
  std::uint64_t kernel_stamp = 0;
  std::uint64_t reap_time = 0;
  std::uint64_t clamped = 0;
  std::uint64_t stretched_batches = 0;
  std::uint64_t clock_steps = 0;
  RttCounts& operator+=(const RttCounts& other);
};

// Everything that was lost or refused on this machine, by kind of evidence.
struct LocalCounts {
  std::uint64_t lost_here = 0;     // probes that did not leave and were sent again
  std::uint64_t send_full = 0;     // EAGAIN, ENOBUFS, ENOMEM
  std::uint64_t send_maybe = 0;    // EPERM
  std::uint64_t send_final = 0;    // EACCES, ENETUNREACH, EHOSTUNREACH, EINVAL (IPv6 on-link: maybe), EMSGSIZE, ...
  std::uint64_t short_sends = 0;   // a batch cut short, although nothing was wrong with the rest
  std::uint64_t socket_drops = 0;  // SO_MEMINFO, SK_MEMINFO_DROPS
  std::uint64_t buffer_ring_empty = 0;
  std::uint64_t multishot_ended = 0;
  std::uint64_t completion_overflow = 0;
  std::uint64_t receive_backlogs = 0;  // times that so much waited that the kernel may have dropped errors uncounted
  std::uint64_t void_probes = 0;       // probes sent again because their answer may have been lost here
  std::uint64_t unrepaired = 0;        // silent targets whose answer may have been lost here again: lower bound
  std::uint64_t output_stalls = 0;     // times that sending waited for the writer
  std::uint64_t late_window_cut = 0;   // the in-flight table was at its limit: late replies known for a shorter time
  std::uint64_t targets_refused = 0;   // ended as send_failed by a refusal that may pass: the sweep is incomplete
  LocalCounts& operator+=(const LocalCounts& other);
};

struct Tally {
  std::array<std::uint64_t, state_count> states{};
  std::uint64_t probes_sent = 0;
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::uint64_t silent_but_there = 0;  // no_reply, but their neighbour entry became valid
  ReplyCounts replies;
  RttCounts rtt;
  LocalCounts local;

  std::uint64_t& of(State state) { return states[static_cast<std::size_t>(state)]; }
  std::uint64_t of(State state) const { return states[static_cast<std::size_t>(state)]; }
  std::uint64_t& of(Outcome outcome) { return outcomes[static_cast<std::size_t>(outcome)]; }
  std::uint64_t of(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }

  std::uint64_t targets_decided() const;   // sum of all states
  std::uint64_t outcomes_decided() const;  // sum of all outcomes
  // Both balances, at the end of a run over `targets` targets.
  bool balances(std::uint64_t targets) const;

  Tally& operator+=(const Tally& other);
};

}  // namespace ringsweep
