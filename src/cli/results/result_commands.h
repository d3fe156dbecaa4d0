// The commands that read results, each in src/cli/results/NAME_command.cc.
#pragma once

#include "cli/options/command_spec.h"

namespace ringsweep {

extern const CommandSpec diff_command;
extern const CommandSpec merge_command;
extern const CommandSpec export_command;

}  // namespace ringsweep
