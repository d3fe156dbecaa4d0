#include "cli/manual_pages.h"

#include <string_view>
#include <vector>

#include "cli/command_line.h"
#include "cli/help/man_page.h"
#include "cli/options/option_table.h"
#include "cli/ping/ping_arguments.h"
#include "ringsweep/base/version.h"
#include "ringsweep/output/store/store_schema.h"

namespace ringsweep {
namespace {

constexpr std::string_view options_placeholder = ".OPTIONS";
constexpr std::string_view exit_status_placeholder = ".EXIT_STATUS";
constexpr std::string_view commands_placeholder = ".COMMANDS";
constexpr std::string_view schema_placeholder = ".STORE_SCHEMA";

std::string man_commands() {
  std::string text;
  for (const CommandSpec* command : command_table())
    text += man_entry("ringsweep " + std::string(command->name), command->words, command->help);
  return text;
}

std::string man_ping_options() {
  std::string text;
  for (const PingOptionText& option : ping_option_table()) text += man_entry(option.name, option.argument, option.help);
  return text;
}

std::string store_schema() {
  std::string text;
  for (const Migration& migration : store_migrations()) text += migration.sql;
  return text.substr(text.find_first_not_of('\n'));
}

std::vector<ManPart> parts_of(std::string_view page) {
  constexpr std::string_view prefix = "ringsweep-";
  if (page == "ringsweep") {
    return {{options_placeholder, man_options(option_table())},
            {exit_status_placeholder, man_exit_statuses(exit_status_table())},
            {commands_placeholder, man_commands()}};
  }
  if (page == "ringsweep-output") return {{schema_placeholder, man_literal(store_schema())}};
  if (page == "ringsweep-ping") return {{options_placeholder, man_ping_options()}};
  const CommandSpec* command = find_command(command_table(), page.substr(prefix.size()));
  if (command == nullptr) return {};
  return {{options_placeholder, man_options(command->options)},
          {exit_status_placeholder, man_exit_statuses(command->exit_statuses)}};
}

}  // namespace

std::string manual_page(const ManualSource& source) {
  return man_page(source.text, program_version, parts_of(source.name));
}

}  // namespace ringsweep
