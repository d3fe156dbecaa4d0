#include "cli/help/plain_page.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

// Without the line at the foot.
std::string shown(const std::string& roff) {
  const std::string page = plain_page(roff);
  return page.substr(0, page.size() - 2);
}

TEST(PlainPage, has_title_and_foot) {
  EXPECT_EQ(plain_page(".TH PAGE 5 2026-12-01 \"ringsweep 1.0\" \"File Formats\"\n"),
            "PAGE(5)                           File Formats                           PAGE(5)\n"
            "\n"
            "ringsweep 1.0                         2026-12-01                         PAGE(5)\n"
            "\n");
}

TEST(PlainPage, fills_lines_below_headings) {
  EXPECT_EQ(shown(".SH NAME\nwords\nof a line\n.PP\nnext\n.SS Part\nmore\n"),
            "\nNAME\n       words of a line\n\n       next\n\n   Part\n       more\n");
  EXPECT_EQ(shown("a" + std::string(72, 'b') + " c d\n"), "       a" + std::string(72, 'b') + "\n       c d\n");
}

TEST(PlainPage, indents_what_follows_a_tag) {
  EXPECT_EQ(shown(".SH OPTIONS\n.TP\n\\fB\\-\\-rate\\fR \\fIPPS\\fR\nThe rate.\n.IP\nMore.\n.TP\n.B 0\nFine.\n"),
            "\nOPTIONS\n       --rate PPS\n              The rate.\n\n              More.\n\n       0      Fine.\n");
  EXPECT_EQ(shown(".IP \\(bu 2\none\n"), "\n       * one\n");
}

TEST(PlainPage, joins_the_words_of_a_macro_with_two_fonts) {
  EXPECT_EQ(shown("see\n.BR ringsweep (1),\n.BI \"-f \" FILE\n"), "       see ringsweep(1), -f FILE\n");
}

TEST(PlainPage, keeps_literal_lines) {
  EXPECT_EQ(shown("text\n.PP\n.in +4n\n.EX\nSELECT  \\(aqx\\(aq\n\n\\&.import \\e\n.EE\n.in\n.PP\nafter\n"),
            "       text\n\n           SELECT  'x'\n\n           .import \\\n\n       after\n");
}

}  // namespace
}  // namespace ringsweep
