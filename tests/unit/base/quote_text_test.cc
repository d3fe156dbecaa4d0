#include "ringsweep/base/quote_text.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

TEST(QuoteText, shows_printable_text_as_it_is) {
  EXPECT_EQ(quote_text("10.0.0.256"), "'10.0.0.256'");
  EXPECT_EQ(quote_text(""), "''");
  EXPECT_EQ(quote_text("a b~"), "'a b~'");
}

TEST(QuoteText, shows_other_bytes_by_number) {
  EXPECT_EQ(quote_text(std::string_view("\x1b[2J\0\t\n\x7f", 8)), "'\\x1b[2J\\x00\\x09\\x0a\\x7f'");
  EXPECT_EQ(quote_text("b\xc3\xbc"), "'b\\xc3\\xbc'");
}

TEST(QuoteText, shows_sixty_characters_at_most) {
  EXPECT_EQ(quote_text(std::string(60, 'x')), "'" + std::string(60, 'x') + "'");
  EXPECT_EQ(quote_text(std::string(61, 'x')), "'" + std::string(60, 'x') + "'...");
}

}  // namespace
}  // namespace ringsweep
