#include "ringsweep/core/ping/ping_series.h"

#include <algorithm>
#include <cmath>

#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

// Sequences wrap: what is further back than this lies ahead.
constexpr unsigned half_of_sequences = 0x7fff;

}  // namespace

void PingRtts::add(std::int64_t rtt_us) {
  min_us = samples == 0 ? rtt_us : std::min(min_us, rtt_us);
  max_us = std::max(max_us, rtt_us);
  ++samples;
  sum_us += static_cast<double>(rtt_us);
  sum_of_squares_us2 += static_cast<double>(rtt_us) * static_cast<double>(rtt_us);
  average8_us = average8_us == 0 ? rtt_us * 8 : average8_us + rtt_us - average8_us / 8;
}

std::int64_t PingRtts::mean_us() const {
  return samples == 0 ? 0 : static_cast<std::int64_t>(sum_us / static_cast<double>(samples));
}

std::int64_t PingRtts::deviation_us() const {
  if (samples == 0) return 0;
  const auto count = static_cast<double>(samples);
  const double variance_us2 = (sum_of_squares_us2 - sum_us * sum_us / count) / count;
  return static_cast<std::int64_t>(std::sqrt(std::max(variance_us2, 0.0)));
}

PingSeries::PingSeries() : sent_ns_(sequences) {}

void PingSeries::sending(std::int64_t sent_ns) {
  answered_[next_sequence()] = false;
  sent_ns_[next_sequence()] = sent_ns;
}

PingSeries::Reply PingSeries::reply(std::uint16_t sequence, std::int64_t received_ns) {
  acknowledge(sequence);
  Reply reply;
  reply.duplicate = answered_[sequence];
  ++(reply.duplicate ? counts_.duplicates : counts_.received);
  answered_[sequence] = true;
  reply.rtt_us = rtt_us(sequence, received_ns);
  if (reply.rtt_us) rtts_.add(*reply.rtt_us);
  return reply;
}

std::optional<std::int64_t> PingSeries::rtt_us(std::uint16_t sequence, std::int64_t received_ns) const {
  if (sent_ns_[sequence] == 0) return std::nullopt;
  // The stamp was converted with an error of its own: it may seem to lie before the send.
  return std::max<std::int64_t>(received_ns - sent_ns_[sequence], 0) / ns_per_us;
}

void PingSeries::acknowledge(std::uint16_t sequence) {
  const unsigned behind = static_cast<std::uint16_t>(counts_.transmitted - sequence);
  if (behind > half_of_sequences || behind >= counts_.transmitted) return;
  counts_.pipe = std::max(counts_.pipe, static_cast<int>(behind) + 1);
  acknowledged_ = std::max(acknowledged_, counts_.transmitted - behind);
}

}  // namespace ringsweep
