// The form of an option, and the table of the options of a sweep. The parser, --help and the manual pages all come from
// such tables, so they cannot disagree. Other commands have tables of the same form (cli/options/command_spec.h).
// Constant data; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ringsweep {

struct OptionValue;

enum class OptionGroup : std::uint8_t {
  targets,
  rate,
  probing,
  order,
  engine,
  output,
  command,  // all options of a command with few of them
  about
};
std::string_view to_text(OptionGroup group);

// An option: one row of a table.
struct OptionSpec {
  OptionGroup group = OptionGroup::command;
  std::string_view short_name = {};    // "-r", or empty
  std::string_view long_name = {};     // "--rate"
  std::string_view argument = {};      // "PPS"; empty: a flag
  bool repeatable = false;             // every value counts; otherwise the last one does
  std::string_view default_text = {};  // may be empty
  std::string_view help = {};          // one line
  std::string_view manual = {};        // what the manual says beyond that line; may be empty
  // Checks the value and stores it; throws Error (usage). Null: ScannedLine::has is asked for the option.
  void (*set)(const OptionValue& value) = nullptr;

  constexpr bool is_flag() const { return argument.empty(); }
};

// In the order in which they are shown, group by group.
std::span<const OptionSpec> option_table();

// What a user may type before the targets. `sweep` is implied where no command is named; `ping` has the command line of
// iputils (cli/ping/ping_command.h), the others have a table each (cli/options/command_spec.h).
inline constexpr std::string_view sweep_command_name = "sweep";
inline constexpr std::string_view ping_command_name = "ping";
inline constexpr std::array<std::string_view, 2> commands_not_built = {"count", "doctor"};

// The exit statuses, as --help and the manual list them.
struct ExitStatusText {
  int status;
  std::string_view meaning;
};
std::span<const ExitStatusText> exit_status_table();

}  // namespace ringsweep
