// The picture of a `throughput` run as SVG: the rate that was answered and the loss against the rate that was asked,
// and the percentiles of the latency against the load. Pure.
//
// No background of its own: every colour is of middle brightness, so that it reads on white and on dark alike, whatever
// a viewer knows of colour schemes; lines differ in their dashes and are named where they end.
#pragma once

#include <string>

#include "ringsweep/core/throughput/throughput_report.h"

namespace ringsweep {

std::string throughput_plot(const ThroughputReport& report);

}  // namespace ringsweep
