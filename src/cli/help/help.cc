#include "cli/help/help.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "cli/options/option_table.h"
#include "ringsweep/base/version.h"

namespace ringsweep {
namespace {

constexpr std::string_view introduction =
    "Usage: ringsweep [sweep] TARGET... [OPTION]...\n"
    "\n"
    "Finds out which hosts of a network answer ICMP echo requests, how fast, and why the others don't.\n"
    "\n"
    "  ringsweep 192.168.1.0/24                  those who answer, as a table; CSV of all into a pipe\n"
    "  ringsweep 10.0.0.0/16 -r 20k -o out.csv   one CSV row per target, at 20,000 probes a second\n"
    "  ringsweep --expect all HOST && ...        only if HOST is alive\n"
    "\n"
    "TARGET is an address, a network (10.0.0.0/24), a range (10.0.0.1-10.0.0.9 or 10.0.0.1-9) or a host\n"
    "name; IPv4 and IPv6, any number of them.\n";

// "  -r, --rate PPS", aligned where there is no short name.
std::string option_column(const OptionSpec& option) {
  std::string text = option.short_name.empty() ? "      " : fmt::format("  {}, ", option.short_name);
  text += option.long_name;
  if (!option.is_flag()) text += fmt::format(" {}", option.argument);
  return text;
}

std::string help_column(const OptionSpec& option) {
  if (option.default_text.empty()) return std::string(option.help);
  return fmt::format("{} [{}]", option.help, option.default_text);
}

// One line an option, under the name of its group.
std::string options_text(std::span<const OptionSpec> table) {
  std::size_t width = 0;
  for (const OptionSpec& option : table) width = std::max(width, option_column(option).size());
  std::string text;
  const OptionSpec* before = nullptr;
  for (const OptionSpec& option : table) {
    if (before == nullptr || before->group != option.group) text += fmt::format("\n{}:\n", to_text(option.group));
    text += fmt::format("{:<{}}  {}\n", option_column(option), width, help_column(option));
    before = &option;
  }
  return text + "\nThe default is in brackets.";
}

std::string exit_statuses_text(std::span<const ExitStatusText> table) {
  std::string text = "\nExit status:\n";
  for (const ExitStatusText& entry : table) text += fmt::format("  {}  {}\n", entry.status, entry.meaning);
  return text;
}

std::string commands_text(CommandTable commands) {
  std::vector<std::pair<std::string, std::string_view>> lines = {
      {"ringsweep ping HOST", "as ping does; its options: ringsweep ping -h"}};
  for (const CommandSpec* command : commands) lines.emplace_back(command->usage(), command->help);
  std::size_t width = 0;
  for (const auto& [usage, help] : lines) width = std::max(width, usage.size());
  std::string text = "\nOther commands, each with its own --help:\n";
  for (const auto& [usage, help] : lines) text += fmt::format("  {:<{}}  {}\n", usage, width, help);
  return text;
}

}  // namespace

std::string help_text(CommandTable commands) {
  return std::string(introduction) + options_text(option_table()) + " A TIME needs a unit: us, ms, s, m, h.\n" +
         exit_statuses_text(exit_status_table()) + commands_text(commands);
}

std::string command_help_text(const CommandSpec& command) {
  return fmt::format("Usage: {} [OPTION]...\n\n{}{}\n{}", command.usage(), command.introduction,
                     options_text(command.options), exit_statuses_text(command.exit_statuses));
}

std::string version_text() {
  return fmt::format("ringsweep {}\nbuilt with liburing {}\n", program_version, liburing_version);
}

}  // namespace ringsweep
