#include "cli/options/command_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/options/shared_options.h"
#include "unit/cli/expect_usage_error.h"

namespace ringsweep {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
                                 .run = [](const ScannedLine& line) { return static_cast<int>(line.words.size()); }};

ScannedLine parse(const std::vector<std::string>& arguments) {
  return parse_command(command, arguments);
}
std::vector<std::string> values_of(const ScannedLine& line, std::string_view option) {
  std::vector<std::string> values;
  for (const ScannedOption& one : line.options) {
    if (one.spec->long_name == option) values.push_back(one.value);
  }
  return values;
}
std::string error_of(const std::vector<std::string>& arguments) {
  return usage_error_of([&] { parse(arguments); });
}

TEST(CommandLineOfACommand, takes_options_and_words_in_any_order) {
  const ScannedLine line = parse({"a", "-q", "--output", "x", "b", "-o", "y"});
  EXPECT_THAT(line.words, ElementsAre("a", "b"));
  EXPECT_TRUE(line.has("--quiet"));
  EXPECT_THAT(values_of(line, "--output"), ElementsAre("y"));
  EXPECT_THAT(values_of(parse({"a", "b"}), "--output"), IsEmpty());
  EXPECT_THAT(parse({"--", "-q", "-"}).words, ElementsAre("-q", "-"));
}

TEST(CommandLineOfACommand, refuses_what_is_missing_or_too_much_with_an_example) {
  EXPECT_EQ(error_of({"a"}),
            "join: ONE OTHER is missing\nas in: ringsweep join ONE OTHER\nringsweep join --help lists all options");
  EXPECT_THAT(error_of({"a", "b", "c"}), AllOf(HasSubstr("join: too many arguments: 'c'\n"), HasSubstr("ONE OTHER")));
}

TEST(CommandLineOfACommand, refuses_what_is_no_option_of_it) {
  EXPECT_EQ(error_of({"a", "b", "--outptu=x"}),
            "'--outptu=x' is not an option: --output?\nringsweep join --help lists all options");
  EXPECT_THAT(error_of({"a", "b", "--rate", "1"}), HasSubstr("'--rate' is not an option\n"));
  EXPECT_THAT(error_of({"a", "-o"}), HasSubstr("'-o' requires a value\nringsweep join --help"));
  EXPECT_THAT(error_of({"a", "--quiet=no"}), HasSubstr("--quiet takes no value"));
}

TEST(CommandLineOfACommand, looks_at_nothing_beside_help) {
  EXPECT_TRUE(parse({"--help"}).has("--help"));
  EXPECT_TRUE(parse({"a", "b", "c", "--bogus", "-h"}).has("--help"));
}

}  // namespace
}  // namespace ringsweep
