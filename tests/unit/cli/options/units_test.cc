#include "cli/options/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/expect_usage_error.h"

namespace ringsweep {
namespace {

using testing::HasSubstr;

std::uint64_t milli(std::string_view text) {
  return parse_rate("--rate", text).milli_pps;
}
std::int64_t ns(std::string_view text) {
  return parse_duration("--timeout", text, Zero::refused);
}
std::uint64_t count(std::string_view text) {
  return parse_count("--max-targets", text, {1, 1'099'511'627'776});
}

std::string rate_error(std::string_view text) {
  return usage_error_of([&] { parse_rate("--rate", text); });
}
std::string duration_error(std::string_view text) {
  return usage_error_of([&] { parse_duration("--timeout", text, Zero::refused); });
}
std::string count_error(std::string_view text) {
  return usage_error_of([&] { parse_count("--max-targets", text, {1, 1'099'511'627'776}); });
}
std::string shard_error(std::string_view text) {
  return usage_error_of([&] { parse_shard("--shard", text); });
}

TEST(Rates, are_probes_a_second_with_decimal_suffixes) {
  EXPECT_EQ(milli("500"), 500'000U);
  EXPECT_EQ(milli("10k"), 10'000'000U);
  EXPECT_EQ(milli("1M"), 1'000'000'000U);
  EXPECT_EQ(milli("1.488M"), 1'488'000'000U);
  EXPECT_EQ(milli("1G"), 1'000'000'000'000U);
  EXPECT_EQ(milli("0.5"), 500U);
  EXPECT_EQ(milli("0.001"), 1U);
  EXPECT_EQ(milli("0.0015k"), 1'500U);
  EXPECT_EQ(milli("007"), 7'000U);
}

// field bug 20: a rate whose product with anything overflows 32 bits is an ordinary rate.
TEST(Rates, above_32_bits_are_exact) {
  EXPECT_EQ(milli("4294967"), 4'294'967'000U);
  EXPECT_EQ(milli("4294968"), 4'294'968'000U);
  EXPECT_EQ(milli("999999999"), 999'999'999'000U);
}

TEST(Rates, may_be_max) {
  EXPECT_TRUE(parse_rate("--rate", "max").is_max());
  EXPECT_FALSE(parse_rate("--rate", "1").is_max());
}

TEST(Rates, that_would_send_nothing_are_refused) {
  EXPECT_THAT(rate_error("0"), HasSubstr("--rate: '0' is not a rate: nothing would be sent"));
  EXPECT_THAT(rate_error("0.0"), HasSubstr("nothing would be sent"));
  EXPECT_THAT(rate_error("0k"), HasSubstr("nothing would be sent"));
  EXPECT_THAT(rate_error("-5"), HasSubstr("'-5' is negative"));
  EXPECT_THAT(rate_error("0.0009"), HasSubstr("is finer than 0.001"));
}

TEST(Rates, in_other_notations_are_refused_with_what_is_accepted) {
  for (const char* text : {"1e6", "NaN", "nan",  "inf",   "MAX",  "1,000", "1_000", " 5",    "5 ",  "+5",
                           ".5",  "5.",  "1..2", "1.2.3", "0x10", "10 k",  "10kk",  "10pps", "1k5", "k"}) {
    const std::string error = rate_error(text);
    EXPECT_THAT(error, HasSubstr(std::string("--rate: '") + text + "'"));
    EXPECT_THAT(error, HasSubstr("accepted: probes a second from 0.001 to 1G"));
  }
  EXPECT_THAT(rate_error(""), HasSubstr("'' is empty"));
}

TEST(Rates, with_a_suffix_in_the_wrong_case_get_a_hint) {
  EXPECT_THAT(rate_error("10K"), HasSubstr("unknown suffix 'K': 10k?"));
  EXPECT_THAT(rate_error("1m"), HasSubstr("unknown suffix 'm': 1M?"));
}

TEST(Rates, that_are_too_large_are_refused) {
  EXPECT_THAT(rate_error("1.1G"), HasSubstr("is over 1G"));
  EXPECT_THAT(rate_error("18446744073709551616"), HasSubstr("is over 1G"));
  EXPECT_THAT(rate_error("18446744073709551617G"), HasSubstr("is over 1G"));
  EXPECT_THAT(rate_error(std::string(100, '9')), HasSubstr("has too many digits"));
}

TEST(Rates, cannot_write_to_the_terminal_through_a_message) {
  EXPECT_THAT(rate_error("1\x1b[2J"), HasSubstr("'1\\x1b[2J'"));
}

TEST(Durations, have_units) {
  EXPECT_EQ(ns("10us"), 10'000);
  EXPECT_EQ(ns("500ms"), 500'000'000);
  EXPECT_EQ(ns("1s"), 1'000'000'000);
  EXPECT_EQ(ns("1.5s"), 1'500'000'000);
  EXPECT_EQ(ns("2m"), 120'000'000'000);
  EXPECT_EQ(ns("1h"), 3'600'000'000'000);
  EXPECT_EQ(ns("24h"), 86'400'000'000'000);
  EXPECT_EQ(ns("0.001us"), 1);
}

TEST(Durations, without_a_unit_are_refused_with_the_likely_meaning) {
  EXPECT_THAT(duration_error("500"), HasSubstr("--timeout: '500' has no unit: 500ms?"));
  EXPECT_THAT(duration_error("1000"), HasSubstr("has no unit: 1000ms?"));
  EXPECT_THAT(duration_error("2"), HasSubstr("has no unit: 2s?"));
  EXPECT_THAT(duration_error("0.5"), HasSubstr("has no unit: 0.5s?"));
}

TEST(Durations, may_be_zero_only_where_that_means_something) {
  EXPECT_EQ(parse_duration("--linger", "0s", Zero::allowed), 0);
  EXPECT_EQ(parse_duration("--linger", "0ms", Zero::allowed), 0);
  EXPECT_THAT(duration_error("0s"), HasSubstr("'0s' must not be zero"));
}

TEST(Durations, over_a_day_are_refused) {
  EXPECT_THAT(duration_error("24.001h"), HasSubstr("is over 24h"));
  EXPECT_THAT(duration_error("1441m"), HasSubstr("is over 24h"));
  EXPECT_THAT(duration_error("999999999999999999999999h"), HasSubstr("is over 24h"));
}

TEST(Durations, in_other_notations_are_refused) {
  for (const char* text : {"1sec", "1min", "1d", "1S", "1 s", "-1s", "1e3ms", "s", "", "1s500ms", "1:00", "0.0001us"}) {
    EXPECT_THAT(duration_error(text), HasSubstr("accepted: a number with us, ms, s, m or h")) << text;
  }
  EXPECT_THAT(duration_error("1sec"), HasSubstr("unknown unit 'sec'"));
}

TEST(Durations, of_what_is_kept_may_be_in_days_and_years_long) {
  const auto keep = [](std::string_view text) {
    return parse_duration("--store-keep", text, Zero::refused, Longest::century);
  };
  EXPECT_EQ(keep("90d"), 7'776'000'000'000'000);
  EXPECT_EQ(keep("0.5d"), 43'200'000'000'000);
  EXPECT_EQ(keep("48h"), 172'800'000'000'000);
  EXPECT_EQ(keep("36500d"), 3'153'600'000'000'000'000);
  EXPECT_THAT(usage_error_of([&] { keep("36501d"); }), HasSubstr("--store-keep: '36501d' is over 36500d"));
  EXPECT_THAT(usage_error_of([&] { keep("90"); }), HasSubstr("'90' has no unit: 90d?"));
  EXPECT_THAT(usage_error_of([&] { keep("3w"); }), HasSubstr("accepted: a number with us, ms, s, m, h or d"));
  EXPECT_THAT(duration_error("1d"), HasSubstr("unknown unit 'd'"));
}

TEST(Counts, may_have_decimal_suffixes) {
  EXPECT_EQ(count("65536"), 65'536U);
  EXPECT_EQ(count("17M"), 17'000'000U);
  EXPECT_EQ(count("1.5k"), 1'500U);
  EXPECT_EQ(count("2G"), 2'000'000'000U);
  EXPECT_EQ(count("1099511627776"), 1'099'511'627'776U);
}

TEST(Counts, outside_their_range_or_not_whole_are_refused) {
  EXPECT_THAT(count_error("0"), HasSubstr("is not between 1 and 1099511627776"));
  EXPECT_THAT(count_error("1099511627777"), HasSubstr("is not between 1 and 1099511627776"));
  EXPECT_THAT(count_error("0.5"), HasSubstr("is not a whole number"));
  EXPECT_THAT(count_error("1.5"), HasSubstr("is not a whole number"));
  EXPECT_THAT(count_error("-1"), HasSubstr("is negative"));
  EXPECT_THAT(count_error("1e6"), HasSubstr("has the unknown suffix 'e6'"));
  EXPECT_THAT(count_error("many"), HasSubstr("is not a whole number"));
}

TEST(Factors, are_read_in_thousandths) {
  EXPECT_EQ(parse_factor("--rtt-factor", "3"), 3000U);
  EXPECT_EQ(parse_factor("--rtt-factor", "1.5"), 1500U);
  EXPECT_EQ(parse_factor("--rtt-factor", "1"), 1000U);
  EXPECT_EQ(parse_factor("--rtt-factor", "1000000"), 1'000'000'000U);
}

TEST(Factors, that_are_none_are_refused) {
  for (const char* text : {"", "0.999", "1000001", "-3", "x", "3x", "1.0005"}) {
    const std::string error = usage_error_of([&] { parse_factor("--rtt-factor", text); });
    EXPECT_NE(error.find(std::string("--rtt-factor: '") + text), std::string::npos) << error;
    EXPECT_NE(error.find("accepted: 1 to 1000000"), std::string::npos) << error;
  }
}

TEST(Integers, are_checked_against_their_range) {
  EXPECT_EQ(parse_integer("--ttl", "1", {1, 255}), 1U);
  EXPECT_EQ(parse_integer("--ttl", "255", {1, 255}), 255U);
  for (const char* text : {"0", "256", "-1", "1.5", "x", "", "0x10", "1k", " 1", "99999999999999999999"}) {
    const std::string error = usage_error_of([&] { parse_integer("--ttl", text, {1, 255}); });
    EXPECT_THAT(error, HasSubstr(std::string("--ttl: '") + text + "'"));
    EXPECT_THAT(error, HasSubstr("accepted: 1 to 255"));
  }
}

TEST(Integers, may_be_hexadecimal_where_that_is_usual) {
  constexpr IntegerRange any = {0, ~std::uint64_t{0}};
  EXPECT_EQ(parse_integer("--seed", "0xff", any, Hex::allowed), 255U);
  EXPECT_EQ(parse_integer("--seed", "0XFFFFFFFFFFFFFFFF", any, Hex::allowed), 18'446'744'073'709'551'615U);
  EXPECT_EQ(parse_integer("--seed", "18446744073709551615", any, Hex::allowed), 18'446'744'073'709'551'615U);
  EXPECT_EQ(parse_integer("--seed", "010", any, Hex::allowed), 10U);
  for (const char* text : {"0x", "0xg", "ff", "0x10000000000000000", "18446744073709551616", "0x-1", "-0x1"}) {
    EXPECT_THAT(usage_error_of([&] { parse_integer("--seed", text, any, Hex::allowed); }), HasSubstr("--seed: '"));
  }
}

TEST(Shards, are_counted_from_one) {
  EXPECT_EQ(parse_shard("--shard", "1/1").index, 1U);
  EXPECT_EQ(parse_shard("--shard", "3/7").index, 3U);
  EXPECT_EQ(parse_shard("--shard", "3/7").count, 7U);
  EXPECT_EQ(parse_shard("--shard", "7/7").index, 7U);
}

// field bug 19
TEST(Shards, may_be_more_than_255) {
  EXPECT_EQ(parse_shard("--shard", "300/300").index, 300U);
  EXPECT_EQ(parse_shard("--shard", "256/300").count, 300U);
}

// field bug 19
TEST(Shards, out_of_range_are_refused_and_told_where_counting_starts) {
  for (const char* text : {"0/3", "4/3", "0/0", "1/0"}) {
    EXPECT_THAT(shard_error(text), HasSubstr(std::string("--shard: '") + text + "'"));
    EXPECT_THAT(shard_error(text), HasSubstr("counting starts at 1"));
  }
  EXPECT_THAT(shard_error("4/3"), HasSubstr("the last is 3/3"));
}

TEST(Shards, of_another_shape_are_refused) {
  for (const char* text : {"", "1", "/", "1/", "/3", "1/2/3", "-1/3", "1/-3", "a/b", "1 /3", "1.0/3",
                           "1/99999999999999999999", "1/1099511627777"}) {
    EXPECT_THAT(shard_error(text), HasSubstr("accepted: i/N")) << text;
  }
}

TEST(Percentages, are_ratios) {
  EXPECT_DOUBLE_EQ(parse_percent("--loss", "2%", Zero::refused), 0.02);
  EXPECT_DOUBLE_EQ(parse_percent("--loss", "0.1%", Zero::refused), 0.001);
  EXPECT_DOUBLE_EQ(parse_percent("--loss", "100%", Zero::refused), 1);
  EXPECT_DOUBLE_EQ(parse_percent("--loss", "0.000001%", Zero::refused), 1e-8);
  EXPECT_DOUBLE_EQ(parse_percent("--loss", "0%", Zero::allowed), 0);
}

TEST(Percentages, that_mean_nothing_are_refused_with_what_is_accepted) {
  const auto error = [](std::string_view text) {
    return usage_error_of([&] { parse_percent("--loss", text, Zero::refused); });
  };
  const std::string accepted = "\naccepted: a number with %, at most 100% (2%, 0.1%)";
  EXPECT_EQ(error("0%"), "--loss: '0%' must not be zero" + accepted);
  EXPECT_EQ(error("0.1"), "--loss: '0.1' has no unit: 0.1%?" + accepted);
  EXPECT_EQ(error("1k"), "--loss: '1k' has the unknown unit 'k'" + accepted);
  EXPECT_EQ(error("100.1%"), "--loss: '100.1%' is over 100%" + accepted);
  EXPECT_EQ(error("0.0000001%"), "--loss: '0.0000001%' is finer than a millionth of a percent" + accepted);
  EXPECT_THAT(error(""), HasSubstr(accepted));
  EXPECT_THAT(error("-1%"), HasSubstr(accepted));
  EXPECT_THAT(error("%"), HasSubstr(accepted));
}

}  // namespace
}  // namespace ringsweep
