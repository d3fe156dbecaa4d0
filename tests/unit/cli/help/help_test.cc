#include "cli/help/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/options/command_spec.h"
#include "cli/options/shared_options.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;

constexpr OptionSpec options[] = {
    {.short_name = "-o",
     .long_name = "--output",
     .argument = "FILE",
     .default_text = "stdout",
     .help = "write to FILE",
     .manual = "More."},
    {.short_name = "-q", .long_name = "--quiet", .help = "say nothing"},
    help_option,
};
constexpr ExitStatusText statuses[] = {{0, "fine"}, {2, "usage"}};
constexpr CommandSpec command = {.name = "join",
                                 .words = "ONE OTHER",
                                 .least_words = 2,
                                 .most_words = 2,
                                 .help = "joins two",
                                 .introduction = "Joins two things.\n",
                                 .options = options,
                                 .exit_statuses = statuses,
                                 .run = nullptr};
constexpr const CommandSpec* commands[] = {&command};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(OptionTable, names_each_option_once) {
  std::set<std::string_view> names;
  for (const OptionSpec& option : option_table()) {
    EXPECT_TRUE(option.long_name.starts_with("--")) << option.long_name;
    EXPECT_TRUE(names.insert(option.long_name).second) << option.long_name;
    if (!option.short_name.empty()) {
      EXPECT_EQ(option.short_name.size(), 2U);
      EXPECT_TRUE(names.insert(option.short_name).second) << option.short_name;
    }
  }
}

TEST(OptionTable, keeps_groups_together) {
  EXPECT_TRUE(std::is_sorted(option_table().begin(), option_table().end(),
                             [](const OptionSpec& a, const OptionSpec& b) { return a.group < b.group; }));
}

TEST(Help, has_one_line_for_each_option) {
  const std::vector<std::string> lines = lines_of(help_text(commands));
  for (const OptionSpec& option : option_table()) {
    const auto shows = [&](const std::string& line) {
      return line.starts_with("  ") && line.find(std::string(option.long_name) + " ") < 8 &&
             line.find(option.help) != std::string::npos && line.find(option.default_text) != std::string::npos;
    };
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(), shows), 1) << option.long_name;
  }
}

TEST(Help, fits_into_100_columns_of_plain_text) {
  for (const std::string& line : lines_of(help_text(commands))) {
    EXPECT_LE(line.size(), 100U) << line;
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; })) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(Help, shows_an_option_as_it_is_typed) {
  EXPECT_THAT(help_text(commands), HasSubstr("\n  -r, --rate PPS "));
  EXPECT_THAT(help_text(commands), HasSubstr("\n      --attempts N "));
  EXPECT_THAT(help_text(commands), HasSubstr("probes to a target that stays silent, 1 to 1000000 [3]\n"));
}

TEST(Help, names_no_command_or_option_that_is_not_built) {
  for (const char* name : {"doctor", "--tx-timestamps"}) {
    EXPECT_EQ(help_text(commands).find(name), std::string::npos) << name;
  }
}

TEST(CommandHelp, shows_its_help_from_its_table) {
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

TEST(Version, is_the_projects_and_the_same_on_every_kernel) {
  EXPECT_THAT(version_text(),
              testing::MatchesRegex("ringsweep [0-9]+\\.[0-9]+\\.[0-9]+\nbuilt with liburing [0-9.]+\n"));
}

}  // namespace
}  // namespace ringsweep
