// What --help and --version print, from the tables of options and commands. Pure.
#pragma once

#include <string>

#include "cli/options/command_spec.h"

namespace ringsweep {

// Groups of options, one line an option, defaults shown, at most 100 columns.
std::string help_text(CommandTable commands);

// The same for one command.
std::string command_help_text(const CommandSpec& command);

// "ringsweep 0.1.0" and what it was built with; the same on every kernel.
std::string version_text();

}  // namespace ringsweep
