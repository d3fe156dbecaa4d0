// This machine's own links as a sweep sees them: which targets lie there, how many of them may be unresolved at once,
// and which are present although they do not answer ping.
//
// Made once by the main thread, before the sockets, since it decides on their send buffer; the prefixes and the view
// are shared by the workers (immutable, thread-safe).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ringsweep/core/jobs/neighbours.h"
#include "ringsweep/core/jobs/on_link_guard.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/net/kernel/neighbours.h"
#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

class OnLink {
 public:
  // Reads routes and tables. Throws Error.
  OnLink(const SweepOptions& options, const TargetSet& targets);

  // The size of a send buffer, as the kernel accounts it, that would limit no more than the neighbour table does; 0 if
  // no target is on-link.
  std::uint64_t send_buffer_bytes_wanted() const;
  // Begins to watch the neighbours, on a thread. `send_buffer_bytes`: of a worker's sockets, as the kernel accounts it.
  // Throws Error.
  void begin(std::uint64_t send_buffer_bytes, unsigned workers);

  // Null if no target can lie on one of our links.
  const OnLinkPrefixes* prefixes() const { return prefixes_.empty() ? nullptr : &prefixes_; }
  const NeighbourView* neighbours() const { return watch_.get(); }
  // For --mac; outlived by this. Pre: begin.
  std::unique_ptr<ExtraColumn> mac_column() const;
  OnLinkGuard::Options guard_of_worker() const;
  // Places of all workers together; OnLinkGuard::unlimited without guards.
  std::uint64_t limit() const { return guard_.limit * workers_; }

  // How much longer than its attempts a silent target can take to be decided, as of now.
  std::int64_t longest_wait_ns() const;

  // Adds guards and notes to the summary.
  void report(SweepSummary& summary, bool held_back) const;

 private:
  void read_tables();

  const SweepOptions& options_;
  OnLinkPrefixes prefixes_;
  std::unique_ptr<NeighbourWatch> watch_;
  std::uint64_t table_places_ = 0;  // of all workers; 0: no guard
  std::string table_reason_;
  std::uint64_t bytes_per_target_ = 0;  // of its probes that wait for the neighbour, in the send buffer
  OnLinkGuard::Options guard_;          // of one worker
  std::string limit_reason_;
  unsigned workers_ = 1;
};

}  // namespace ringsweep
