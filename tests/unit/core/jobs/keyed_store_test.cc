#include "ringsweep/core/jobs/keyed_store.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace ringsweep {
namespace {

TEST(KeyedStore, keeps_the_first_value_of_a_key) {
  KeyedStore<int> store(4);
  EXPECT_EQ(store.find(7), nullptr);
  store.insert_if_absent(7, 1);
  store.insert_if_absent(7, 2);
  ASSERT_NE(store.find(7), nullptr);
  EXPECT_EQ(*store.find(7), 1);
  store.erase(7);
  EXPECT_EQ(store.find(7), nullptr);
  EXPECT_TRUE(store.empty());
}

TEST(KeyedStore, agrees_with_a_map_under_random_inserts_and_erases) {
  KeyedStore<std::uint64_t> store(256);
  std::map<std::uint64_t, std::uint64_t> truth;
  std::mt19937_64 random(42);
  for (int step = 0; step < 100'000; ++step) {
    const std::uint64_t key = random() % 400;
    if (random() % 2 == 0 && truth.size() < 256) {
      store.insert_if_absent(key, static_cast<std::uint64_t>(step));
      truth.emplace(key, step);
    } else {
      store.erase(key);
      truth.erase(key);
    }
    const std::uint64_t asked = random() % 400;
    const auto* found = store.find(asked);
    const auto expected = truth.find(asked);
    ASSERT_EQ(found != nullptr, expected != truth.end());
    if (found != nullptr) {
      ASSERT_EQ(*found, expected->second);
    }
  }
}

}  // namespace
}  // namespace ringsweep
