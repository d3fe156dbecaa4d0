#include "ringsweep/core/targets/decided_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace ringsweep {
namespace {

constexpr std::uint64_t page = DecidedSet::page_places;

DecidedSet set_of(std::initializer_list<std::uint64_t> places) {
  DecidedSet set;
  for (const std::uint64_t place : places) set.add(place);
  return set;
}

void add_range(DecidedSet& set, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t place = first; place < end; ++place) set.add(place);
}

TEST(DecidedSet, has_what_was_added_and_counts_it_once) {
  const DecidedSet set = set_of({3, 70'000, 3});
  EXPECT_EQ(set.count(), 2U);
  EXPECT_TRUE(set.has(3));
  EXPECT_TRUE(set.has(70'000));
  for (const std::uint64_t place : {0U, 2U, 4U, 69'999U, 70'001U, 1'000'000U}) EXPECT_FALSE(set.has(place)) << place;
}

TEST(DecidedSet, finds_the_first_open_place_over_words_and_pages) {
  DecidedSet set;
  add_range(set, 10, 3 * page + 5);
  EXPECT_EQ(set.first_open(0), 0U);
  EXPECT_EQ(set.first_open(10), 3 * page + 5);
  EXPECT_EQ(set.first_open(3 * page + 4), 3 * page + 5);
  EXPECT_EQ(set.first_open(9 * page), 9 * page);
  add_range(set, 0, 10);
  EXPECT_EQ(set.low(), 3 * page);
  EXPECT_EQ(set.first_open(0), 3 * page + 5);
}

// In the order of a real sweep: most fall about in order, one of a hundred a good deal later; against std::set.
TEST(DecidedSet, agrees_with_a_simple_model_whatever_the_order) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::mt19937_64 random(seed);
    const std::uint64_t places = 1 + random() % (4 * page);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> order;  // when, which
    for (std::uint64_t place = 0; place < places; ++place) {
      order.emplace_back(place + random() % (random() % 100 == 0 ? 2 * page : 50), place);
    }
    std::sort(order.begin(), order.end());
    order.resize(random() % (places + 1));
    DecidedSet set;
    std::set<std::uint64_t> model;
    for (const auto& [when, place] : order) {
      set.add(place);
      model.insert(place);
    }
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << model.size() << " of " << places);
    EXPECT_EQ(set.count(), model.size());
    const auto read = DecidedSet::from_text(set.to_text(), places);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->count(), model.size());
    std::uint64_t open = places;  // from above: the nearest place at or above that the model lacks
    for (std::uint64_t place = places; place-- > 0;) {
      if (model.count(place) == 0) open = place;
      ASSERT_EQ(set.first_open(place), open) << place;
      ASSERT_EQ(read->first_open(place), open) << place;
    }
  }
}

TEST(DecidedSet, one_open_place_keeps_one_page_and_text_of_one_page) {
  DecidedSet set;
  add_range(set, 0, 5);
  add_range(set, 6, 20 * page);
  EXPECT_EQ(set.low(), 0U);
  EXPECT_LT(set.to_text().size(), 6000U);
  set.add(5);
  EXPECT_EQ(set.low(), 20 * page);
  EXPECT_EQ(set.to_text(), "20");
}

TEST(DecidedSet, is_written_as_pages_bits_and_runs) {
  EXPECT_EQ(DecidedSet().to_text(), "0");
  EXPECT_EQ(set_of({0, 1, 9}).to_text(), "0 AwI");  // bytes 0x03 0x02
  DecidedSet set = set_of({3 * page});
  add_range(set, 0, page);
  add_range(set, 4 * page, 6 * page);
  EXPECT_EQ(set.to_text(), "1 -2 AQ =2");
}

TEST(DecidedSet, refuses_a_text_that_is_none_or_reaches_beyond_the_places) {
  for (const char* text : {"", "x", "-1", "0 ", "0  AQ", "0 A", "0 !!", "0 =", "0 -x", "0 =99999999999",
                           "99999999999999999999", "5", "0 =5", "0 =4 AQ", "0 -4 AQ", "4 AQ", "0 =3 ///////////////"}) {
    EXPECT_FALSE(DecidedSet::from_text(text, 3 * page + 17).has_value()) << text;
  }
  EXPECT_TRUE(DecidedSet::from_text("3 //8B", 3 * page + 17).has_value());
  EXPECT_FALSE(DecidedSet::from_text("3 //8D", 3 * page + 17).has_value());
  EXPECT_FALSE(DecidedSet::from_text("0 " + std::string(6000, 'A'), 3 * page).has_value());
}

}  // namespace
}  // namespace ringsweep
