#include "ringsweep/engine/plan/sweep_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "ringsweep/base/stable_hash.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t default_milli_pps_per_network = 500'000;
constexpr std::uint64_t default_milli_pps_most = 10'000'000;
constexpr std::uint64_t one_worker_milli_pps_most = 100'000'000;

// With as many digits as distinguish it from every other value.
std::string ms_of(std::int64_t ns) {
  return fmt::format("{}ms", static_cast<double>(ns) / 1e6);
}

std::string number_or_default(const std::optional<int>& number) {
  return number ? std::to_string(*number) : "default";
}

std::string yes_or_no(bool value) {
  return value ? "yes" : "no";
}

PlanItems identity_of(const SweepOptions& options, const TargetSet& targets, std::uint64_t targets_id,
                      std::uint64_t seed) {
  PlanItems items = {{"targets", fmt::format("{} ({:016x})", targets.count(), targets_id)},
                     {"--seed", std::to_string(seed)},
                     {"--order", options.order == Order::address ? "address" : "random"},
                     {"--attempts", std::to_string(options.attempts)},
                     {"--timeout", ms_of(options.timeout_ns)},
                     {"--linger", ms_of(options.linger_ns)},
                     {"--size", std::to_string(options.payload_size)},
                     {"--ttl", number_or_default(options.ttl)},
                     {"--tos", number_or_default(options.tos)},
                     {"--interface", options.interface.empty() ? "by route" : options.interface},
                     {"--all-addresses", yes_or_no(options.all_addresses)},
                     {"--ipv4", yes_or_no(!options.allow_v6)},
                     {"--ipv6", yes_or_no(!options.allow_v4)}};
  const auto add_source = [&items](const char* name, const std::optional<Address>& source) {
    items.push_back({name, source ? to_text(*source) : "by route"});
  };
  add_source("--source (IPv4)", options.source_v4);
  add_source("--source (IPv6)", options.source_v6);
  return items;
}

// The length follows each text, so that no text can be mistaken for its neighbour.
std::uint64_t hash_of(const PlanItems& items) {
  StableHash hash;
  for (const PlanItem& item : items) {
    for (const std::string& text : {item.name, item.value}) hash.add(text).add(fmt::format("/{};", text.size()));
  }
  return hash.value();
}

std::uint64_t series_of(PlanItems items, std::uint64_t shard, std::uint64_t shards) {
  if (shards > 1) {
    items.push_back({"--shard", fmt::format("{}/{}", shard, shards)});
  } else {
    std::erase_if(items, [](const PlanItem& item) { return item.name == "--seed" || item.name == "--order"; });
  }
  return hash_of(items);
}

struct RateChoice {
  Rate rate;
  std::string reason;
};

RateChoice choose_rate(const SweepOptions& options, const TargetSet& targets, const MachineFacts& machine) {
  if (options.rate) return {*options.rate, "asked"};
  const std::uint64_t networks = targets.network_count();
  RateChoice choice;
  if (networks >= default_milli_pps_most / default_milli_pps_per_network) {
    choice = {{default_milli_pps_most}, "default, at most 10k"};
  } else {
    choice = {{networks * default_milli_pps_per_network}, "default, 500 pps for each /24 (IPv6: /64)"};
  }
  if (options.guards && machine.free_connections) {
    const double seconds = static_cast<double>(machine.connection_timeout_ns) / 1e9;
    const double half_pps = static_cast<double>(*machine.free_connections) / seconds / 2.0;
    if (half_pps * 1000.0 < static_cast<double>(choice.rate.milli_pps)) {
      choice.rate.milli_pps = 1000 * std::max<std::uint64_t>(1, static_cast<std::uint64_t>(half_pps));
      choice.reason = fmt::format("default, half of what the connection table has free ({} entries; -r overrides)",
                                  *machine.free_connections);
    }
  }
  return choice;
}

// The part of number `index` (from 0) of `parts`, so that all together are the whole; "max" stays that.
Rate part_of(Rate whole, std::uint64_t index, std::uint64_t parts) {
  if (whole.is_max()) return whole;
  const std::uint64_t part = whole.milli_pps * (index + 1) / parts - whole.milli_pps * index / parts;
  return {std::max<std::uint64_t>(1, part)};
}

}  // namespace

SweepPlan::SweepPlan(const SweepOptions& options, const TargetSet& targets, const MachineFacts& machine,
                     const PlanLimits& limits)
    : seed(options.seed.value_or(machine.random_seed)),
      order(options.order == Order::address ? Permutation::identity(targets.count())
                                            : Permutation(targets.count(), seed)),
      shard_(options.shard),
      shards_(options.shards) {
  const RateChoice choice = choose_rate(options, targets, machine);
  rate_reason = choice.reason;
  rate = part_of(choice.rate, shard_ - 1, shards_);
  if (limits.rate && (rate.is_max() || rate.milli_pps > limits.rate->milli_pps)) rate = *limits.rate;
  targets_here = shard_positions().count();

  const bool spread = rate.is_max() || rate.milli_pps > one_worker_milli_pps_most;
  workers = options.workers.value_or(spread ? machine.cores : 1);
  // Each worker has a target to probe and at least 1 pps.
  const std::uint64_t most_by_rate = rate.is_max() ? max_workers : rate.milli_pps / 1000;
  const std::uint64_t most = std::min<std::uint64_t>({targets_here, most_by_rate, max_workers, limits.workers});
  workers = std::clamp(workers, 1U, static_cast<unsigned>(std::max<std::uint64_t>(most, 1)));

  const bool has_names = targets.name_count() > 0;
  const bool has_v6 = targets.address_count() > targets.v4_count();
  need_v4 = targets.v4_count() > 0 || (has_names && options.allow_v4);
  need_v6 = limits.v6 && (has_v6 || (has_names && options.allow_v6));
  v6_for_names_only = need_v6 && !has_v6;
  targets_id = targets.fingerprint();
  identity = identity_of(options, targets, targets_id, seed);
  plan_id = hash_of(identity);
  series = series_of(identity, shard_, shards_);
  packet_bytes =
      options.payload_size + icmp_header_size + (targets.v4_count() > 0 || !has_v6 ? v4_header_size : v6_header_size);

  job.attempts = options.attempts;
  job.timeout_ns = options.timeout_ns;
  job.linger_ns = options.linger_ns;
  job.open_targets_max = table_slots();
}

Stride SweepPlan::share(unsigned worker) const {
  return Stride::of(order.size(), shard_, shards_, worker, workers);
}

Stride SweepPlan::shard_positions() const {
  return Stride::of(order.size(), shard_, shards_, 0, 1);
}

Rate SweepPlan::rate_of_worker(unsigned worker) const {
  return part_of(rate, worker, workers);
}

std::int64_t SweepPlan::first_probe_after_ns(unsigned worker) const {
  if (rate.is_max()) return 0;
  // Workers start a W-th of their interval apart, which is the interval of the whole.
  return static_cast<std::int64_t>(1e12 / static_cast<double>(rate.milli_pps) * worker);
}

std::uint64_t SweepPlan::table_slots() const {
  const std::uint64_t most = std::bit_floor(max_table_slots / workers);
  const std::uint64_t targets = (targets_here + workers - 1) / workers;
  double wanted = static_cast<double>(targets) * job.attempts;
  if (!rate.is_max()) {
    const std::int64_t life_ns = SweepJob::plan_of(job).timeouts.total_ns(job.attempts) + late_window_ns;
    wanted = std::min(wanted,
                      static_cast<double>(rate_of_worker(0).milli_pps) / 1000.0 * static_cast<double>(life_ns) / 1e9);
  }
  if (wanted >= static_cast<double>(most)) return most;
  return std::clamp(std::bit_ceil(static_cast<std::uint64_t>(wanted) + 1), min_table_slots, most);
}

std::optional<std::int64_t> SweepPlan::longest_duration_ns() const {
  if (rate.is_max()) return std::nullopt;
  const double sending_s =
      static_cast<double>(targets_here) * job.attempts / (static_cast<double>(rate.milli_pps) / 1000.0);
  const std::int64_t tail_ns = SweepJob::plan_of(job).timeouts.total_ns(job.attempts);
  const double total_ns = sending_s * 1e9 + static_cast<double>(tail_ns);
  return total_ns >= 9e18 ? never_ns : static_cast<std::int64_t>(total_ns);
}

}  // namespace ringsweep
