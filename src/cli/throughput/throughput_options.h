// The options of `ringsweep throughput`, and their meaning. Throws Error (usage); never prints.
#pragma once

#include <span>
#include <string>

#include "cli/options/scan.h"
#include "ringsweep/base/address.h"
#include "ringsweep/core/throughput/throughput.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

struct ThroughputOptions {
  SweepOptions sweep;  // targets, probing and engine, as for the first pass; output files and quiet
  Throughput::Options run;
  bool max_rate_given = false;
  bool min_rate_given = false;
  bool public_allowed = false;
  std::string plot_file;
};

std::span<const OptionSpec> throughput_option_table();

ThroughputOptions throughput_options(const ScannedLine& line, const ZoneNames& zones);

}  // namespace ringsweep
