#include "ringsweep/core/targets/permutation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <unordered_set>
#include <vector>

namespace ringsweep {
namespace {

std::vector<std::uint64_t> order_of(const Permutation& permutation) {
  std::vector<std::uint64_t> order(permutation.size());
  for (std::uint64_t position = 0; position < order.size(); ++position) order[position] = permutation.at(position);
  return order;
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
  return a < b ? b - a : a - b;
}

// How many different /24s of a /16 an order visits first.
std::size_t different_24s(const std::vector<std::uint64_t>& indices) {
  std::set<std::uint64_t> nets;
  for (const auto index : indices) nets.insert(index >> 8);
  return nets.size();
}

// The exhaustive tests look at 100 million positions: they count mistakes in plain loops and assert once a size.
TEST(Permutation, visits_each_index_once_for_every_size_up_to_4096) {  // field bug 18
  for (std::uint64_t n = 1; n <= 4096; ++n) {
    const Permutation permutation(n, n * 31);
    std::vector<std::uint8_t> visits(n);
    std::uint64_t wrong_inverses = 0;
    for (std::uint64_t position = 0; position < n; ++position) {
      const auto index = permutation.at(position);
      ++visits.at(index);
      wrong_inverses += permutation.inverse(index) != position ? 1U : 0U;
    }
    ASSERT_EQ(visits, std::vector<std::uint8_t>(n, 1)) << "n " << n;
    ASSERT_EQ(wrong_inverses, 0U) << "n " << n;
  }
}

// Whether all shares of shards and workers together visit each index once.
bool shares_cover(const std::vector<std::uint64_t>& order, std::uint64_t shards, std::uint64_t workers) {
  const std::uint64_t n = order.size();
  const std::uint64_t* const index_at = order.data();
  std::vector<std::uint8_t> visits(n);
  std::uint8_t* const visits_of = visits.data();
  std::uint64_t counted = 0;
  for (std::uint64_t share = 0; share < shards * workers; ++share) {
    const auto stride = Stride::of(n, share / workers + 1, shards, share % workers, workers);
    counted += stride.count();
    for (auto position = stride.first; position < stride.end; position += stride.stride) {
      ++visits_of[index_at[position]];
    }
  }
  return counted == n && visits == std::vector<std::uint8_t>(n, 1);
}

TEST(Permutation, shards_and_workers_together_visit_each_index_once) {  // field bug 18
  for (std::uint64_t n = 1; n <= 4096; ++n) {
    const auto order = order_of(Permutation(n, 5));
    for (std::uint64_t shards = 1; shards <= 17; ++shards) {
      ASSERT_TRUE(shares_cover(order, shards, 1)) << "n " << n << " shards " << shards;
      // Several workers only for some sizes: all would take seconds and show nothing more.
      if (n > 300 && n % 101 != 0) continue;
      ASSERT_TRUE(shares_cover(order, shards, 2)) << "n " << n << " shards " << shards;
      ASSERT_TRUE(shares_cover(order, shards, 3)) << "n " << n << " shards " << shards;
    }
  }
}

TEST(Permutation, three_hundred_shards_cover_a_slash_16) {  // field bug 19
  const auto order = order_of(Permutation(65536, 9));
  std::vector<int> visits(65536);
  for (std::uint64_t shard = 1; shard <= 300; ++shard) {
    const auto stride = Stride::of(65536, shard, 300, 0, 1);
    // 65,536 = 300 x 218 + 136: the first 136 shards have one more.
    EXPECT_EQ(stride.count(), shard <= 136 ? 219U : 218U);
    for (auto position = stride.first; position < stride.end; position += stride.stride) ++visits[order[position]];
  }
  EXPECT_EQ(std::count(visits.begin(), visits.end(), 1), 65536);
}

TEST(Permutation, large_sizes_hold_in_samples) {  // field bug 18
  for (const std::uint64_t n : {std::uint64_t{1} << 16, std::uint64_t{1} << 24, (std::uint64_t{1} << 24) + 1,
                                std::uint64_t{16'777'213}, (std::uint64_t{1} << 32) - 1, std::uint64_t{1} << 32,
                                (std::uint64_t{1} << 39) + 1, (std::uint64_t{1} << 40) - 1, std::uint64_t{1} << 40}) {
    const Permutation permutation(n, 2024);
    std::mt19937_64 random(n);
    std::unordered_set<std::uint64_t> positions{0, 1, n / 2, n - 2, n - 1};
    while (positions.size() < 20'000) positions.insert(random() % n);
    std::unordered_set<std::uint64_t> indices;
    for (const auto position : positions) {
      const auto index = permutation.at(position);
      ASSERT_LT(index, n);
      ASSERT_EQ(permutation.inverse(index), position);
      ASSERT_EQ(permutation.at(permutation.inverse(position)), position);
      indices.insert(index);
    }
    EXPECT_EQ(indices.size(), positions.size()) << "n " << n;
  }
}

// Resume, shards and diff rely on it: no version may change these. Computed by a second implementation in Python.
TEST(Permutation, order_is_the_same_in_every_version) {
  EXPECT_EQ(order_of(Permutation(20, 42)),
            (std::vector<std::uint64_t>{17, 18, 9, 14, 4, 11, 3, 5, 15, 16, 2, 13, 19, 0, 8, 6, 7, 1, 10, 12}));

  const Permutation slash_8(16'777'216, 7);
  EXPECT_EQ(slash_8.at(0), 9469462U);
  EXPECT_EQ(slash_8.at(1), 8377401U);
  EXPECT_EQ(slash_8.at(2), 13793085U);
  EXPECT_EQ(slash_8.at(16'777'215), 16731754U);

  const Permutation largest(std::uint64_t{1} << 40, 42);
  EXPECT_EQ(largest.at(0), 662477358300U);
  EXPECT_EQ(largest.at(1), 730566807577U);
  EXPECT_EQ(largest.at(2), 372689981396U);
  EXPECT_EQ(largest.at((std::uint64_t{1} << 40) - 1), 247606358943U);
}

TEST(Permutation, different_seeds_give_different_orders) {
  std::set<std::vector<std::uint64_t>> orders;
  std::set<std::uint64_t> first_indices;
  for (std::uint64_t seed = 0; seed < 256; ++seed) {
    const Permutation permutation(4096, seed);
    first_indices.insert(permutation.at(0));
    orders.insert(order_of(permutation));
  }
  EXPECT_EQ(orders.size(), 256U);
  EXPECT_GE(first_indices.size(), 225U);  // 248 expected of a random order
}

TEST(Permutation, identity_is_the_address_order) {
  const auto identity = Permutation::identity(1000);
  EXPECT_EQ(identity.size(), 1000U);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(identity.at(i), i);
    EXPECT_EQ(identity.inverse(i), i);
  }
}

// A random order of a /16 has 162 different /24s in 256 positions, with a standard deviation below 7.
TEST(Permutation, first_positions_of_a_slash_16_spread_over_its_24s) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto order = order_of(Permutation(65536, seed));
    order.resize(256);
    EXPECT_GE(different_24s(order), 130U) << "seed " << seed;
  }
}

// Also where the stride is a power of two, so that half of the bits of the position never change.
TEST(Permutation, one_shard_of_256_spreads_as_well) {
  const Permutation permutation(65536, 3);
  for (std::uint64_t shard = 1; shard <= 256; ++shard) {
    const auto stride = Stride::of(65536, shard, 256, 0, 1);
    std::vector<std::uint64_t> indices;
    for (auto position = stride.first; position < stride.end; position += stride.stride) {
      indices.push_back(permutation.at(position));
    }
    ASSERT_EQ(indices.size(), 256U);
    EXPECT_GE(different_24s(indices), 130U) << "shard " << shard;
  }
}

TEST(Permutation, no_slash_24_gets_a_burst) {
  const auto order = order_of(Permutation(65536, 11));
  std::array<int, 256> in_window{};
  int most = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    most = std::max(most, ++in_window[order[i] >> 8]);
    if (i >= 255) --in_window[order[i - 255] >> 8];
  }
  EXPECT_LE(most, 14);  // one a window is the mean; a random order has 9 or 10 at the worst of all windows
}

TEST(Permutation, neighbours_are_not_visited_one_after_the_other) {
  for (const std::uint64_t n : {256U, 1000U, 4096U, 65536U}) {
    int neighbours = 0;
    constexpr int seeds = 20;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const auto order = order_of(Permutation(n, seed));
      for (std::size_t i = 1; i < order.size(); ++i) neighbours += distance(order[i], order[i - 1]) == 1;
    }
    EXPECT_LE(neighbours, 3 * seeds) << "n " << n;  // a random order has 2, whatever its size
  }
}

// Each step of the order moves by a third of the range on average, if it is random.
TEST(Permutation, steps_are_as_long_as_those_of_a_random_order) {
  for (const std::uint64_t n : {256U, 4096U, 65536U}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto order = order_of(Permutation(n, seed));
      std::uint64_t sum = 0;
      for (std::size_t i = 1; i < order.size(); ++i) sum += distance(order[i], order[i - 1]);
      const double mean = static_cast<double>(sum) / static_cast<double>(n - 1) / static_cast<double>(n);
      EXPECT_NEAR(mean, 1.0 / 3, 0.07) << "n " << n << " seed " << seed;
    }
  }
}

TEST(Stride, shards_count_from_1_and_workers_from_0) {
  const auto stride = Stride::of(100, 2, 3, 1, 4);
  EXPECT_EQ(stride.first, 4U);  // shard 2 of 3 has 1, 4, 7, 10, ...; worker 1 of 4 of it has 4, 16, ...
  EXPECT_EQ(stride.stride, 12U);
  EXPECT_EQ(stride.end, 100U);
  EXPECT_EQ(stride.count(), 8U);  // 4, 16, 28, 40, 52, 64, 76, 88
}

TEST(Stride, is_empty_where_there_are_more_shares_than_positions) {
  EXPECT_EQ(Stride::of(2, 2, 5, 0, 1).count(), 1U);
  EXPECT_EQ(Stride::of(2, 3, 5, 0, 1).count(), 0U);
  EXPECT_EQ(Stride::of(0, 1, 1, 0, 1).count(), 0U);
}

}  // namespace
}  // namespace ringsweep
