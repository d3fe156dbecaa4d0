// The commands of the program and how they are run. A command's name must be the first word: `ringsweep sweep NAME`
// sweeps a host that has the name of a command.
#pragma once

#include <string>
#include <vector>

#include "cli/options/command_spec.h"

namespace ringsweep {

// In the order in which --help shows them.
CommandTable command_table();

// Parses, prints help or runs. Returns the exit status.
int run_command(const CommandSpec& command, const std::vector<std::string>& arguments);

}  // namespace ringsweep
