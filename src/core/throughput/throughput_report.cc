#include "ringsweep/core/throughput/throughput_report.h"

#include <cmath>

namespace ringsweep {

std::uint64_t ThroughputReport::recommended_pps() const {
  constexpr double share = 0.9;
  const double most_pps = search.low_pps * share;
  if (most_pps < 1) return 0;
  const double step = std::pow(10.0, std::floor(std::log10(most_pps)) - 1);
  return static_cast<std::uint64_t>(std::floor(most_pps / std::max(step, 1.0)) * std::max(step, 1.0));
}

std::vector<const TrialResult*> ThroughputReport::latency() const {
  std::vector<const TrialResult*> found;
  for (const TrialResult& trial : trials) {
    if (trial.purpose == TrialPurpose::latency) found.push_back(&trial);
  }
  return found;
}

}  // namespace ringsweep
