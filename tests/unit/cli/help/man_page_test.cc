#include "cli/help/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringsweep {
namespace {

constexpr OptionSpec output_option() {
  OptionSpec option{};
  option.group = OptionGroup::command;
  option.short_name = "-o";
  option.long_name = "--output";
  option.argument = "FILE";
  option.default_text = "stdout";
  option.help = "write to FILE";
  option.manual = "It's replaced.";
  return option;
}
constexpr OptionSpec options[] = {output_option()};
constexpr ExitStatusText statuses[] = {{0, "fine"}};

TEST(ManPage, has_the_version_in_its_title_and_the_date_as_it_is) {
  EXPECT_EQ(man_page(".TH X 1 2026-12-01 \"x @VERSION@\"\n", "1.2-rc", {}), ".TH X 1 2026-12-01 \"x 1.2-rc\"\n");
}

TEST(ManPage, puts_parts_in_the_places_of_their_placeholders) {
  const ManPart parts[] = {{".OPTIONS", "the options\n"}};
  EXPECT_EQ(man_page("before\n.OPTIONS\nafter\n", "", parts), "before\nthe options\nafter\n");
}

TEST(ManPage, has_only_hyphens_that_can_be_copied) {
  EXPECT_EQ(man_page(".B --rate\nbatch-wise \\-r\n", "", {}), ".B \\-\\-rate\nbatch\\-wise \\-r\n");
}

TEST(ManPage, leaves_out_comments) {
  EXPECT_EQ(man_page(".\\\" for the tests\ntext\n", "", {}), "text\n");
}

TEST(ManPage, shows_literal_text_as_it_is) {
  EXPECT_EQ(man_page("text\n.EX\nx 'a' \\n `b` ^ ~\n.EE\n", "", {}),
            "text\n.PP\n.in +4n\n.EX\nx \\(aqa\\(aq \\en \\(gab\\(ga \\(ha \\(ti\n.EE\n.in\n");
  EXPECT_EQ(man_literal(".import\n-- x\n"), ".PP\n.in +4n\n.EX\n\\&.import\n\\-\\- x\n.EE\n.in\n");
}

TEST(ManPage, has_no_empty_paragraph_below_a_heading) {
  EXPECT_EQ(man_page(".SH EXAMPLES\n.EX\nx\n.EE\n", "", {}), ".SH EXAMPLES\n.in +4n\n.EX\nx\n.EE\n.in\n");
}

TEST(ManPage, describes_an_option_in_sentences) {
  EXPECT_EQ(man_options(options),
            ".TP\n\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIFILE\\fR\nWrite to FILE.\nDefault: stdout.\nIt's replaced.\n");
  EXPECT_EQ(man_exit_statuses(statuses), ".TP\n\\fB0\\fR\nFine.\n");
}

TEST(ManPage, takes_no_text_of_a_table_for_a_request_or_an_escape) {
  EXPECT_EQ(man_entry("-Q", "TOS", "0x..\n.sp\\n"), ".TP\n\\fB\\-Q\\fR \\fITOS\\fR\n0x..\n\\&.sp\\en.\n");
}

}  // namespace
}  // namespace ringsweep
