#include "ringsweep/core/throughput/throughput.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace ringsweep {
namespace {

constexpr std::array<double, 6> latency_loads = {0.10, 0.25, 0.50, 0.75, 0.90, 1.00};
constexpr std::int64_t longest_latency_trial_ns = 2 * ns_per_s;
constexpr std::int64_t shortest_latency_share = 4;
// Overhead of a trial besides sending and stragglers: set-up and the pause before it.
constexpr std::int64_t overhead_ns = 300 * ns_per_ms;
// With half of the targets at the same total rate, loss above this is due to the targets.
constexpr double clear_loss = 0.1;
// The limit is looked for up to this much above the lowest rate that loses.
constexpr double farthest_load = 1.5;
// If at least one in so many bad trials loses, it is no accident.
constexpr std::size_t losing_share = 3;
// A path meters if so many bad trials, and at least one in so many, bring back the same within the spread, and one that
// was asked for much more deviates by no more than this. Each has to bring back enough replies to tell.
constexpr std::size_t metered_trials = 4;
constexpr std::size_t metered_share = 3;
constexpr double metered_spread = 0.002;
constexpr double metered_overload = 1.4;
constexpr double metered_off = 0.01;
constexpr double metered_replies = 10'000;
// The lossy trial that the halves are compared with loses about this much.
constexpr double compared_loss = 0.15;

// Counts where trials lost their probes.
class PlaceVotes {
 public:
  // A later place has to overtake an earlier one.
  void add(LossPlace place) {
    if (++votes_[index(place)] > votes_[index(first_)]) first_ = place;
  }
  LossPlace first() const { return first_; }
  // The first place leads every other by as much as a side in the search has to.
  bool decided() const {
    std::uint64_t second = 0;
    for (std::size_t i = 0; i < votes_.size(); ++i) second = i == index(first_) ? second : std::max(second, votes_[i]);
    return votes_[index(first_)] >= second + votes_ahead;
  }

 private:
  static std::size_t index(LossPlace place) { return static_cast<std::size_t>(place); }
  std::array<std::uint64_t, 6> votes_{};
  LossPlace first_ = LossPlace::none;
};

// Half of `targets`: those in `first`, then every second one of the others until it is half.
TargetSet half_of(const TargetSet& targets, const std::vector<Address>& first) {
  const std::uint64_t most = (targets.count() + 1) / 2;
  std::set<Address> half;
  for (std::size_t i = 0; i < first.size() && half.size() < most; ++i) half.insert(first[i]);
  // The odd ones are needed only if many of the even ones were in `first`.
  for (const std::uint64_t from : {0U, 1U}) {
    for (std::uint64_t i = from; i < targets.count() && half.size() < most; i += 2) half.insert(targets.address_at(i));
  }
  const std::vector<Address> addresses(half.begin(), half.end());
  return set_of(addresses, addresses.size());
}

std::int64_t longest_latency_ns(const Throughput::Options& options) {
  return std::min(options.search.trial_ns / 2, longest_latency_trial_ns);
}

}  // namespace

TargetSet set_of(std::span<const Address> addresses, std::size_t most) {
  TargetSetBuilder builder({max_targets, true, true, {}});
  const std::size_t count = std::min(addresses.size(), most);
  for (std::size_t i = 0; i < count; ++i) builder.add(to_text(addresses[i * addresses.size() / count]), "first pass");
  return builder.build();
}

Throughput::Throughput(const Options& options, const TargetSet& targets, TrialRunner& runner, OnTrial on_trial)
    : options_(options),
      targets_(targets),
      runner_(runner),
      on_trial_(std::move(on_trial)),
      started_ns_(runner.now_ns()),
      search_(options.search) {}

void Throughput::run(ThroughputReport& report) {
  report_ = &report;
  report.search_options = options_.search;
  search();
  find_limit();
  measure_latency();
  if (runner_.stopped()) report.stopped_because = "interrupted";
}

const TrialResult* Throughput::make(TrialPurpose purpose, double rate_pps, std::int64_t length_ns,
                                    const TargetSet& targets) {
  runner_.pause();
  if (runner_.stopped()) return nullptr;
  TrialResult trial = runner_.run({purpose, rate_pps, length_ns, &targets});
  // An interrupted trial is not a measurement.
  if (runner_.stopped()) return nullptr;
  report_->trials.push_back(std::move(trial));
  on_trial_(report_->trials.back());
  return &report_->trials.back();
}

std::int64_t Throughput::left_ns() const {
  return options_.budget_ns - (runner_.now_ns() - started_ns_);
}

std::int64_t Throughput::latency_length_ns(std::size_t loads) const {
  const std::int64_t longest_ns = longest_latency_ns(options_);
  // Below the rate at which probes are lost only one trial at most has stragglers.
  const auto count = static_cast<std::int64_t>(loads);
  const std::int64_t share_ns = (left_ns() - options_.timeout_ns) / count - overhead_ns;
  return std::clamp(share_ns - share_ns / 100, longest_ns / shortest_latency_share, longest_ns);
}

std::int64_t Throughput::latency_cost_ns(std::size_t loads) const {
  const std::int64_t one_ns = longest_latency_ns(options_) / shortest_latency_share + overhead_ns;
  return static_cast<std::int64_t>(loads) * one_ns + options_.timeout_ns;
}

std::int64_t Throughput::reserve_ns() const {
  const std::int64_t halves_ns = 2 * cost_ns(options_.search.trial_ns / 2);
  // The search has at least half of the budget.
  return std::min(latency_cost_ns(latency_loads.size()) + halves_ns, options_.budget_ns / 2);
}

std::int64_t Throughput::cost_ns(std::int64_t length_ns) const {
  // A slow sender is given a hundredth more.
  return length_ns + length_ns / 100 + options_.timeout_ns + overhead_ns;
}

bool Throughput::has_time(std::int64_t length_ns, std::int64_t after_ns) const {
  return cost_ns(length_ns) + after_ns <= left_ns();
}

void Throughput::search() {
  while (const auto step = search_.next()) {
    if (!has_time(step->length_ns, reserve_ns())) {
      report_->stopped_because = "the time budget ran out (--budget)";
      break;
    }
    const TrialResult* trial = make(purpose_of(step->phase), step->rate_pps, step->length_ns, targets_);
    if (trial == nullptr) break;
    search_.add(trial->point());
  }
  report_->search = search_.result();
}

bool Throughput::floor_is_ours() const {
  if (!report_->search.floor) return false;
  std::uint64_t lost = 0;
  std::uint64_t dropped = 0;
  for (const TrialResult& trial : report_->trials) {
    lost += trial.lost();
    dropped += trial.dropped;
  }
  return lost > 0 && 2 * dropped >= lost;
}

void Throughput::find_limit() {
  const SearchResult& found = report_->search;
  if (floor_is_ours()) {
    report_->first_limit = LossPlace::dropped;
    return;
  }
  if (found.kind != SearchResult::Kind::found && found.kind != SearchResult::Kind::below_min) return;
  report_->first_limit = place_of_overload();
  if (report_->first_limit == LossPlace::none)
    report_->first_limit = is_metered_beyond() ? LossPlace::beyond : nearest_place();
  if (report_->first_limit == LossPlace::beyond) report_->first_limit = network_or_targets();
}

LossPlace Throughput::place_of_overload() const {
  const double found_pps = report_->search.carried_pps;
  if (found_pps <= 0) return LossPlace::none;
  PlaceVotes votes;
  for (const TrialResult& trial : report_->trials) {
    const double off_pps = std::abs(trial.carried_pps - found_pps);
    if (!trial.point().overloaded() || off_pps > options_.search.precision * found_pps) continue;
    votes.add(place_of_loss(trial, report_->allowed_loss()));
  }
  return votes.first();
}

bool Throughput::is_metered_beyond() const {
  std::vector<const TrialResult*> bad;
  for (const TrialResult& trial : report_->trials) {
    const double replies = trial.carried_pps * static_cast<double>(trial.length_ns) / 2e9;
    const bool is_above =
        trial.targets == targets_.count() && trial.asked_pps > report_->search.highest_clean_pps * 1.001;
    if (!is_above || !search_.is_bad(trial.point())) continue;
    // This machine is a limit as well: it refused, or its socket was full.
    if (trial.was_refused() || trial.dropped + trial.discarded > 0) return false;
    if (replies >= metered_replies) bad.push_back(&trial);
  }
  std::ranges::sort(bad, {}, &TrialResult::carried_pps);
  // The largest group that lies within the spread of its lowest.
  std::size_t first = 0;
  std::size_t same = 0;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const double most_pps = bad[i]->carried_pps * (1 + metered_spread);
    const auto end = std::ranges::upper_bound(bad, most_pps, {}, &TrialResult::carried_pps);
    const auto count = static_cast<std::size_t>(end - bad.begin()) - i;
    if (count <= same) continue;
    first = i;
    same = count;
  }
  if (same < metered_trials || same * metered_share < bad.size()) return false;
  const double metered_pps = bad[first]->carried_pps;
  // No higher rate may be asked.
  if (options_.search.max_pps < metered_overload * metered_pps) return true;
  return std::ranges::any_of(bad, [&](const TrialResult* one) {
    const bool is_overload = one->asked_pps >= metered_overload * metered_pps;
    return is_overload && std::abs(one->carried_pps / metered_pps - 1) <= metered_off;
  });
}

LossPlace Throughput::nearest_place() const {
  const double lowest_pps = report_->search.lowest_lossy_pps;
  // Rates between the two have trials that contradict each other.
  const double clean_pps = report_->search.highest_clean_pps;
  const double from_pps = clean_pps > 0 ? clean_pps * 1.001 : lowest_pps * 0.999;
  std::vector<const TrialResult*> bad;
  for (const TrialResult& trial : report_->trials) {
    const bool is_near = trial.asked_pps > from_pps && trial.asked_pps < lowest_pps * farthest_load;
    if (is_near && search_.is_bad(trial.point())) bad.push_back(&trial);
  }
  std::stable_sort(bad.begin(), bad.end(), [](const auto* a, const auto* b) { return a->asked_pps < b->asked_pps; });
  // A merely slow sender loses nothing: if other trials lose, theirs is the first loss.
  const auto is_only_slow = [&](const TrialResult* trial) {
    return !trial->was_refused() && !exceeds_allowed_loss(*trial, report_->allowed_loss());
  };
  const auto losing = bad.size() - static_cast<std::size_t>(std::ranges::count_if(bad, is_only_slow));
  if (losing >= votes_ahead && losing * losing_share >= bad.size()) std::erase_if(bad, is_only_slow);
  PlaceVotes votes;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const bool next_load = i > 0 && bad[i]->asked_pps > bad[i - 1]->asked_pps * 1.001;
    if (next_load && votes.decided()) break;
    votes.add(place_of_loss(*bad[i], report_->allowed_loss()));
  }
  return votes.first();
}

TargetSet Throughput::lossy_half() const {
  std::map<Address, std::uint64_t> lost;
  for (const TrialResult& trial : report_->trials) {
    if (trial.targets != targets_.count() || !search_.is_bad(trial.point())) continue;
    for (const TargetLoss& target : trial.worst) lost[target.address] += target.sent - target.answered;
  }
  std::vector<Address> most;
  most.reserve(lost.size());
  for (const auto& target : lost) most.push_back(target.first);
  std::ranges::stable_sort(most, std::greater{}, [&](const Address& address) { return lost.at(address); });
  return half_of(targets_, most);
}

LossPlace Throughput::network_or_targets() {
  const std::int64_t length_ns = options_.search.trial_ns / 2;
  if (targets_.count() < 2) return LossPlace::beyond;
  const SearchResult& found = report_->search;
  const double floor = found.floor ? found.floor->ratio : 0;
  const TargetSet half = lossy_half();
  const auto allowed_pps = options_.per_target_pps * static_cast<double>(half.count());
  if (found.low_pps > 0 && found.low_pps <= allowed_pps && has_time(length_ns)) {
    const TrialResult* trial = make(TrialPurpose::half_same_sum, found.low_pps, length_ns, half);
    if (trial == nullptr) return LossPlace::beyond;
    if (trial->missing() > floor + clear_loss) return LossPlace::targets;
    if (!exceeds_allowed_loss(*trial, report_->allowed_loss())) return LossPlace::network;
  }
  // A trial that lost clearly, and less than what half of the load would still lose.
  const TrialResult* lossy = nullptr;
  for (const TrialResult& trial : report_->trials) {
    if (trial.targets != targets_.count() || trial.asked_pps < found.lowest_lossy_pps * 0.999 || trial.loss() > 0.5)
      continue;
    const auto off = [&](const TrialResult& one) { return std::abs(one.missing() - floor - compared_loss); };
    if (lossy == nullptr || off(trial) < off(*lossy)) lossy = &trial;
  }
  if (lossy == nullptr) return LossPlace::beyond;
  const double before = lossy->missing() - floor;
  // Half as long only if there is no time for more; too few expected losses would tell nothing.
  const std::int64_t whole_ns = options_.search.trial_ns;
  const TrialRequest request{TrialPurpose::half_same_each, lossy->asked_pps / 2,
                             has_time(whole_ns, latency_cost_ns(latency_loads.size())) ? whole_ns : length_ns, &half};
  const bool tells = before * static_cast<double>(request.probes()) >= telling_losses;
  if (!tells || !has_time(request.length_ns)) return LossPlace::beyond;
  const TrialResult* trial = make(request.purpose, request.rate_pps, request.length_ns, half);
  if (trial == nullptr) return LossPlace::beyond;
  return trial->missing() - floor > before / 2 ? LossPlace::targets : LossPlace::network;
}

void Throughput::measure_latency() {
  const double whole_pps = report_->search.low_pps;
  if (whole_pps <= 0) return;
  for (std::size_t i = 0; i < latency_loads.size(); ++i) {
    const std::int64_t length_ns = latency_length_ns(latency_loads.size() - i);
    if (!has_time(length_ns)) {
      report_->stopped_because = "the time budget ran out (--budget)";
      return;
    }
    if (make(TrialPurpose::latency, whole_pps * latency_loads[i], length_ns, targets_) == nullptr) return;
  }
}

}  // namespace ringsweep
