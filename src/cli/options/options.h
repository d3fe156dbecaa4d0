// From argv to what is to be done. Everything that can be said wrongly on a command line is refused here with text,
// place and remedy, except target specs, which TargetSetBuilder reads. Never prints; throws Error (usage).
#pragma once

#include <string_view>

#include "cli/options/command_spec.h"
#include "ringsweep/base/address.h"
#include "ringsweep/engine/plan/sweep_options.h"

namespace ringsweep {

enum class Command {
  sweep,
  help,    // print help_text() on stdout, exit 0
  version  // print version_text() on stdout, exit 0
};

struct ParsedCommand {
  Command command = Command::sweep;
  SweepOptions sweep;  // where the command is `sweep`
};

// What of these options cannot go together, whatever the command: families and sources, waiting, standard input read
// twice, no target at all. `name` is what the command is called by ("ringsweep"). Throws Error (usage).
void check_probing(const SweepOptions& options, std::string_view name);

// `commands` are the other commands, whose names are refused as targets. `zones` are the interfaces of this machine,
// for a source address such as fe80::1%eth0.
ParsedCommand parse_command_line(int argc, const char* const* argv, CommandTable commands, const ZoneNames& zones = {});

}  // namespace ringsweep
