// `ringsweep throughput TARGET...`: from options to exit status.
#pragma once

#include "cli/options/command_spec.h"
#include "cli/throughput/throughput_options.h"

namespace ringsweep {

extern const CommandSpec throughput_command;

// Throws Error (usage) where `targets` that answer are too few for the highest rate that was asked for; where none was
// asked for, lowers it to what they may be asked. Pure.
void fit_to_targets(ThroughputOptions& options, std::uint64_t targets, std::string_view which);

}  // namespace ringsweep
