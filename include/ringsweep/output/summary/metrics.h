// The last sweep as gauges for Prometheus, in the text format that node_exporter's textfile collector reads
// (`--metrics FILE.prom`): base units, no timestamps, the same HELP in each file, label `job_name` everywhere.
// Source: Prometheus' "Exposition formats" and node_exporter's README ("Textfile Collector"). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

std::string metrics_text(const SweepSummary& summary, std::string_view job);
// The metrics of a run that failed before it had a summary.
std::string metrics_text_of_failure(std::string_view version, std::string_view job, std::int64_t finished_ns);

}  // namespace ringsweep
