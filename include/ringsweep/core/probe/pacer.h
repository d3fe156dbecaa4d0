// When probes may leave (src/README.md, 3.8): a pure value that is told the time.
//
// Credit grows with time at the rate and is capped at one wake-up's worth plus 10 ms of the rate: a short delay is
// caught up, a stop is not. What is granted in one go is at most a batch, and batches follow each other no faster than
// twice the rate. One wake-up's worth is min(batch, rate x 3 ms), at least one probe: so many must be due before
// anything is granted, so that the loop does not wake for every single probe. Exact integer arithmetic; rates from
// 0.001 pps. Invariant: over any interval of length t at most rate x t + one batch + 10 ms x rate probes are granted.
#pragma once

#include <cstdint>

namespace ringsweep {

// A rate in thousandths of a probe a second; 0 is "max": as fast as the kernel takes them.
struct Rate {
  std::uint64_t milli_pps = 0;
  bool is_max() const { return milli_pps == 0; }
  double pps() const { return static_cast<double>(milli_pps) / 1000.0; }
};

class Pacer {
 public:
  // The first probe is due at `start_ns` (workers start a W-th of an interval apart). A batch above max_batch counts as
  // max_batch, a rate above 10^9 pps as that.
  Pacer(Rate rate, std::uint32_t batch, std::int64_t start_ns);

  // How many probes may leave now: 0, or from one wake-up's worth up to a batch. Changes nothing but the credit's
  // clock.
  std::uint32_t grant(std::int64_t now_ns);
  // `count` probes left at `now_ns`. Pre: count <= the last grant.
  void took(std::uint32_t count, std::int64_t now_ns);
  // The earliest time at which grant() will be more than 0, if nothing is taken before.
  std::int64_t next_ns() const;

  Rate rate() const { return rate_; }
  // From now on; credit earned so far stays, within the new cap.
  void set_rate(Rate rate, std::int64_t now_ns);

 private:
  void apply(Rate rate);
  void accrue(std::int64_t now_ns);
  void space_batches();

  Rate rate_;
  std::uint32_t batch_;
  std::uint64_t wake_ = 1;    // probes of one wake-up
  std::uint64_t credit_ = 0;  // in units of 10^-12 probe
  std::uint64_t credit_cap_ = 0;
  std::int64_t credited_until_ns_ = 0;
  std::int64_t not_before_ns_ = 0;  // spacing of batches: from the last one on, by its size and the present rate
  std::int64_t last_batch_ns_ = 0;
  std::uint32_t last_batch_count_ = 0;
};

}  // namespace ringsweep
