// `ringsweep help [COMMAND|output]`: the manual, also where no manual page is installed.
#pragma once

#include "cli/options/command_spec.h"

namespace ringsweep {

extern const CommandSpec help_command;

}  // namespace ringsweep
