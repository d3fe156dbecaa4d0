// Whether a sweep is complete, what is only a lower bound, and the exit status that follows (design 4 and 6). Pure.
#pragma once

#include <string>
#include <vector>

#include "ringsweep/engine/sweep_options.h"
#include "ringsweep/net/local_counters.h"
#include "ringsweep/output/store_writer.h"
#include "ringsweep/output/summary.h"
#include "ringsweep/output/writer.h"

namespace ringsweep {

struct Evidence {
  const SweepOptions& options;
  std::string output_name;
  bool interrupted = false;
  std::vector<LocalCounters::Moved> counters;  // of the kernel, during the sweep
  bool v6_drops_hidden = false;                // IPv6 went through a ping socket, which hides local drops
  StoreResult stored = {};
};

// Fills complete, incomplete_because, lower_bound and exit_status of a summary whose tally is final.
void judge(SweepSummary& summary, const WriterResult& written, const Evidence& evidence);

}  // namespace ringsweep
