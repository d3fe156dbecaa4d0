#include "ringsweep/core/targets/target_source.h"

#include <gtest/gtest.h>

#include <set>

#include "ringsweep/base/limits.h"

namespace ringsweep {
namespace {

TargetSet targets(const std::vector<std::string>& specs) {
  TargetSetBuilder builder({max_targets, true, true, {}});
  for (const std::string& spec : specs) builder.add(spec, "test");
  return builder.build();
}

OnLinkPrefixes on_link(std::uint32_t first, std::uint32_t last) {
  OnLinkPrefixes prefixes;
  prefixes.add(Address::v4(first), Address::v4(last));
  prefixes.sort();
  return prefixes;
}

TEST(TargetSource, visits_its_stride_in_the_order_of_the_permutation) {
  const TargetSet set = targets({"10.0.0.0/28"});
  const Permutation order(set.count(), 7);
  TargetSource source(set, order, Stride::of(16, 1, 1, 1, 2), nullptr);
  EXPECT_EQ(source.left(), 8U);
  for (std::uint64_t position = 1; position < 16; position += 2) {
    const auto taken = source.take(true);
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->index, order.at(position));
    EXPECT_FALSE(taken->on_link);
  }
  EXPECT_TRUE(source.empty());
}

TEST(TargetSource, held_back_on_link_targets_let_the_routed_ones_pass_and_come_later_in_their_order) {
  const TargetSet set = targets({"10.0.0.0/29", "192.168.7.0/29"});
  const Permutation order(set.count(), 3);
  const OnLinkPrefixes prefixes = on_link(0xc0a80700, 0xc0a807ff);
  TargetSource source(set, order, Stride::of(16, 1, 1, 0, 1), nullptr, &prefixes);
  std::vector<std::uint64_t> routed, held;
  for (std::uint64_t position = 0; position < 16; ++position) {
    (order.at(position) < 8 ? routed : held).push_back(order.at(position));
  }
  std::vector<std::uint64_t> taken;
  while (!source.only_postponed_left()) {
    if (const auto one = source.take(false)) {
      EXPECT_FALSE(one->on_link);
      taken.push_back(one->index);
    }
  }
  EXPECT_EQ(taken, routed);
  EXPECT_EQ(source.left(), 8U);
  taken.clear();
  while (!source.empty()) {
    if (const auto one = source.take(true)) {
      EXPECT_TRUE(one->on_link);
      taken.push_back(one->index);
    }
  }
  EXPECT_EQ(taken, held);
}

TEST(TargetSource, gives_each_target_once_however_the_guard_opens_and_closes) {
  const TargetSet set = targets({"10.0.0.0/22", "192.168.0.0/23"});
  const Permutation order(set.count(), 11);
  const OnLinkPrefixes prefixes = on_link(0xc0a80000, 0xc0a8ffff);
  TargetSource source(set, order, Stride::of(set.count(), 1, 1, 0, 1), nullptr, &prefixes);
  std::set<std::uint64_t> seen;
  std::uint64_t step = 0;
  while (!source.empty()) {
    const bool open = ++step % 97 < 13 || source.only_postponed_left();
    if (const auto one = source.take(open)) {
      EXPECT_TRUE(seen.insert(one->index).second);
      EXPECT_EQ(one->on_link, one->index >= 1024);
    }
    EXPECT_EQ(source.left(), set.count() - seen.size());
  }
  EXPECT_EQ(seen.size(), 1536U);
}

// Shard 2 of 3, with 1 to 4 workers: what the workers of another number had decided is left out.
TEST(TargetSource, leaves_out_what_was_decided_before_whatever_the_number_of_workers) {
  const TargetSet set = targets({"10.0.0.0/22", "192.168.0.0/23"});
  const Permutation order(set.count(), 11);
  const OnLinkPrefixes prefixes = on_link(0xc0a80000, 0xc0a8ffff);
  DecidedPlaces decided{{}, Stride::of(set.count(), 2, 3, 0, 1)};
  std::set<std::uint64_t> open;
  for (std::uint64_t position = 1, place = 0; position < set.count(); position += 3, ++place) {
    if (place < 100 || (place * 7919) % 5 < 2) {
      decided.set.add(place);
    } else {
      open.insert(order.at(position));
    }
  }
  for (std::uint64_t workers = 1; workers <= 4; ++workers) {
    std::set<std::uint64_t> seen;
    std::uint64_t step = 0;
    for (std::uint64_t worker = 0; worker < workers; ++worker) {
      TargetSource source(set, order, Stride::of(set.count(), 2, 3, worker, workers), nullptr, &prefixes, &decided);
      std::uint64_t left = source.left();
      while (!source.empty()) {
        const bool guard_open = ++step % 97 < 13 || source.only_postponed_left();
        if (const auto one = source.take(guard_open)) {
          EXPECT_TRUE(seen.insert(one->index).second);
          --left;
        }
        ASSERT_EQ(source.left(), left);
      }
      EXPECT_EQ(left, 0U);
    }
    EXPECT_EQ(seen, open) << workers << " workers";
  }
}

TEST(TargetSource, is_empty_from_the_start_where_everything_was_decided) {
  const TargetSet set = targets({"10.0.0.0/28"});
  const Permutation order(set.count(), 7);
  DecidedPlaces decided{{}, Stride::of(16, 1, 1, 0, 1)};
  for (std::uint64_t place = 0; place < 16; ++place) decided.set.add(place);
  const TargetSource source(set, order, Stride::of(16, 1, 1, 1, 2), nullptr, nullptr, &decided);
  EXPECT_EQ(source.left(), 0U);
  EXPECT_TRUE(source.empty());
}

}  // namespace
}  // namespace ringsweep
