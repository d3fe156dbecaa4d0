// Commands with a few options and words, such as `diff OLD NEW`: each is described once, by a CommandSpec. Its parser,
// its --help and its manual page follow from that. `sweep`, which is implied, and `ping`, whose command line is that of
// iputils, have no CommandSpec.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option_table.h"
#include "cli/options/scan.h"
#include "ringsweep/base/error.h"

namespace ringsweep {

struct CommandSpec {
  std::string_view name;          // "diff"
  std::string_view words;         // "OLD NEW", for people
  std::size_t least_words;        // fewer are refused
  std::size_t most_words;         // more are refused
  std::string_view help;          // one line of `ringsweep --help`
  std::string_view introduction;  // what its own --help begins with, below the usage line; whole lines
  std::span<const OptionSpec> options;
  std::span<const ExitStatusText> exit_statuses;
  // Returns the exit status; throws Error. Runs with the caller's privileges only, unless `opens_sockets`.
  int (*run)(const ScannedLine& line);
  bool opens_sockets = false;  // keeps the privileges for that, and drops them itself

  // "ringsweep diff OLD NEW"
  std::string usage() const;
  // "ringsweep diff --help lists all options"
  std::string help_hint() const;
};

using CommandTable = std::span<const CommandSpec* const>;

// Null where no command has this name.
const CommandSpec* find_command(CommandTable commands, std::string_view name);

// `arguments` are those after the command's name. Throws Error (usage) for an unknown option and for too few or too
// many words, unless --help is among the arguments.
ScannedLine parse_command(const CommandSpec& command, const std::vector<std::string>& arguments);

// For a command whose options decide how many words it takes.
Error words_missing(const CommandSpec& command);

}  // namespace ringsweep
