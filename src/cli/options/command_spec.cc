#include "cli/options/command_spec.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/options/option_hint.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

std::string usage_remedy(const CommandSpec& command) {
  return fmt::format("as in: {}\n{}", command.usage(), command.help_hint());
}

}  // namespace

std::string CommandSpec::usage() const {
  return fmt::format("ringsweep {} {}", name, words);
}

std::string CommandSpec::help_hint() const {
  return fmt::format("ringsweep {} --help lists all options", name);
}

const CommandSpec* find_command(CommandTable commands, std::string_view name) {
  const auto found = std::ranges::find(commands, name, &CommandSpec::name);
  return found == commands.end() ? nullptr : *found;
}

ScannedLine parse_command(const CommandSpec& command, const std::vector<std::string>& arguments) {
  ScannedLine line = scan_arguments(arguments, command.options, command.help_hint());
  if (line.has("--help")) return line;
  if (!line.unknown.empty()) throw unknown_option(line.unknown.front(), command.options, command.help_hint());
  if (line.words.size() < command.least_words) throw words_missing(command);
  if (line.words.size() > command.most_words) {
    throw usage_error(
        fmt::format("{}: too many arguments: {}", command.name, quote_text(line.words[command.most_words])),
        usage_remedy(command));
  }
  return line;
}

Error words_missing(const CommandSpec& command) {
  return usage_error(fmt::format("{}: {} is missing", command.name, command.words), usage_remedy(command));
}

}  // namespace ringsweep
