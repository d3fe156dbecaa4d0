#include "ringsweep/core/ping/ping_pacing.h"

#include <algorithm>

namespace ringsweep {
namespace {

constexpr std::int64_t longest_buffer_wait_ns = 500 * ns_per_ms;
constexpr std::int64_t largest_slowdown_step_us = 50'000;

}  // namespace

PingPacing::PingPacing(const Options& options) : options_(options), interval_ms_(options.interval_ms) {}

std::int64_t PingPacing::take(std::int64_t now_ns, std::int64_t in_flight) {
  if (last_ns_ == 0) {
    last_ns_ = now_ns;
    credit_ns_ = interval_ns() * (options_.preload - 1);
    return 0;
  }
  const std::int64_t elapsed_ns = now_ns - last_ns_;
  if (interval_ms_ == 0 && elapsed_ns < ping_least_wait_ns && in_flight >= options_.preload) {
    return ping_least_wait_ns - elapsed_ns;
  }
  const std::int64_t credit_ns = std::min(elapsed_ns + credit_ns_, interval_ns() * options_.preload);
  if (credit_ns < interval_ns()) return interval_ns() - credit_ns;
  last_ns_ = now_ns;
  credit_ns_ = credit_ns - interval_ns();
  return 0;
}

std::int64_t PingPacing::sent() {
  failures_ = 0;
  return interval_ns() - credit_ns_;
}

std::int64_t PingPacing::buffer_full() {
  credit_ns_ += interval_ns();
  return ping_least_wait_ns;
}

std::optional<std::int64_t> PingPacing::out_of_buffers(std::int64_t average8_us) {
  credit_ns_ = 0;
  slowdown_us_ += std::min(average8_us / 8, largest_slowdown_step_us);
  adapt(average8_us);
  const std::int64_t wait_ns = std::clamp(interval_ns() / 2, ping_least_wait_ns, longest_buffer_wait_ns);
  if (++failures_ * wait_ns >= options_.give_up_ms * ns_per_ms) return std::nullopt;
  return wait_ns;
}

std::int64_t PingPacing::failed() {
  credit_ns_ = 0;
  return std::max(interval_ns(), ping_least_wait_ns);
}

void PingPacing::adapt(std::int64_t average8_us) {
  if (!options_.adaptive) return;
  const std::int64_t estimate_us = average8_us != 0 ? average8_us / 8 : interval_ms_ * 1000;
  interval_ms_ = std::max((estimate_us + slowdown_us_ + 500) / 1000, options_.least_interval_ms);
}

}  // namespace ringsweep
