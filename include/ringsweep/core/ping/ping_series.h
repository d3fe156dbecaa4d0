// What one `ping` knows of its probes: when each was sent, which were answered, how long it took, and the counts that
// the statistics show.
//
// The ICMP sequence is the low 16 bits of the probe's number, so the last 65,536 probes can be told apart. The RTT
// comes from our own send time, never from bytes that came back, and is never negative. A duplicate counts into the
// average, as ping's does, but not as received. Times are CLOCK_MONOTONIC as the caller says. Owner: one PingSession;
// never allocates after construction.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "ringsweep/base/zeroed_array.h"

namespace ringsweep {

struct PingCounts {
  std::uint64_t transmitted = 0;
  std::uint64_t received = 0;  // probes answered, each once
  std::uint64_t duplicates = 0;
  std::uint64_t corrupted = 0;  // replies with a wrong checksum (raw sockets)
  std::uint64_t errors = 0;     // ICMP errors about our probes, and refusals by this machine
  int pipe = -1;                // the most that were in flight at once; -1: nothing came back
};

struct PingRtts {
  std::uint64_t samples = 0;
  std::int64_t min_us = 0, max_us = 0;
  double sum_us = 0, sum_of_squares_us2 = 0;
  std::int64_t average8_us = 0;  // eight times the exponentially weighted average; 0: none yet

  void add(std::int64_t rtt_us);
  std::int64_t mean_us() const;
  std::int64_t deviation_us() const;
};

class PingSeries {
 public:
  PingSeries();

  const PingCounts& counts() const { return counts_; }
  const PingRtts& rtts() const { return rtts_; }

  std::uint16_t next_sequence() const { return static_cast<std::uint16_t>(counts_.transmitted + 1); }
  // The next probe is about to be sent: what was known of its sequence is forgotten.
  void sending(std::int64_t sent_ns);
  // It was sent, or its sending failed in a way that counts as a probe.
  void sent() { ++counts_.transmitted; }

  struct Reply {
    bool duplicate = false;
    std::optional<std::int64_t> rtt_us;  // none: we never sent this sequence
  };
  Reply reply(std::uint16_t sequence, std::int64_t received_ns);
  std::optional<std::int64_t> rtt_us(std::uint16_t sequence, std::int64_t received_ns) const;
  // When the last probe with this sequence was sent; 0: none was.
  std::int64_t sent_ns(std::uint16_t sequence) const { return sent_ns_[sequence]; }
  void count_corrupted() { ++counts_.corrupted; }
  void count_error() { ++counts_.errors; }
  // The probe is no longer in flight, whatever came of it.
  void acknowledge(std::uint16_t sequence);

  // Probes behind the newest one that something came back for.
  std::int64_t in_flight() const { return static_cast<std::int64_t>(counts_.transmitted - acknowledged_); }
  bool answered(std::uint16_t sequence) const { return answered_[sequence]; }
  // All that was wanted came back, as reply or as error. Never for 0.
  bool complete(std::uint64_t wanted) const { return wanted != 0 && counts_.received + counts_.errors >= wanted; }

 private:
  static constexpr std::size_t sequences = 65'536;

  PingCounts counts_;
  PingRtts rtts_;
  std::uint64_t acknowledged_ = 0;  // the number of the newest probe that is not in flight any more
  std::bitset<sequences> answered_;
  ZeroedArray<std::int64_t> sent_ns_;  // 0: never sent
};

}  // namespace ringsweep
