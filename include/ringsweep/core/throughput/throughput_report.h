// All that a run of `throughput` found out, as plain values: what its table, its CSV, its JSON and its picture show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ringsweep/core/throughput/rate_search.h"
#include "ringsweep/core/throughput/trial.h"

namespace ringsweep {

struct ThroughputReport {
  // What was asked.
  std::string version;
  RateSearch::Options search_options;
  double per_target_pps = 0;
  std::int64_t budget_ns = 0;
  std::int64_t timeout_ns = 0;
  std::size_t packet_bytes = 0;  // with the IP header

  // What it ran on.
  std::string engine;
  std::string sockets;
  unsigned workers = 1;
  std::uint64_t receive_buffer_bytes = 0;  // as the kernel accounts it
  std::int64_t started_ns = 0;             // CLOCK_REALTIME
  std::int64_t duration_ns = 0;
  std::uint64_t targets_asked = 0;
  std::uint64_t targets = 0;  // those that answered the first pass and were loaded

  // What came out.
  std::vector<TrialResult> trials;  // in the order of time; those of the latency at the end
  SearchResult search;
  LossPlace first_limit = LossPlace::none;
  std::string stopped_because;  // empty if the run was complete

  bool complete() const { return stopped_because.empty(); }
  AllowedLoss allowed_loss() const { return {search_options.loss_goal, search.floor}; }
  // The rate to give a sweep through this path: nine tenths of the lower end, two digits; 0 if nothing is known.
  std::uint64_t recommended_pps() const;
  std::vector<const TrialResult*> latency() const;
};

}  // namespace ringsweep
