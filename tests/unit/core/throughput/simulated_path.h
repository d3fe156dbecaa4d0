// A path of known capacity, as a trial at one rate sees it: a bucket of tokens with a queue, random loss, bursts of
// loss by other traffic, and a sender of limited speed. Pure arithmetic with a seed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "ringsweep/core/throughput/rate_search.h"

namespace ringsweep {

struct SimulatedPath {
  double capacity_pps = 1e9;
  double bucket_and_queue = 0;  // packets that pass above the capacity
  double random_loss = 0;
  double bursts_per_s = 0;  // of others: each costs us up to `burst_loss` packets
  double burst_loss = 20;
  double fastest_pps = 1e9;  // of the sender
  double collapse = 0;       // of the capacity, at twice its rate: software that chokes
  double knee_pps = 1e9;     // above it this much is lost, more and more
  double loss_a_doubling = 0;
  double slow_targets = 0;  // of 254; they answer so many a second, and five at once
  double slow_targets_pps = 0;
  double slowed_until = 0;  // up to so many times the capacity, packets that wait there slow the sender down to it

  TrialPoint trial(const RateSearch::Step& step, std::mt19937_64& random) const {
    const double seconds = static_cast<double>(step.length_ns) / 1e9;
    TrialPoint point;
    point.asked_pps = step.rate_pps;
    point.offered_pps = std::min({step.rate_pps, fastest_pps, slowed_pps(step.rate_pps, random)});
    point.length_ns = step.length_ns;
    point.slow = point.offered_pps < 0.98 * step.rate_pps;
    point.sent = static_cast<std::uint64_t>(point.offered_pps * seconds);
    const double over = std::max(0.0, point.offered_pps / capacity_pps - 1);
    const double carried_pps = capacity_pps * (1 - std::min(1.0, over) * collapse);
    double passed = std::min(static_cast<double>(point.sent), carried_pps * seconds + bucket_and_queue);
    passed -= static_cast<double>(point.sent) * loss_a_doubling * std::max(0.0, point.offered_pps / knee_pps - 1);
    const double of_each = static_cast<double>(point.sent) / 254;
    passed -= slow_targets * std::max(0.0, of_each - slow_targets_pps * seconds - 5);
    for (std::poisson_distribution<int> bursts(bursts_per_s * seconds + 1e-12); const int burst : {bursts(random)})
      for (int i = 0; i < burst; ++i) passed -= std::uniform_real_distribution<>(0, burst_loss)(random);
    const auto whole = static_cast<std::uint64_t>(std::max(0.0, passed));
    const std::uint64_t survived =
        random_loss > 0 ? whole - std::binomial_distribution<std::uint64_t>(whole, random_loss)(random) : whole;
    point.lost = point.sent - survived;
    point.carried_pps = std::min(point.offered_pps, carried_pps) * (1 - random_loss);
    return point;
  }

  // As seen where both ends share a core: about the capacity leaves, and a trial in four is as fast as it was asked.
  double slowed_pps(double asked_pps, std::mt19937_64& random) const {
    if (asked_pps < 0.995 * capacity_pps || asked_pps > slowed_until * capacity_pps) return asked_pps;
    const double off = std::uniform_real_distribution<>(-0.012, 0.002)(random);
    return std::bernoulli_distribution(0.25)(random) ? std::min(asked_pps, 1.01 * capacity_pps)
                                                     : capacity_pps * (1 + off);
  }
};

struct Searched {
  SearchResult result;
  std::uint64_t trials = 0;
  double seconds = 0;      // of sending
  double whole_s = 0;      // with what each trial costs besides, and a second for the stragglers where some are lost
  double highest_pps = 0;  // ever asked
  double worst_loss = 0;
};

inline Searched search(const SimulatedPath& path, const RateSearch::Options& options, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  RateSearch rates(options);
  Searched searched;
  while (const auto step = rates.next()) {
    const TrialPoint point = path.trial(*step, random);
    rates.add(point);
    ++searched.trials;
    searched.seconds += static_cast<double>(step->length_ns) / 1e9;
    searched.whole_s += static_cast<double>(step->length_ns) / 1e9 + 0.25 + (point.lost > 0 ? 1 : 0);
    searched.highest_pps = std::max(searched.highest_pps, step->rate_pps);
    searched.worst_loss = std::max(searched.worst_loss, point.loss());
  }
  searched.result = rates.result();
  return searched;
}

}  // namespace ringsweep
