// Every option of a sweep, once: the parser is filled from this table, and --help and the man page are printed from it,
// so the three cannot disagree. README lists the same options; scripts/check compares it with --help. Other commands
// have tables of the same form (cli/command_line.h). Constant data; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ringsweep {

enum class OptionId : std::uint8_t {
  file,
  exclude,
  exclude_file,
  target_limit,
  all_addresses,
  rate,
  attempts,
  timeout,
  linger,
  size,
  ttl,
  tos,
  interface,
  source,
  ipv4,
  ipv6,
  seed,
  order,
  shard,
  engine,
  socket,
  workers,
  batch,
  no_guards,
  output,
  resume,
  restart,
  format,
  show,
  alive,
  mac,
  rdns,
  no_header,
  summary_json,
  metrics,
  job,
  store,
  store_keep,
  quiet,
  progress,
  expect,
  dry_run,
  help,
  version,
  // of other commands alone
  all,
  states,
  rtt_factor,
  old_summary,
  new_summary,
  known,
  prefixes,
  trial,
  loss,
  min_rate,
  max_rate,
  precision,
  budget,
  per_target,
  yes_i_may,
  plot,
};

enum class OptionGroup : std::uint8_t {
  targets,
  rate,
  probing,
  order,
  engine,
  output,
  command,  // all of a command with few options
  about
};
std::string_view to_text(OptionGroup group);

struct OptionSpec {
  OptionId id;
  OptionGroup group;
  std::string_view short_name;    // "-r", or empty
  std::string_view long_name;     // "--rate"
  std::string_view argument;      // "PPS"; empty: a flag
  bool repeatable;                // every value counts; otherwise the last one does
  std::string_view default_text;  // empty: none worth telling
  std::string_view help;          // one line
  std::string_view manual;        // what the man page says beyond the line; may be empty

  bool is_flag() const { return argument.empty(); }
};

// In the order in which they are shown; groups are contiguous.
std::span<const OptionSpec> option_table();

// What a user may type before the targets. `sweep` is implied where no command is named; `ping` has a command line of
// its own (cli/ping/ping_command.h), the others have a table each (cli/command_line.h).
inline constexpr std::string_view sweep_command_name = "sweep";
inline constexpr std::string_view ping_command_name = "ping";
inline constexpr std::array<std::string_view, 2> commands_not_built = {"count", "doctor"};

// The exit statuses, as --help and the man page list them.
struct ExitStatusText {
  int status;
  std::string_view meaning;
};
std::span<const ExitStatusText> exit_status_table();

}  // namespace ringsweep
