#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/commands.h"
#include "cli/files/standard_streams.h"
#include "cli/help/help.h"
#include "cli/options/option_hint.h"
#include "cli/throughput/throughput_command.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/system/privileges.h"

namespace ringsweep {
namespace {

constexpr std::array<const CommandSpec*, 4> commands = {&throughput_command, &diff_command, &merge_command,
                                                        &export_command};

std::string wanted_words(const CommandSpec& command) {
  return fmt::format("as in: {}\n{}", command.usage(), command.help_hint());
}

}  // namespace

Error words_missing(const CommandSpec& command) {
  return usage_error(fmt::format("{}: {} is missing", command.name, command.words), wanted_words(command));
}

std::string CommandSpec::usage() const {
  return fmt::format("ringsweep {} {}", name, words);
}

std::string CommandSpec::help_hint() const {
  return fmt::format("ringsweep {} --help lists all options", name);
}

std::span<const CommandSpec* const> command_table() {
  return commands;
}

const CommandSpec* find_command(std::string_view name) {
  const auto table = command_table();
  const auto found = std::ranges::find(table, name, &CommandSpec::name);
  return found == table.end() ? nullptr : *found;
}

ScannedLine parse_command(const CommandSpec& command, const std::vector<std::string>& arguments) {
  ScannedLine line = scan_arguments(arguments, command.options, command.help_hint());
  if (line.has(OptionId::help)) return line;
  if (!line.unknown.empty()) throw unknown_option(line.unknown.front(), command.options, command.help_hint());
  if (line.words.size() < command.least_words) throw words_missing(command);
  if (line.words.size() > command.most_words) {
    throw usage_error(fmt::format("{}: {} is too much", command.name, quote_text(line.words[command.most_words])),
                      wanted_words(command));
  }
  return line;
}

int run_command(const CommandSpec& command, const std::vector<std::string>& arguments) {
  const ScannedLine line = parse_command(command, arguments);
  if (line.has(OptionId::help)) return print_text(command_help_text(command));
  if (!command.opens_sockets) drop_privileges_for_good();
  return command.run(line);
}

}  // namespace ringsweep
