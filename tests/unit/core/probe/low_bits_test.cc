#include "ringsweep/core/probe/low_bits.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

TEST(LowBits, lead_back_to_the_newest_number_that_has_them) {
  EXPECT_EQ(number_below(1'000, 999, 16), 999U);
  EXPECT_EQ(number_below(65'540, 3, 16), 65'539U);
  EXPECT_EQ(number_below(65'540, 4, 16), 4U) << "65,540 is yet to come";
  const std::uint64_t two_to_40 = 1'099'511'627'776;
  EXPECT_EQ(number_below(two_to_40, 7, 40), 7U);
  EXPECT_EQ(number_below(two_to_40 + 8, 7, 40), two_to_40 + 7);
  EXPECT_EQ(number_below(two_to_40 + 8, two_to_40 - 1, 40), two_to_40 - 1);
}

TEST(LowBits, that_no_number_has_so_far_lead_to_none_before_the_end) {
  EXPECT_GE(number_below(1, 5, 16), 1U);
  EXPECT_GE(number_below(1'000, 1'000, 40), 1'000U);
}

}  // namespace
}  // namespace ringsweep
