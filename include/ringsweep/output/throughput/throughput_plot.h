// Plots a `throughput` run as SVG: the answered rate and the loss by the requested rate, and the latency percentiles by
// the load. Pure.
//
// The plot has no background: every colour is of medium brightness and readable on white and on dark, whatever the
// viewer supports. Lines have different dashes and are labelled where they end.
#pragma once

#include <string>

#include "ringsweep/core/throughput/throughput_report.h"

namespace ringsweep {

std::string throughput_plot(const ThroughputReport& report);

}  // namespace ringsweep
