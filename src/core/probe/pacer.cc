#include "ringsweep/core/probe/pacer.h"

#include <algorithm>
#include <cassert>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

// One probe of credit. With the rate in milli-pps and time in nanoseconds, credit is simply their product:
// 10^-3 probe/s x 10^-9 s = 10^-12 probe.
constexpr std::uint64_t one_probe = 1'000'000'000'000;

// The fastest rate that is told from "max": 10^9 pps. At that rate the largest credit is still inside 64 bits.
constexpr std::uint64_t max_milli_pps = 1'000'000'000'000;
constexpr std::uint64_t slack_ns = 10 * ns_per_ms;
constexpr std::uint64_t wake_up_ns = 3 * ns_per_ms;
static_assert(max_batch <= (~std::uint64_t{0} - max_milli_pps * slack_ns) / one_probe);

std::uint64_t ceil_divide(std::uint64_t a, std::uint64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

}  // namespace

Pacer::Pacer(Rate rate, std::uint32_t batch, std::int64_t start_ns)
    : batch_(std::clamp(batch, 1U, max_batch)),
      credit_(one_probe),  // the first probe is due at the start, and no more than that
      credited_until_ns_(start_ns),
      not_before_ns_(start_ns),
      last_batch_ns_(start_ns) {
  apply(rate);
}

void Pacer::apply(Rate rate) {
  rate_ = rate;
  rate_.milli_pps = std::min(rate.milli_pps, max_milli_pps);
  wake_ = std::clamp<std::uint64_t>(rate_.milli_pps * wake_up_ns / one_probe, 1, batch_);
  credit_cap_ = wake_ * one_probe + rate_.milli_pps * slack_ns;
  credit_ = std::min(credit_, credit_cap_);
}

void Pacer::accrue(std::int64_t now_ns) {
  if (now_ns <= credited_until_ns_) return;
  const auto elapsed_ns = static_cast<std::uint64_t>(now_ns) - static_cast<std::uint64_t>(credited_until_ns_);
  credited_until_ns_ = now_ns;
  if (rate_.is_max()) return;
  // Compared before it is multiplied: after a long stop the product would not fit into 64 bits.
  if (elapsed_ns >= ceil_divide(credit_cap_ - credit_, rate_.milli_pps)) {
    credit_ = credit_cap_;
  } else {
    credit_ += elapsed_ns * rate_.milli_pps;
  }
}

std::uint32_t Pacer::grant(std::int64_t now_ns) {
  if (rate_.is_max()) return batch_;
  accrue(now_ns);
  if (now_ns < not_before_ns_ || credit_ < wake_ * one_probe) return 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(credit_ / one_probe, batch_));
}

void Pacer::took(std::uint32_t count, std::int64_t now_ns) {
  if (rate_.is_max() || count == 0) return;
  assert(credit_ >= count * one_probe);
  credit_ -= count * one_probe;
  last_batch_ns_ = now_ns;
  last_batch_count_ = count;
  space_batches();
}

// Half of the time that the last batch is worth at the present rate.
void Pacer::space_batches() {
  if (last_batch_count_ == 0) return;
  not_before_ns_ =
      last_batch_ns_ + static_cast<std::int64_t>(ceil_divide(last_batch_count_ * one_probe, 2 * rate_.milli_pps));
}

std::int64_t Pacer::next_ns() const {
  if (rate_.is_max()) return 0;
  const std::uint64_t needed = wake_ * one_probe;
  if (credit_ >= needed) return std::max(credited_until_ns_, not_before_ns_);
  const auto wait_ns = static_cast<std::int64_t>(ceil_divide(needed - credit_, rate_.milli_pps));
  return std::max(credited_until_ns_ + wait_ns, not_before_ns_);
}

void Pacer::set_rate(Rate rate, std::int64_t now_ns) {
  accrue(now_ns);
  // "max" neither earns nor spends credit: what follows it begins from nothing.
  if (rate_.is_max()) credit_ = 0;
  apply(rate);
  if (!rate_.is_max()) space_batches();
}

}  // namespace ringsweep
