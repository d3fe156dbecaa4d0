// What a sweep or a run of `throughput` needs before its first probe, obtained in the one order that is safe:
//
//   facts about the machine -> draft of the plan -> links -> sockets -> privileges are dropped for good -> names ->
//   plan
//
// Privileges go before the first thread starts (src/README.md, 3.6), and names start one. The plan is made last, from
// what the sockets and the names have turned out to be, and never changes afterwards. Set-up code; throws Error, and
// nothing has been sent then.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/core/targets/target_source.h"
#include "ringsweep/engine/links/on_link.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/net/sockets/icmp_socket.h"

namespace ringsweep {

struct SweepSockets {
  std::vector<SocketSet> sets;  // one for each worker
  SocketPlan plan = SocketPlan::dgram;
  std::uint64_t send_buffer_bytes = 0;  // as the kernel accounts it, the smallest of one worker's
  std::string description;              // which plan, and why
  bool has_v6 = false;
  bool v6_drops_hidden = false;  // IPv6 leaves by a ping socket, which hides local drops
};

struct PreparedSweep {
  const SweepPlan plan;
  SweepSockets sockets;  // for the workers of the plan; for those of the trials where `trial_rate` was given
  std::unique_ptr<OnLink> on_link;
  std::unique_ptr<NameLookup> names;       // null if no target is a name
  std::uint64_t resolved_fingerprint = 0;  // of the addresses that `--all-addresses` found, else 0
  MachineAddresses machine;
};

// With `--all-addresses` each name in `targets` is repeated for each of its addresses. `trial_rate`: the sockets are
// for trials up to that rate, and the plan is for a sweep before them, by one worker and no faster than that.
// `options` and `targets` outlive the result.
PreparedSweep prepare_sweep(const SweepOptions& options, TargetSet& targets,
                            std::optional<Rate> trial_rate = std::nullopt);

}  // namespace ringsweep
