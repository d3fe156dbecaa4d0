#include "cli/command_line.h"

#include <array>

#include "cli/files/standard_streams.h"
#include "cli/help/help.h"
#include "cli/help_command.h"
#include "cli/results/result_commands.h"
#include "cli/throughput/throughput_command.h"
#include "ringsweep/system/privileges.h"

namespace ringsweep {
namespace {

constexpr std::array<const CommandSpec*, 5> commands = {&throughput_command, &diff_command, &merge_command,
                                                        &export_command, &help_command};

}  // namespace

CommandTable command_table() {
  return commands;
}

int run_command(const CommandSpec& command, const std::vector<std::string>& arguments) {
  const ScannedLine line = parse_command(command, arguments);
  if (line.has("--help")) return print_text(command_help_text(command));
  if (!command.opens_sockets) drop_privileges_for_good();
  return command.run(line);
}

}  // namespace ringsweep
