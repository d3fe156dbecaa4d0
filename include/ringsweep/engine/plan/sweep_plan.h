// Everything about a sweep that follows from its options and targets: order, share, rate and why, workers, table sizes,
// how long it can take at most, and the plan's identity. Finished when it is constructed: what sockets and names decide
// is given to the constructor. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ringsweep/core/jobs/sweep_job.h"
#include "ringsweep/core/targets/permutation.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

// What the plan needs to know about the machine.
struct MachineFacts {
  unsigned cores = 1;
  std::uint64_t random_seed = 0;  // used if the user gave none
  // Connections that the host's connection table can still take, and for how long an ICMP one stays; empty: no table.
  std::optional<std::uint64_t> free_connections;
  std::int64_t connection_timeout_ns = 30 * ns_per_s;
};

// What the machine, as its sockets turned out, or the command allows at most.
struct PlanLimits {
  unsigned workers = max_workers;
  bool v6 = true;                           // false: no IPv6 socket can be had
  std::optional<Rate> rate = std::nullopt;  // never "max"
};

// What identifies a sweep, by option: parts with the same items may be merged, and a sweep may be resumed with them.
struct PlanItem {
  std::string name;
  std::string value;
  friend bool operator==(const PlanItem&, const PlanItem&) = default;
};
using PlanItems = std::vector<PlanItem>;

class SweepPlan {
 public:
  SweepPlan(const SweepOptions& options, const TargetSet& targets, const MachineFacts& machine,
            const PlanLimits& limits = {});

  // Of this shard: the asked rate divided by the number of shards; max stays max.
  Rate rate;
  std::string rate_reason;
  std::uint64_t seed;
  Permutation order;
  unsigned workers = 1;
  std::uint64_t targets_here = 0;
  bool need_v4 = false;
  bool need_v6 = false;
  bool v6_for_names_only = false;  // a machine without IPv6 may go on without
  PlanItems identity;
  std::uint64_t plan_id = 0;  // of the identity
  // The same for sweeps that ask the same of the same targets: plan_id whatever seed and order. A shard's targets
  // depend on them.
  std::uint64_t series = 0;
  std::uint64_t targets_id = 0;  // of targets and excludes alone: the same whatever seed and options
  std::size_t packet_bytes = 0;  // with the IPv4 header (IPv6 if there is no IPv4 target)
  SweepJob::Options job;

  // Positions in the order: of one worker, and of all workers together.
  Stride share(unsigned worker) const;
  Stride shard_positions() const;
  Rate rate_of_worker(unsigned worker) const;
  // How much later than the start its first probe is due.
  std::int64_t first_probe_after_ns(unsigned worker) const;
  // Slots of one worker's in-flight table.
  std::uint64_t table_slots() const;
  // From the first probe to the last verdict if nothing answers; empty if the rate is max.
  std::optional<std::int64_t> longest_duration_ns() const;

 private:
  std::uint64_t shard_;
  std::uint64_t shards_;
};

}  // namespace ringsweep
