#include "cli/options/command_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

}  // namespace
}  // namespace ringsweep
