#include "ringsweep/engine/plan/sweep_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace ringsweep {
namespace {

TargetSet targets(const std::vector<std::string>& specs) {
  TargetSetBuilder builder({max_targets, true, true, {}});
  for (const std::string& spec : specs) builder.add(spec, "test");
  return builder.build();
}

const MachineFacts four_cores{4, 12345, std::nullopt, 30 * ns_per_s};

TEST(SweepPlan, the_default_rate_is_500_pps_for_each_slash_24_at_most_10k) {
  EXPECT_EQ(SweepPlan({}, targets({"10.0.0.0/24"}), four_cores).rate.milli_pps, 500'000U);
  EXPECT_EQ(SweepPlan({}, targets({"10.0.0.0/22"}), four_cores).rate.milli_pps, 2'000'000U);
  EXPECT_EQ(SweepPlan({}, targets({"10.0.0.1", "10.0.1.1", "fd77::1"}), four_cores).rate.milli_pps, 1'500'000U);
  EXPECT_EQ(SweepPlan({}, targets({"10.0.0.0/16"}), four_cores).rate.milli_pps, 10'000'000U);
}

TEST(SweepPlan, the_default_rate_stays_under_half_of_the_free_connections_per_timeout) {
  MachineFacts machine = four_cores;
  machine.free_connections = 60'000;  // 30 s each: 2,000 a second, half of it 1,000
  const SweepPlan plan({}, targets({"10.0.0.0/16"}), machine);
  EXPECT_EQ(plan.rate.milli_pps, 1'000'000U);
  EXPECT_NE(plan.rate_reason.find("connection table"), std::string::npos);
  SweepOptions asked;
  asked.rate = Rate{20'000'000};
  EXPECT_EQ(SweepPlan(asked, targets({"10.0.0.0/16"}), machine).rate.milli_pps, 20'000'000U);
}

TEST(SweepPlan, a_shard_sends_its_share_of_the_rate_and_of_the_targets) {
  SweepOptions options;
  options.rate = Rate{7'000'000};
  options.shard = 3;
  options.shards = 7;
  const SweepPlan plan(options, targets({"10.0.0.0/24"}), four_cores);
  EXPECT_EQ(plan.rate.milli_pps, 1'000'000U);
  EXPECT_EQ(plan.targets_here, 37U);  // positions 2, 9, ..., 254
}

TEST(SweepPlan, one_worker_up_to_100k_pps_all_cores_above_and_for_max) {
  SweepOptions options;
  options.rate = Rate{100'000'000};
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/16"}), four_cores).workers, 1U);
  options.rate = Rate{100'001'000};
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/16"}), four_cores).workers, 4U);
  options.rate = Rate{};
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/16"}), four_cores).workers, 4U);
  options.workers = 3;
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/16"}), four_cores).workers, 3U);
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.1", "10.0.0.2"}), four_cores).workers, 2U);
}

TEST(SweepPlan, workers_visit_each_target_of_the_shard_once) {
  SweepOptions options;
  options.workers = 3;
  options.shard = 2;
  options.shards = 5;
  const SweepPlan plan(options, targets({"10.0.0.0/23"}), four_cores);
  std::set<std::uint64_t> seen;
  for (unsigned worker = 0; worker < 3; ++worker) {
    const Stride share = plan.share(worker);
    for (std::uint64_t p = share.first; p < share.end; p += share.stride) EXPECT_TRUE(seen.insert(p).second);
  }
  EXPECT_EQ(seen.size(), 103U);  // positions 1, 6, ..., 511
  for (const std::uint64_t position : seen) EXPECT_EQ(position % 5, 1U);
}

TEST(SweepPlan, the_rates_of_workers_and_shards_sum_up_to_what_was_asked) {
  SweepOptions options;
  options.rate = Rate{10'000};
  options.workers = 3;
  const SweepPlan workers(options, targets({"10.0.0.0/23"}), four_cores);
  EXPECT_EQ(workers.rate_of_worker(0).milli_pps, 3'333U);
  EXPECT_EQ(workers.rate_of_worker(1).milli_pps, 3'333U);
  EXPECT_EQ(workers.rate_of_worker(2).milli_pps, 3'334U);
  std::uint64_t sum = 0;
  options.shards = 7;
  for (options.shard = 1; options.shard <= 7; ++options.shard) {
    sum += SweepPlan(options, targets({"10.0.0.0/23"}), four_cores).rate.milli_pps;
  }
  EXPECT_EQ(sum, 10'000U);
}

TEST(SweepPlan, no_worker_is_slower_than_one_probe_a_second) {
  SweepOptions options;
  options.workers = 256;
  options.rate = Rate{100};
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/23"}), four_cores).workers, 1U);
  options.rate = Rate{4'500};
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/23"}), four_cores).workers, 4U);
}

TEST(SweepPlan, the_table_holds_rate_times_life_and_never_the_number_of_targets) {
  SweepOptions options;
  options.rate = Rate{1'000'000};  // 1,000 pps x (3 x 1 s + 0.25 s) = 3,250
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/8"}), four_cores).table_slots(), 4'096U);
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/29"}), four_cores).table_slots(), 64U);
  options.rate = Rate{};
  options.workers = 1;
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/8"}), four_cores).table_slots(), 1'048'576U);
  options.workers = 3;
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/8"}), four_cores).table_slots(), 262'144U);
}

TEST(SweepPlan, the_longest_duration_is_all_attempts_at_the_rate_and_the_last_targets_timeouts) {
  SweepOptions options;
  options.rate = Rate{256'000};
  options.linger_ns = 5 * ns_per_s;
  const SweepPlan plan(options, targets({"10.0.0.0/24"}), four_cores);
  EXPECT_EQ(plan.longest_duration_ns(), 3 * ns_per_s + 8 * ns_per_s);
  options.rate = Rate{};
  EXPECT_EQ(SweepPlan(options, targets({"10.0.0.0/24"}), four_cores).longest_duration_ns(), std::nullopt);
}

TEST(SweepPlan, the_same_plan_has_the_same_id_whatever_the_shard_the_rate_and_the_output) {
  SweepOptions a;
  a.seed = 7;
  SweepOptions b = a;
  b.shard = 2;
  b.shards = 3;
  b.rate = Rate{5};
  b.output_file = "x.csv";
  const TargetSet set = targets({"10.0.0.0/24"});
  const std::uint64_t id = SweepPlan(a, set, four_cores).plan_id;
  EXPECT_EQ(SweepPlan(b, set, four_cores).plan_id, id);
  EXPECT_EQ(SweepPlan(a, targets({"10.0.0.128/25", "10.0.0.0/25"}), four_cores).plan_id, id);
  for (auto change : std::vector<void (*)(SweepOptions&)>{
           [](SweepOptions& o) { o.seed = 8; }, [](SweepOptions& o) { o.attempts = 2; },
           [](SweepOptions& o) { o.timeout_ns = 2 * ns_per_s; }, [](SweepOptions& o) { o.timeout_ns += 1; },
           [](SweepOptions& o) { o.order = Order::address; }, [](SweepOptions& o) { o.ttl = 3; }}) {
    SweepOptions changed = a;
    change(changed);
    EXPECT_NE(SweepPlan(changed, set, four_cores).plan_id, id);
  }
  EXPECT_NE(SweepPlan(a, targets({"10.0.0.0/23"}), four_cores).plan_id, id);
}

TEST(SweepPlan, sweeps_that_ask_the_same_are_of_one_series_whatever_the_seed_and_the_rate) {
  SweepOptions a;
  a.seed = 7;
  SweepOptions b = a;
  b.seed = 8;
  b.order = Order::address;
  b.rate = Rate{5};
  const TargetSet set = targets({"10.0.0.0/24"});
  const std::uint64_t series = SweepPlan(a, set, four_cores).series;
  EXPECT_EQ(SweepPlan(b, set, four_cores).series, series);
  EXPECT_NE(SweepPlan(a, targets({"10.0.0.0/23"}), four_cores).series, series);
  b.attempts = 2;
  EXPECT_NE(SweepPlan(b, set, four_cores).series, series);
}

TEST(SweepPlan, a_part_is_of_one_series_with_the_same_part_in_the_same_order) {
  SweepOptions part;
  part.seed = 7;
  part.shard = 1;
  part.shards = 2;
  const TargetSet set = targets({"10.0.0.0/24"});
  const std::uint64_t series = SweepPlan(part, set, four_cores).series;
  SweepOptions faster = part;
  faster.rate = Rate{5};
  EXPECT_EQ(SweepPlan(faster, set, four_cores).series, series);
  for (auto change : std::vector<void (*)(SweepOptions&)>{
           [](SweepOptions& o) { o.seed = 8; }, [](SweepOptions& o) { o.shard = 2; },
           [](SweepOptions& o) { o.shards = 3; }, [](SweepOptions& o) { o.shards = 1; }}) {
    SweepOptions changed = part;
    change(changed);
    EXPECT_NE(SweepPlan(changed, set, four_cores).series, series);
  }
}

TEST(SweepPlan, a_limit_of_workers_or_rate_holds_for_all_that_follows_from_it) {
  SweepOptions options;
  options.rate = Rate{4'000'000};
  options.workers = 4;
  const TargetSet set = targets({"10.0.0.0/8"});
  const SweepPlan one(options, set, four_cores, {.workers = 1});
  EXPECT_EQ(one.workers, 1U);
  EXPECT_EQ(one.rate_of_worker(0).milli_pps, 4'000'000U);
  EXPECT_EQ(one.job.open_targets_max, 16'384U);  // 4,000 pps x (3 x 1 s + 0.25 s)
  EXPECT_EQ(SweepPlan(options, set, four_cores).job.open_targets_max, 4'096U);
  const SweepPlan slow(options, set, four_cores, {.rate = Rate{1'500}});
  EXPECT_EQ(slow.rate.milli_pps, 1'500U);
  EXPECT_EQ(slow.workers, 1U);
  EXPECT_EQ(SweepPlan(options, set, four_cores, {.rate = Rate{5'000'000}}).rate.milli_pps, 4'000'000U);
}

TEST(SweepPlan, names_do_without_ipv6_where_the_machine_has_none) {
  const SweepPlan plan({}, targets({"host.example"}), four_cores, {.v6 = false});
  EXPECT_TRUE(plan.need_v4);
  EXPECT_FALSE(plan.need_v6);
}

TEST(SweepPlan, names_need_both_families_and_can_do_without_ipv6) {
  const SweepPlan plan({}, targets({"host.example"}), four_cores);
  EXPECT_TRUE(plan.need_v4);
  EXPECT_TRUE(plan.need_v6);
  EXPECT_TRUE(plan.v6_for_names_only);
  SweepOptions only_v4;
  only_v4.allow_v6 = false;
  EXPECT_FALSE(SweepPlan(only_v4, targets({"host.example"}), four_cores).need_v6);
  EXPECT_FALSE(SweepPlan({}, targets({"10.0.0.1"}), four_cores).need_v6);
  EXPECT_FALSE(SweepPlan({}, targets({"fd77::1"}), four_cores).need_v4);
}

}  // namespace
}  // namespace ringsweep
