// The manual pages as they are installed: complete, and nothing in them that groff, mandoc or our renderer would not
// know.
#include "cli/manual_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "cli/command_line.h"
#include "cli/help/plain_page.h"
#include "cli/options/option_table.h"
#include "cli/ping/ping_arguments.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/output/store/store_schema.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;

std::string page(std::string_view name) {
  for (const ManualSource& source : manual_sources()) {
    if (source.name == name) return manual_page(source);
  }
  ADD_FAILURE() << "no page " << name;
  return {};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string in_bold(std::string_view text) {
  std::string roff = "\\fB";
  for (const char c : text) roff += c == '-' ? std::string("\\-") : std::string(1, c);
  return roff + "\\fR";
}

TEST(ManualPages, describe_each_option_of_each_command) {
  for (const OptionSpec& option : option_table()) EXPECT_THAT(page("ringsweep"), HasSubstr(in_bold(option.long_name)));
  for (const PingOptionText& option : ping_option_table())
    EXPECT_THAT(page("ringsweep-ping"), HasSubstr(in_bold(option.name)));
  for (const CommandSpec* command : command_table()) {
    EXPECT_THAT(page("ringsweep"), HasSubstr(in_bold("ringsweep " + std::string(command->name))));
    if (command->name == "help") continue;
    const std::string text = page("ringsweep-" + std::string(command->name));
    for (const OptionSpec& option : command->options) EXPECT_THAT(text, HasSubstr(in_bold(option.long_name)));
  }
}

TEST(ManualPages, name_each_state_and_reason) {
  const std::string text = plain_page(page("ringsweep-output"));
  for (std::size_t i = 0; i < state_count; ++i)
    EXPECT_THAT(text, HasSubstr(std::string(to_text(static_cast<State>(i)))));
  for (std::size_t i = 1; i < reason_count; ++i)
    EXPECT_THAT(text, HasSubstr(std::string(to_text(static_cast<Reason>(i)))));
}

TEST(ManualPages, show_the_schema_of_the_store_as_it_is) {
  const std::string text = plain_page(page("ringsweep-output"));
  for (const std::string& line : lines_of(store_migrations().front().sql)) EXPECT_THAT(text, HasSubstr(line + "\n"));
}

TEST(ManualPages, have_the_usual_sections) {
  for (const ManualSource& source : manual_sources()) {
    for (const char* section : {"NAME", "DESCRIPTION", "SEE ALSO"})
      EXPECT_THAT(manual_page(source), HasSubstr(std::string("\n.SH ") + section + "\n")) << source.name;
  }
}

TEST(ManualPages, hold_only_macros_that_the_renderer_knows_and_no_placeholder) {
  const std::set<std::string> known = {".TH", ".SH", ".SS", ".PP", ".TP", ".IP", ".B",  ".I", ".BR",
                                       ".RB", ".BI", ".IB", ".IR", ".RI", ".EX", ".EE", ".in"};
  for (const ManualSource& source : manual_sources()) {
    for (const std::string& line : lines_of(manual_page(source))) {
      if (!line.starts_with('.')) continue;
      EXPECT_TRUE(known.contains(line.substr(0, line.find(' ')))) << source.name << ": " << line;
    }
  }
}

TEST(ManualPages, leave_no_escape_in_plain_text) {
  for (const ManualSource& source : manual_sources()) {
    for (const std::string& line : lines_of(plain_page(manual_page(source)))) {
      if (line.starts_with("           ")) continue;  // an example may have backslashes
      EXPECT_FALSE(std::regex_search(line, std::regex(R"(\\[-&(ef])"))) << source.name << ": " << line;
    }
  }
}

TEST(ManualPages, refer_only_to_pages_of_ours_that_exist) {
  std::set<std::string> pages;
  for (const ManualSource& source : manual_sources())
    pages.insert(std::string(source.name) + '(' + source.section + ')');
  const std::regex reference(R"(ringsweep(-[a-z]+)?\([0-9]\))");
  for (const ManualSource& source : manual_sources()) {
    const std::string text = plain_page(manual_page(source));
    for (auto found = std::sregex_iterator(text.begin(), text.end(), reference); found != std::sregex_iterator();
         ++found)
      EXPECT_TRUE(pages.contains(found->str())) << source.name << ": " << found->str();
  }
}

}  // namespace
}  // namespace ringsweep
