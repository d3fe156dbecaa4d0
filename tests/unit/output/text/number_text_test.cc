#include "ringsweep/output/text/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace ringsweep {
namespace {

std::string unsigned_text(std::uint64_t value) {
  char text[max_unsigned_text];
  return {text, put_unsigned(text, value)};
}

TEST(NumberText, writes_unsigned_numbers_of_every_length) {
  EXPECT_EQ(unsigned_text(0), "0");
  EXPECT_EQ(unsigned_text(9), "9");
  EXPECT_EQ(unsigned_text(10), "10");
  EXPECT_EQ(unsigned_text(99), "99");
  EXPECT_EQ(unsigned_text(100), "100");
  EXPECT_EQ(unsigned_text(65535), "65535");
  EXPECT_EQ(unsigned_text(1000000), "1000000");
  EXPECT_EQ(unsigned_text(18446744073709551615U), "18446744073709551615");
}

TEST(NumberText, writes_milliseconds_with_three_decimals_rounded_half_up) {
  EXPECT_EQ(ms_text(0), "0.000");
  EXPECT_EQ(ms_text(499), "0.000");
  EXPECT_EQ(ms_text(500), "0.001");
  EXPECT_EQ(ms_text(123'499), "0.123");
  EXPECT_EQ(ms_text(123'500), "0.124");
  EXPECT_EQ(ms_text(999'499), "0.999");
  EXPECT_EQ(ms_text(999'500), "1.000");
  EXPECT_EQ(ms_text(1'020'000), "1.020");
  EXPECT_EQ(ms_text(86'400'000'000'000), "86400000.000");
  EXPECT_EQ(ms_text(std::numeric_limits<std::int64_t>::max()), "9223372036854.776");
}

TEST(NumberText, writes_utc_times_with_milliseconds_cut_off) {
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(951'868'800'000'000'000), "2000-03-01T00:00:00.000Z");
  EXPECT_EQ(utc_text(1'795'578'495'123'999'999), "2026-11-25T03:48:15.123Z");
  EXPECT_EQ(utc_text(1'835'481'599'999'999'999), "2028-02-29T23:59:59.999Z");
}

TEST(NumberText, a_clock_text_follows_the_time_forth_and_back) {
  UtcClockText clock;
  const auto text_at = [&clock](std::int64_t ns) {
    char text[utc_text_size];
    return std::string(text, clock.put(text, ns));
  };
  EXPECT_EQ(text_at(1'795'578'495'000'000'000), "2026-11-25T03:48:15.000Z");
  EXPECT_EQ(text_at(1'795'578'495'999'000'000), "2026-11-25T03:48:15.999Z");
  EXPECT_EQ(text_at(1'795'578'496'000'000'000), "2026-11-25T03:48:16.000Z");
  EXPECT_EQ(text_at(1'795'578'495'001'000'000), "2026-11-25T03:48:15.001Z");
}

TEST(NumberText, writes_durations_for_people) {
  EXPECT_EQ(duration_text(0), "0:00");
  EXPECT_EQ(duration_text(499'999'999), "0:00");
  EXPECT_EQ(duration_text(42'000'000'000), "0:42");
  EXPECT_EQ(duration_text(725'000'000'000), "12:05");
  EXPECT_EQ(duration_text(3'723'000'000'000), "1:02:03");
  EXPECT_EQ(duration_text(360'000'000'000'000), "100:00:00");
}

TEST(NumberText, shortens_numbers_to_three_digits) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(0.5), "0.5");
  EXPECT_EQ(short_number(7), "7");
  EXPECT_EQ(short_number(9.994), "9.99");
  EXPECT_EQ(short_number(310.4), "310");
  EXPECT_EQ(short_number(999.4), "999");
  EXPECT_EQ(short_number(999.6), "1k");
  EXPECT_EQ(short_number(9'900), "9.9k");
  EXPECT_EQ(short_number(99'949), "99.9k");
  EXPECT_EQ(short_number(100'000), "100k");
  EXPECT_EQ(short_number(1'250'000), "1.25M");
}

TEST(NumberText, a_percentage_never_says_all_before_it_is_all) {
  EXPECT_EQ(percent_text(0, 0), "0.0%");
  EXPECT_EQ(percent_text(8192, 65536), "12.5%");
  EXPECT_EQ(percent_text(29, 100), "29.0%");
  EXPECT_EQ(percent_text(65535, 65536), "99.9%");
  EXPECT_EQ(percent_text(65536, 65536), "100.0%");
}

TEST(NumberText, writes_thousandths_without_trailing_zeros) {
  EXPECT_EQ(decimal_text(500), "0.5");
  EXPECT_EQ(decimal_text(1), "0.001");
  EXPECT_EQ(decimal_text(12'345'000), "12345");
  EXPECT_EQ(decimal_text(1'050), "1.05");
}

}  // namespace
}  // namespace ringsweep
