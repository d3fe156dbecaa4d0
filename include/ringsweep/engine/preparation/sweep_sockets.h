// The sockets of all workers of a sweep, opened while the privileges can still be raised. Set-up code; throws Error.
#pragma once

#include <string>
#include <vector>

#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/engine/plan/sweep_plan.h"
#include "ringsweep/net/sockets/icmp_socket.h"

namespace ringsweep {

struct SweepSockets {
  std::vector<SocketSet> sets;  // one for each worker
  SocketPlan plan = SocketPlan::dgram;
  std::uint64_t send_buffer_bytes = 0;  // as the kernel accounts it, the smallest of one worker's
  std::string description;              // which plan, and why
  bool v6_drops_hidden = false;         // IPv6 leaves by a ping socket, which hides local drops
};

// Limits the plan to one worker where only raw sockets are to be had, since each raw socket gets a copy of the others'
// replies, and to IPv4 where this machine has no IPv6 and only names could have needed it.
// `send_wanted_bytes`: at least so large a send buffer is asked for (as the kernel accounts it).
SweepSockets open_sweep_sockets(const SweepOptions& options, SweepPlan& plan, std::uint64_t send_wanted_bytes);

}  // namespace ringsweep
