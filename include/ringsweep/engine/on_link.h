// What a sweep has to know and to mind on this machine's own links: which targets are there, how many of them may be
// unresolved at once, and who is there although it does not answer ping.
//
// Made once by the main thread; the prefixes and the view are shared by the workers (immutable, thread-safe).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/core/neighbours.h"
#include "ringsweep/core/target_set.h"
#include "ringsweep/engine/sweep_options.h"
#include "ringsweep/net/neighbours.h"
#include "ringsweep/output/summary.h"

namespace ringsweep {

class OnLink {
 public:
  // Reads routes and limits. `send_buffer_bytes` is the effective one of a worker's sockets. Throws Error.
  OnLink(const SweepOptions& options, const TargetSet& targets, std::uint64_t send_buffer_bytes, unsigned workers);

  // Null where no target lies on an own link: then there is nothing to mind.
  const OnLinkPrefixes* prefixes() const { return prefixes_.empty() ? nullptr : &prefixes_; }
  const NeighbourView* neighbours() const { return watch_.get(); }
  // Places of one worker's OnLinkGuard; OnLinkGuard::unlimited without guards.
  std::uint64_t limit_per_worker() const { return limit_per_worker_; }

  // What the summary says at the end.
  void report(SweepSummary& summary, bool held_back) const;

 private:
  void limit_by_neighbour_table(unsigned workers);
  void limit_by_send_buffer(std::uint64_t send_buffer_bytes, std::uint32_t attempts);
  void take_limit(std::uint64_t limit, std::string reason);

  OnLinkPrefixes prefixes_;
  std::unique_ptr<NeighbourWatch> watch_;
  std::uint64_t limit_per_worker_;
  std::string limit_reason_;
};

}  // namespace ringsweep
