#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "cli/help/help.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;

TEST(CommandTable, names_each_command_and_each_option_of_it_once) {
  std::set<std::string_view> commands;
  for (const CommandSpec* one : command_table()) {
    EXPECT_TRUE(commands.insert(one->name).second) << one->name;
    EXPECT_EQ(find_command(command_table(), one->name), one);
    std::set<std::string_view> names;
    for (const OptionSpec& option : one->options) {
      EXPECT_TRUE(option.long_name.starts_with("--")) << option.long_name;
      EXPECT_TRUE(names.insert(option.long_name).second) << option.long_name;
      if (option.short_name.empty()) continue;
      EXPECT_TRUE(names.insert(option.short_name).second) << option.short_name;
    }
    EXPECT_TRUE(names.contains("--help")) << one->name;
    EXPECT_EQ(std::ranges::count(commands_not_built, one->name), 0) << one->name;
  }
}

TEST(CommandTable, is_in_help) {
  for (const CommandSpec* one : command_table()) {
    EXPECT_THAT(help_text(command_table()), HasSubstr("\n  " + one->usage() + " "));
    EXPECT_THAT(help_text(command_table()), HasSubstr(one->help));
    std::istringstream lines(command_help_text(*one));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 100U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

}  // namespace
}  // namespace ringsweep
