// Commands with a few options and words of their own, such as `diff OLD NEW`: each is described once, by a CommandSpec.
// Its parser, its --help, its part of the man page and the check of README follow from that. `sweep`, which is implied,
// and `ping`, whose command line is that of iputils, are no such commands.
//
// A command's name must be the first word; `ringsweep sweep NAME` sweeps a host that is named so. Constant data.
#pragma once

#include <span>
#include <string>
#include <string_view>

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
  std::string_view manual;        // prose for the man page
  std::span<const OptionSpec> options;
  std::span<const ExitStatusText> exit_statuses;
  // Returns the exit status; throws Error. Rights beyond the caller's are gone already, but for `opens_sockets`.
  int (*run)(const ScannedLine& line);
  bool opens_sockets = false;  // keeps the rights for that, and drops them itself

  // "ringsweep diff OLD NEW"
  std::string usage() const;
  // "ringsweep diff --help lists all options"
  std::string help_hint() const;
};

// In the order in which --help shows them.
std::span<const CommandSpec* const> command_table();

// Null: no command of this name is in the table.
const CommandSpec* find_command(std::string_view name);

// `arguments` are those behind the command's name. Throws Error (usage): an unknown option, too few words or too many.
// What stands beside --help is not looked at.
ScannedLine parse_command(const CommandSpec& command, const std::vector<std::string>& arguments);

// For a command whose options decide how many words it takes.
Error words_missing(const CommandSpec& command);

// --help and -h, to be the last entry of each command's table.
inline constexpr OptionSpec help_option = {
    OptionId::help, OptionGroup::about, "-h", "--help", "", false, "", "show this help", ""};

// Parses, prints help or runs. Returns the exit status.
int run_command(const CommandSpec& command, const std::vector<std::string>& arguments);

}  // namespace ringsweep
