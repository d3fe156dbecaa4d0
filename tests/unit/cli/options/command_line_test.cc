#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/help/help.h"
#include "unit/cli/expect_usage_error.h"

namespace ringsweep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr OptionSpec options[] = {
    {OptionId::output, OptionGroup::command, "-o", "--output", "FILE", false, "stdout", "write to FILE", "More."},
    {OptionId::quiet, OptionGroup::command, "-q", "--quiet", "", false, "", "say nothing", ""},
    help_option,
};
constexpr ExitStatusText statuses[] = {{0, "fine"}, {2, "usage"}};
constexpr CommandSpec command = {"join",
                                 "ONE OTHER",
                                 2,
                                 2,
                                 "joins two",
                                 "Joins two things.\n",
                                 "The long story.",
                                 options,
                                 statuses,
                                 [](const ScannedLine& line) { return static_cast<int>(line.words.size()); }};

ScannedLine parse(const std::vector<std::string>& arguments) {
  return parse_command(command, arguments);
}
std::string error_of(const std::vector<std::string>& arguments) {
  return usage_error_of([&] { parse(arguments); });
}

TEST(CommandLineOfACommand, takes_options_and_words_in_any_order) {
  const ScannedLine line = parse({"a", "-q", "--output", "x", "b", "-o", "y"});
  EXPECT_THAT(line.words, ElementsAre("a", "b"));
  EXPECT_TRUE(line.has(OptionId::quiet));
  EXPECT_EQ(line.value_of(OptionId::output), "y");
  EXPECT_EQ(parse({"a", "b"}).value_of(OptionId::output), "");
  EXPECT_EQ(parse({"a", "b"}).value_of(OptionId::output, "z"), "z");
  EXPECT_THAT(parse({"--", "-q", "-"}).words, ElementsAre("-q", "-"));
}

TEST(CommandLineOfACommand, refuses_what_is_missing_or_too_much_with_an_example) {
  EXPECT_EQ(error_of({"a"}),
            "join: ONE OTHER is missing\nas in: ringsweep join ONE OTHER\nringsweep join --help lists all options");
  EXPECT_THAT(error_of({"a", "b", "c"}), AllOf(HasSubstr("join: 'c' is too much\n"), HasSubstr("ONE OTHER")));
}

TEST(CommandLineOfACommand, refuses_what_is_no_option_of_it) {
  EXPECT_EQ(error_of({"a", "b", "--outptu=x"}),
            "'--outptu=x' is not an option: --output?\nringsweep join --help lists all options");
  EXPECT_THAT(error_of({"a", "b", "--rate", "1"}), HasSubstr("'--rate' is not an option\n"));
  EXPECT_THAT(error_of({"a", "-o"}), HasSubstr("'-o' needs a value\nringsweep join --help"));
  EXPECT_THAT(error_of({"a", "--quiet=no"}), HasSubstr("--quiet takes no value"));
}

TEST(CommandLineOfACommand, looks_at_nothing_beside_help) {
  EXPECT_TRUE(parse({"--help"}).has(OptionId::help));
  EXPECT_TRUE(parse({"a", "b", "c", "--bogus", "-h"}).has(OptionId::help));
}

TEST(CommandLineOfACommand, shows_its_help_from_its_table) {
  EXPECT_EQ(command_help_text(command),
            "Usage: ringsweep join ONE OTHER [OPTION]...\n"
            "\n"
            "Joins two things.\n"
            "\n"
            "Options:\n"
            "  -o, --output FILE  write to FILE [stdout]\n"
            "  -q, --quiet        say nothing\n"
            "\n"
            "About:\n"
            "  -h, --help         show this help\n"
            "\n"
            "The default is in brackets.\n"
            "\n"
            "Exit status:\n"
            "  0  fine\n"
            "  2  usage\n");
}

TEST(CommandTable, names_each_command_and_each_option_of_it_once) {
  std::set<std::string_view> commands;
  for (const CommandSpec* one : command_table()) {
    EXPECT_TRUE(commands.insert(one->name).second) << one->name;
    EXPECT_EQ(find_command(one->name), one);
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

TEST(CommandTable, is_in_help_and_man_page) {
  for (const CommandSpec* one : command_table()) {
    EXPECT_THAT(help_text(), HasSubstr("\n  " + one->usage() + " "));
    EXPECT_THAT(help_text(), HasSubstr(one->help));
    EXPECT_THAT(man_page(), HasSubstr(std::string(".B ringsweep ") + std::string(one->name)));
    std::istringstream lines(command_help_text(*one));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 100U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

}  // namespace
}  // namespace ringsweep
