// Whether a sweep is complete, what is only a lower bound, and the exit status that follows (src/README.md, 4 and 6).
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ringsweep/engine/plan/sweep_options.h"
#include "ringsweep/net/kernel/local_counters.h"
#include "ringsweep/output/store/store_writer.h"
#include "ringsweep/output/summary/summary.h"
#include "ringsweep/output/writer/writer.h"

namespace ringsweep {

struct CompletenessFacts {
  const SweepOptions& options;
  std::string output_name;
  bool interrupted = false;
  std::vector<LocalCounters::Moved> counters;  // of the kernel, during the sweep
  bool v6_drops_hidden = false;                // IPv6 went through a ping socket, which hides local drops
  StoreResult stored = {};
  std::map<std::string, std::uint64_t> lost_before = {};  // silent_losses of earlier runs, summed
};

// The kernel's counters of packets that it dropped without reporting an error to us, so that nothing was sent again.
std::vector<LocalCounters::Moved> silent_losses(std::vector<LocalCounters::Moved> counters, bool v6_drops_hidden);

// Fills complete, incomplete_because, lower_bound and exit_status of a summary whose tally is final.
void assess_completeness(SweepSummary& summary, const WriterResult& written, const CompletenessFacts& facts);

}  // namespace ringsweep
