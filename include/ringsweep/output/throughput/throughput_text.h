// The output of `throughput`, made from a ThroughputReport: a line for each trial, the table, the verdict, the CSV of
// all trials, and the JSON (schema ringsweep.throughput/1). Pure; columns and keys are only ever added.
#pragma once

#include <string>

#include "ringsweep/core/throughput/throughput_report.h"

namespace ringsweep {

// "947 pps", "48.2 kpps", "1.25 Mpps".
std::string pps_text(double pps);
// "48.2 kpps (47.6-48.9)": both ends in the unit of the rate, rounded outwards.
std::string interval_text(double pps, double low_pps, double high_pps);

// One line for each trial as it ends; `number` from 1.
std::string trial_line(std::size_t number, const TrialResult& trial, const AllowedLoss& allowed);
// "zero-loss rate 48.2 kpps (47.6-48.9), first limit: network; for sweeps through this path: -r 42k"; no newline.
std::string verdict_text(const ThroughputReport& report);
// The latency at each load, the verdict, and advice about a limit on this machine.
std::string throughput_table(const ThroughputReport& report);
std::string throughput_csv(const ThroughputReport& report);
std::string throughput_json(const ThroughputReport& report);

}  // namespace ringsweep
