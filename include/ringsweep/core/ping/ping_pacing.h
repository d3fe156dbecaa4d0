// When `ping` sends its next probe: credit that grows with time, at the interval of -i, up to the preload of -l; with
// -f as soon as the last probe is answered, and 100 times a second while none is; with -A as fast as replies come.
//
// Credit for more than the preload is never kept: after a stop nothing is caught up. The interval is kept in whole
// milliseconds, as ping does. Times are CLOCK_MONOTONIC as the caller says. Pure; owner: one PingSession.
#pragma once

#include <cstdint>
#include <optional>

#include "ringsweep/base/time.h"

namespace ringsweep {

// The shortest time that ping waits when it expects nothing.
inline constexpr std::int64_t ping_least_wait_ns = 10 * ns_per_ms;
// The limits for users who are not root.
inline constexpr std::int64_t ping_least_user_interval_ms = 2;

class PingPacing {
 public:
  struct Options {
    std::int64_t interval_ms = ns_per_s / ns_per_ms;
    std::int64_t preload = 1;
    bool adaptive = false;
    std::int64_t least_interval_ms = 0;  // that adapting may reach
    std::int64_t give_up_ms = 10'000;    // of failed sends in a row because this machine has no buffers
  };
  explicit PingPacing(const Options& options);

  std::int64_t interval_ms() const { return interval_ms_; }
  // When credit was last taken; 0: not yet.
  std::int64_t last_ns() const { return last_ns_; }

  // Nanoseconds until a probe may leave. 0: now, and its credit is taken.
  std::int64_t take(std::int64_t now_ns, std::int64_t in_flight);

  // What happened to the probe that was taken; each returns the nanoseconds until the next one is worth trying.
  std::int64_t sent();
  std::int64_t buffer_full();                                            // the probe keeps its credit
  std::optional<std::int64_t> out_of_buffers(std::int64_t average8_us);  // nothing: this has gone on for too long
  std::int64_t failed();

  // An RTT was measured: `average8_us` is eight times the average of late. Without `adaptive` it changes nothing.
  void adapt(std::int64_t average8_us);

 private:
  std::int64_t interval_ns() const { return interval_ms_ * ns_per_ms; }

  Options options_;
  std::int64_t interval_ms_;
  std::int64_t last_ns_ = 0;
  std::int64_t credit_ns_ = 0;
  std::int64_t slowdown_us_ = 0;  // added to an adapted interval for each time that buffers ran out
  std::int64_t failures_ = 0;
};

}  // namespace ringsweep
