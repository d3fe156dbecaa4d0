// The commands of the table (cli/command_line.h), one file each: src/cli/FOLDER/NAME_command.cc.
#pragma once

#include "cli/command_line.h"

namespace ringsweep {

extern const CommandSpec diff_command;
extern const CommandSpec merge_command;
extern const CommandSpec export_command;

}  // namespace ringsweep
