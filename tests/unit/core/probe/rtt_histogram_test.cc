#include "ringsweep/core/probe/rtt_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <random>
#include <vector>

namespace ringsweep {
namespace {

constexpr std::int64_t two_to_47 = 140'737'488'355'328;

RttHistogram histogram_of(std::initializer_list<std::int64_t> values) {
  RttHistogram histogram;
  for (const auto value : values) histogram.add(value);
  return histogram;
}

void expect_same(const RttHistogram& a, const RttHistogram& b) {
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.min_ns(), b.min_ns());
  EXPECT_EQ(a.max_ns(), b.max_ns());
  EXPECT_DOUBLE_EQ(a.mean_ns(), b.mean_ns());
  for (int percent = 0; percent <= 100; ++percent)
    EXPECT_EQ(a.quantile_ns(percent / 100.0), b.quantile_ns(percent / 100.0));
}

TEST(RttHistogram, empty_is_all_zero) {
  const RttHistogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.min_ns(), 0);
  EXPECT_EQ(empty.max_ns(), 0);
  EXPECT_EQ(empty.mean_ns(), 0.0);
  EXPECT_EQ(empty.quantile_ns(0.5), 0);
}

TEST(RttHistogram, one_value_is_every_quantile) {
  const auto histogram = histogram_of({1'234'567});
  EXPECT_EQ(histogram.count(), 1U);
  EXPECT_EQ(histogram.min_ns(), 1'234'567);
  EXPECT_EQ(histogram.max_ns(), 1'234'567);
  EXPECT_EQ(histogram.mean_ns(), 1'234'567.0);
  for (const double q : {0.0, 0.5, 0.99, 1.0}) EXPECT_EQ(histogram.quantile_ns(q), 1'234'567);
}

TEST(RttHistogram, small_values_are_exact) {
  RttHistogram histogram;
  for (std::int64_t value = 1; value <= 100; ++value) histogram.add(value);
  EXPECT_EQ(histogram.mean_ns(), 50.5);
  for (int percent = 1; percent <= 100; ++percent) EXPECT_EQ(histogram.quantile_ns(percent / 100.0), percent);
  EXPECT_EQ(histogram.quantile_ns(0), 1);
  EXPECT_EQ(histogram.quantile_ns(0.001), 1);
  EXPECT_EQ(histogram.quantile_ns(0.011), 2);
}

TEST(RttHistogram, quantile_is_the_end_of_its_bucket) {
  // From 2^20 to 2^21 a bucket is 2^20 / 128 = 8,192 wide: 1,048,576 to 1,056,767 is the first, the next ends at
  // 1,064,959.
  const auto histogram = histogram_of({1'048'576, 1'056'768, 5'000'000});
  EXPECT_EQ(histogram.quantile_ns(1 / 3.0), 1'056'767);
  EXPECT_EQ(histogram.quantile_ns(2 / 3.0), 1'064'959);
  EXPECT_EQ(histogram.quantile_ns(1), 5'000'000);
}

TEST(RttHistogram, edges_of_the_buckets) {
  for (const std::int64_t value : std::initializer_list<std::int64_t>{0, 1, 127, 128, 129, 255}) {
    auto histogram = histogram_of({value});
    histogram.add(two_to_47 - 1);
    EXPECT_EQ(histogram.quantile_ns(0.5), value) << "below 2^8 nothing is rounded";
  }
  for (const std::int64_t value : std::initializer_list<std::int64_t>{256, 257}) {
    auto histogram = histogram_of({value});
    histogram.add(two_to_47 - 1);
    EXPECT_EQ(histogram.quantile_ns(0.5), 257);
  }
  EXPECT_EQ(histogram_of({258, 1'000'000}).quantile_ns(0.5), 259);
}

TEST(RttHistogram, counts_up_to_a_value) {
  RttHistogram rtts;
  EXPECT_EQ(rtts.count_up_to(1000), 0U);
  for (const std::int64_t rtt_ns : {0, 5, 5, 100, 1'000'000}) rtts.add(rtt_ns);
  EXPECT_EQ(rtts.count_up_to(-1), 0U);
  EXPECT_EQ(rtts.count_up_to(0), 1U);
  EXPECT_EQ(rtts.count_up_to(4), 1U);
  EXPECT_EQ(rtts.count_up_to(5), 3U);
  EXPECT_EQ(rtts.count_up_to(99), 3U);
  EXPECT_EQ(rtts.count_up_to(100), 4U);
  EXPECT_EQ(rtts.count_up_to(900'000), 4U);
  EXPECT_EQ(rtts.count_up_to(1'000'000), 5U);
  EXPECT_EQ(rtts.count_up_to(std::numeric_limits<std::int64_t>::max()), 5U);
}

TEST(RttHistogram, a_bucket_that_holds_the_value_counts_as_a_whole) {
  RttHistogram rtts;
  // One bucket holds 1,000,001 as well as 1,000,000; another, far above, the largest value.
  rtts.add(1'000'001);
  rtts.add(2'000'000);
  EXPECT_EQ(rtts.count_up_to(1'000'000), 1U);
}

TEST(RttHistogram, largest_value_and_beyond) {
  EXPECT_EQ(histogram_of({two_to_47 - 1}).quantile_ns(0.5), two_to_47 - 1);
  const auto beyond = histogram_of({5, two_to_47, INT64_MAX});
  EXPECT_EQ(beyond.count(), 3U);
  EXPECT_EQ(beyond.min_ns(), 5);
  EXPECT_EQ(beyond.max_ns(), INT64_MAX);
  EXPECT_EQ(beyond.quantile_ns(0.3), 5);
  EXPECT_EQ(beyond.quantile_ns(1), INT64_MAX);
}

TEST(RttHistogram, merging_is_adding) {
  auto merged = histogram_of({3, 4'000'000, 77});
  merged += histogram_of({1, 9'999'999'999});
  expect_same(merged, histogram_of({3, 4'000'000, 77, 1, 9'999'999'999}));

  RttHistogram from_empty;
  from_empty += histogram_of({50, 60});
  expect_same(from_empty, histogram_of({50, 60}));
  from_empty += RttHistogram();
  expect_same(from_empty, histogram_of({50, 60}));
}

TEST(RttHistogram, merging_in_any_order_gives_the_same) {
  std::mt19937_64 random(1);
  RttHistogram a, b, c;
  for (int i = 0; i < 1000; ++i) a.add(static_cast<std::int64_t>(random() % 1'000));
  for (int i = 0; i < 500; ++i) b.add(static_cast<std::int64_t>(random() % 100'000'000));
  for (int i = 0; i < 10; ++i) c.add(static_cast<std::int64_t>(random() % two_to_47));
  RttHistogram left = a;  // (a + b) + c
  left += b;
  left += c;
  RttHistogram right = b;  // a + (b + c)
  right += c;
  RttHistogram outer = a;
  outer += right;
  expect_same(left, outer);
  RttHistogram reversed = c;  // c + b + a
  reversed += b;
  reversed += a;
  expect_same(left, reversed);
}

// The stated precision: never below the true quantile, and above it by less than 1/128.
TEST(RttHistogram, quantiles_are_within_one_128th_of_the_true_ones) {
  std::mt19937_64 random(20240501);
  std::uniform_real_distribution<double> exponent(3, 36);  // 8 ns to 69 s
  std::vector<std::int64_t> values;
  RttHistogram histogram;
  long double sum = 0;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(std::exp2(exponent(random))));
    histogram.add(values.back());
    sum += static_cast<long double>(values.back());
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(histogram.min_ns(), values.front());
  EXPECT_EQ(histogram.max_ns(), values.back());
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), static_cast<double>(sum / 20'000));
  for (std::size_t permille = 1; permille <= 1000; ++permille) {
    const auto truth = values[permille * 20 - 1];
    const auto quantile = histogram.quantile_ns(static_cast<double>(permille) / 1000);
    EXPECT_GE(quantile, truth) << permille;
    EXPECT_LT(quantile - truth, truth / 128 + 1) << permille;
  }
}

TEST(RttHistogram, every_value_is_in_a_bucket_that_is_narrow_enough) {
  for (unsigned power = 0; power < 47; ++power) {
    const std::int64_t low = std::int64_t{1} << power;
    for (const std::int64_t value : {low - 1, low, low + 1, low + low / 3, low + low / 2}) {
      const auto quantile = histogram_of({value, two_to_47}).quantile_ns(0.5);
      EXPECT_GE(quantile, value);
      EXPECT_LE(quantile - value, value / 128) << value;
    }
  }
}

}  // namespace
}  // namespace ringsweep
