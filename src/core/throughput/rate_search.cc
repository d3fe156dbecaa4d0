#include "ringsweep/core/throughput/rate_search.h"

#include <algorithm>
#include <cmath>

namespace ringsweep {
namespace {

constexpr std::size_t trials_of_a_load_max = 7;
constexpr std::size_t trials_max = 400;
// A trial that loses this much more than it may counts twice.
constexpr double gross_loss = 0.1;
constexpr double gross_slowness = 0.9;
constexpr double as_fast = 0.98;
constexpr double loss_to_stop_at = 0.5;
// From this ratio on, a higher rate says something about a lower one.
constexpr double telling_ratio = 1.25;
// Relative to what is answered: if that is the limit, at most 44 % are lost there.
constexpr double beyond_factor = 1.8;
constexpr double overload_loss = 0.04;
// Relative to the lowest rate that loses: if that is the limit, at most a third is lost there.
constexpr double overload_factor = 1.5;
constexpr double same_rate = 1e-6;
constexpr double least_pile_of_long = 0.01;
constexpr double jitter_s = 0.01;

bool same(double a_pps, double b_pps) {
  return std::abs(a_pps - b_pps) <= same_rate * b_pps;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

bool TrialPoint::overloaded() const {
  return refused || (loss() > overload_loss && static_cast<double>(lost) >= telling_losses);
}

double AllowedLoss::of(std::uint64_t sent) const {
  const auto all = static_cast<double>(sent);
  if (!floor) return goal * all;
  const double expected = floor->ratio * all;
  return std::max(goal * all, expected + 3 * std::hypot(std::sqrt(expected), floor->error * all) + 1);
}

double least_pile(std::int64_t length_ns) {
  return std::max(least_pile_of_long, jitter_s / (static_cast<double>(length_ns) / 2e9));
}

void RateSearch::add(const TrialPoint& trial) {
  ++trials_;
  auto place = std::find_if(loads_.begin(), loads_.end(),
                            [&](const Load& load) { return load.rate_pps >= trial.asked_pps * (1 - same_rate); });
  if (place == loads_.end() || !same(place->rate_pps, trial.asked_pps)) {
    place = loads_.insert(place, Load{});
    place->rate_pps = trial.asked_pps;
  }
  Load& load = *place;
  load.trials.push_back(trial);
  fastest_pps_ = std::max(fastest_pps_, trial.offered_pps);
  load.sent += static_cast<double>(trial.sent);
  load.lost += static_cast<double>(trial.lost);
  // One lost probe of one would be all.
  const bool tells = static_cast<double>(trial.lost) >= telling_losses;
  load.over_half = load.over_half || (tells && trial.loss() > loss_to_stop_at);
  double offered_pps = 0;
  double answered_pps = 0;
  for (const TrialPoint& one : load.trials) {
    offered_pps += one.offered_pps;
    answered_pps += one.answered_pps();
  }
  const auto count = static_cast<double>(load.trials.size());
  load.offered_pps = offered_pps / count;
  load.answered_pps = answered_pps / count;
}

RateSearch::Vote RateSearch::vote_of(const TrialPoint& trial, const AllowedLoss& allowed) const {
  const auto sent = static_cast<double>(trial.sent);
  const auto lost = static_cast<double>(trial.lost);
  const double allowed_losses = allowed.of(trial.sent);
  const bool never_as_fast = trial.refused || fastest_pps_ < as_fast * trial.asked_pps;
  const bool far_slower = never_as_fast && trial.offered_pps < gross_slowness * trial.asked_pps;
  const bool loses_much = lost >= telling_losses && lost > allowed_losses + gross_loss * sent;
  if (loses_much || far_slower) return Vote::gross;
  // Whether this machine cannot do it or was only busy, such a rate is not good before a trial shows it.
  const bool exceeds_allowed_loss = lost + trial.piled * sent > allowed_losses;
  if (trial.refused || trial.slow || exceeds_allowed_loss || trial.sent == 0) return Vote::bad;
  if (trial.length_ns < options_.trial_ns) return Vote::none;
  return Vote::good;
}

RateSearch::Assessment RateSearch::assess_load(const Load& load, const AllowedLoss& allowed) const {
  Assessment assessed;
  for (const TrialPoint& trial : load.trials) {
    const Vote vote = vote_of(trial, allowed);
    if (vote == Vote::good) ++assessed.good;
    if (vote == Vote::bad) ++assessed.bad;
    if (vote == Vote::gross) assessed.bad += 2;
  }
  assessed.rating = assessed.bad == 0 || assessed.good > assessed.bad ? Rating::good
                    : assessed.bad > assessed.good                    ? Rating::bad
                                                                      : Rating::open;
  assessed.leads = std::max(assessed.good, assessed.bad) - std::min(assessed.good, assessed.bad) >= votes_ahead;
  assessed.exhausted = !assessed.leads && load.trials.size() >= trials_of_a_load_max;
  if (assessed.exhausted) assessed.rating = Rating::open;
  // It is never asked again, whatever its other trials said.
  if (load.over_half) assessed.rating = Rating::bad;
  return assessed;
}

bool RateSearch::is_confirmed(std::size_t index, const std::vector<Assessment>& all, bool has_floor) const {
  if (all[index].rating == Rating::open) return false;
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  // Above a floor, itself a guess, neighbours would all be wrong in the same direction.
  const double beside = has_floor ? 1 : 1 + 2 * options_.precision;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool is_near =
        loads_[i].rate_pps <= loads_[index].rate_pps * beside && loads_[i].rate_pps >= loads_[index].rate_pps / beside;
    if (i != index && (!is_near || all[i].refuted)) continue;
    if (i >= index) good += all[i].good;
    if (i <= index) bad += all[i].bad;
  }
  return all[index].rating == Rating::good ? good >= bad + votes_ahead
                                           : all[index].bad >= 2 && bad >= good + votes_ahead;
}

std::vector<RateSearch::Load>::const_iterator RateSearch::over_half() const {
  return std::find_if(loads_.begin(), loads_.end(), [](const Load& load) { return load.over_half; });
}

bool RateSearch::is_refuted(std::size_t index, const std::vector<Assessment>& assessed) const {
  const Load& load = loads_[index];
  const bool from_rate = comes_from_rate(index, assessed);
  return std::any_of(loads_.begin(), over_half(), [&](const Load& other) {
    const double ratio = other.rate_pps / load.rate_pps;
    const bool loses_less = other.lost * load.sent < load.lost * other.sent;
    if (from_rate && !loses_less) return false;
    return ratio >= telling_ratio && other.answered_pps >= load.answered_pps * (1 + (ratio - 1) / 2);
  });
}

std::vector<RateSearch::Assessment> RateSearch::assess(const AllowedLoss& allowed) const {
  std::vector<Assessment> all;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    all.push_back(assess_load(loads_[i], allowed));
    all[i].refuted = all[i].rating != Rating::good && is_refuted(i, all);
  }
  for (std::size_t i = 0; i < loads_.size(); ++i) all[i].confirmed = is_confirmed(i, all, allowed.floor.has_value());
  return all;
}

LossFloor RateSearch::pooled_loss(std::size_t highest) const {
  double sent = 0;
  double lost = 0;
  for (std::size_t i = 0; i <= highest; ++i) {
    sent += loads_[i].sent;
    lost += loads_[i].lost;
  }
  LossFloor floor;
  if (sent == 0) return floor;
  floor.ratio = lost / sent;
  // Losses come in bursts: trials differ by more than chance would have it.
  double squares = 0;
  for (std::size_t i = 0; i <= highest; ++i) {
    for (const TrialPoint& trial : loads_[i].trials) {
      const double off = static_cast<double>(trial.lost) - floor.ratio * static_cast<double>(trial.sent);
      squares += off * off;
    }
  }
  constexpr double deviations = 1.96;
  floor.error = std::sqrt(std::max(squares, lost)) / sent;
  floor.low = std::max(0.0, floor.ratio - deviations * floor.error);
  floor.high = std::min(1.0, floor.ratio + deviations * floor.error);
  return floor;
}

void RateSearch::find_gap(Findings& findings) const {
  findings.good.reset();
  findings.bad.reset();
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    const Assessment& assessed = findings.loads[i];
    if (assessed.rating == Rating::bad && !assessed.refuted && !findings.bad) findings.bad = i;
    if (assessed.rating == Rating::good && !findings.bad) findings.good = i;
  }
}

RateSearch::Findings RateSearch::look() const {
  Findings findings;
  findings.loads = assess({options_.loss_goal});
  // The highest load that no limit holds back.
  std::optional<std::size_t> free;
  for (std::size_t i = 0; i < loads_.size() && !loads_[i].over_half; ++i) {
    if (findings.loads[i].rating == Rating::good || findings.loads[i].refuted) free = i;
  }
  if (free && findings.loads[*free].rating == Rating::bad) {
    const LossFloor floor = pooled_loss(*free);
    // Otherwise it is bad because this machine was busy.
    const bool loses = loads_[*free].lost > options_.loss_goal * loads_[*free].sent && floor.ratio > options_.loss_goal;
    if (!findings.loads[*free].leads) {
      findings.suspect = free;
    } else if (loses) {
      findings.suspect = witness_below(*free, findings.loads);
      if (!findings.suspect) findings.floor = floor;
      if (findings.floor) findings.loads = assess({options_.loss_goal, floor});
    }
  }
  find_gap(findings);
  return findings;
}

std::optional<std::size_t> RateSearch::witness_below(std::size_t index, const std::vector<Assessment>& assessed) const {
  double sent = 0;
  std::optional<std::size_t> witness;
  for (std::size_t i = 0; i < index; ++i) {
    sent += loads_[i].sent;
    if (assessed[i].rating == Rating::good && loads_[i].trials.size() < trials_of_a_load_max) witness = i;
  }
  const double expected = loads_[index].lost / std::max(loads_[index].sent, 1.0) * sent;
  return expected < telling_losses ? witness : std::nullopt;
}

RateSearch::Step RateSearch::repeat(std::size_t index) const {
  return {loads_[index].rate_pps, options_.trial_ns, SearchPhase::confirm};
}

std::optional<RateSearch::Step> RateSearch::step_up(const Findings& findings) const {
  if (loads_.empty()) return Step{options_.min_pps, options_.trial_ns / 4, SearchPhase::up};
  if (findings.bad) return std::nullopt;
  const Load& top = loads_.back();
  if (top.over_half || same(top.rate_pps, options_.max_pps)) return std::nullopt;
  return Step{std::min(2 * top.rate_pps, options_.max_pps), options_.trial_ns / 4, SearchPhase::up};
}

bool RateSearch::comes_from_rate(std::size_t index, const std::vector<Assessment>& assessed) const {
  double sent = 0;
  double lost = 0;
  for (std::size_t i = 0; i < index; ++i) {
    if (assessed[i].rating != Rating::good) continue;
    sent += loads_[i].sent;
    lost += loads_[i].lost;
  }
  const double expected = loads_[index].lost / std::max(loads_[index].sent, 1.0) * sent;
  return expected >= telling_losses && lost < 0.3 * expected;
}

std::optional<RateSearch::Step> RateSearch::step_beyond(const Findings& findings) const {
  const bool on_top = findings.bad && *findings.bad + 1 == loads_.size();
  if (!on_top || findings.floor) return std::nullopt;
  const Load& top = loads_.back();
  if (top.over_half || same(top.rate_pps, options_.max_pps)) return std::nullopt;
  if (std::all_of(top.trials.begin(), top.trials.end(), [](const auto& one) { return one.slow && one.lost == 0; })) {
    // A limit of this machine, or only a busy moment?
    const double wanted_pps =
        std::clamp(beyond_factor * top.answered_pps, telling_ratio * top.rate_pps, 2 * top.rate_pps);
    return Step{std::min(wanted_pps, options_.max_pps), options_.trial_ns / 4, SearchPhase::beyond};
  }
  if (comes_from_rate(*findings.bad, findings.loads)) return std::nullopt;
  const double wanted_pps = std::max(beyond_factor * top.answered_pps, telling_ratio * top.rate_pps);
  const double rate_pps = std::min(wanted_pps, options_.max_pps);
  const double feared_loss = 1 - top.answered_pps / rate_pps;
  if (rate_pps < telling_ratio * top.rate_pps || feared_loss > loss_to_stop_at) return std::nullopt;
  return Step{rate_pps, options_.trial_ns / 4, SearchPhase::beyond};
}

std::optional<RateSearch::Step> RateSearch::step_into_gap(const Findings& findings) const {
  if (!findings.good || !findings.bad) return std::nullopt;
  const double whole = loads_[*findings.bad].rate_pps / loads_[*findings.good].rate_pps;
  for (std::size_t i = *findings.good; i < *findings.bad; ++i) {
    const double low_pps = loads_[i].rate_pps;
    const double high_pps = loads_[i + 1].rate_pps;
    if (high_pps <= low_pps * (1 + options_.precision)) continue;
    const bool wide = whole > 1 + 4 * options_.precision;
    return Step{std::sqrt(low_pps * high_pps), wide ? options_.trial_ns / 2 : options_.trial_ns, SearchPhase::bisect};
  }
  return std::nullopt;
}

std::optional<RateSearch::Step> RateSearch::step_overload(const Findings& findings) const {
  if (!findings.good || !findings.bad || findings.floor || loads_.back().over_half) return std::nullopt;
  const double bad_pps = loads_[*findings.bad].rate_pps;
  const double rate_pps = std::min(overload_factor * bad_pps, options_.max_pps);
  const bool told = std::any_of(loads_.begin(), loads_.end(), [&](const Load& load) {
    return load.rate_pps > bad_pps * (1 - same_rate) && std::ranges::any_of(load.trials, &TrialPoint::overloaded);
  });
  if (told || loads_.back().rate_pps > rate_pps * (1 - same_rate)) return std::nullopt;
  return Step{rate_pps, options_.trial_ns / 2, SearchPhase::beyond};
}

std::optional<RateSearch::Step> RateSearch::step_confirm(const Findings& findings) const {
  std::optional<std::size_t> least;
  for (const auto& end : {findings.good, findings.bad}) {
    if (!end || findings.loads[*end].confirmed || loads_[*end].over_half) continue;
    if (!least || findings.loads[*end].votes() < findings.loads[*least].votes()) least = end;
  }
  if (!least) return std::nullopt;
  return repeat(*least);
}

std::optional<RateSearch::Step> RateSearch::next() const {
  if (trials_ >= trials_max) return std::nullopt;
  const Findings findings = look();
  if (const auto step = step_up(findings)) return step;
  if (const auto step = step_beyond(findings)) return step;
  if (findings.suspect) return repeat(*findings.suspect);
  // A tie at or inside of the gap; where the gap is narrow enough with it, it may stay.
  const bool narrow = findings.good && findings.bad &&
                      loads_[*findings.bad].rate_pps <= loads_[*findings.good].rate_pps * (1 + 2 * options_.precision);
  const std::size_t from = findings.good.value_or(0);
  const std::size_t until = findings.bad.value_or(loads_.size() - 1);
  for (std::size_t i = from; i <= until && !narrow; ++i) {
    const Assessment& assessed = findings.loads[i];
    if (assessed.rating == Rating::open && !assessed.exhausted && !assessed.refuted) return repeat(i);
  }
  if (const auto step = step_into_gap(findings)) return step;
  if (const auto step = step_overload(findings)) return step;
  return step_confirm(findings);
}

double RateSearch::carried_beside(double low_pps, double high_pps) const {
  std::vector<double> carried;
  for (const Load& load : loads_) {
    for (const TrialPoint& trial : load.trials) {
      const bool tells = trial.overloaded() || trial.piled > 0;
      if (tells && load.rate_pps >= low_pps && trial.carried_pps > 0) carried.push_back(trial.carried_pps);
    }
  }
  const double middle = median(std::move(carried));
  // So much above what is carried a trial cannot see that it piles up.
  const double blind = std::max(options_.precision, least_pile(options_.trial_ns));
  const bool beside = middle >= low_pps * (1 - blind) && middle <= high_pps * (1 + options_.precision);
  return beside ? middle : 0;
}

double RateSearch::offered_by_good(const Load& load, const AllowedLoss& allowed) const {
  double sum_pps = 0;
  double count = 0;
  for (const TrialPoint& trial : load.trials) {
    if (vote_of(trial, allowed) != Vote::good) continue;
    sum_pps += trial.offered_pps;
    ++count;
  }
  return count > 0 ? sum_pps / count : load.offered_pps;
}

bool RateSearch::is_bad(const TrialPoint& trial) const {
  const Findings findings = look();
  const Vote vote = vote_of(trial, {options_.loss_goal, findings.floor});
  return vote == Vote::bad || vote == Vote::gross;
}

SearchResult RateSearch::result() const {
  SearchResult result;
  if (loads_.empty()) return result;
  const Findings findings = look();
  result.floor = findings.floor;
  if (findings.good) result.highest_clean_pps = loads_[*findings.good].rate_pps;
  if (findings.bad) result.lowest_lossy_pps = loads_[*findings.bad].rate_pps;
  if (findings.good) result.low_pps = offered_by_good(loads_[*findings.good], {options_.loss_goal, findings.floor});
  result.high_pps = result.lowest_lossy_pps;
  const auto confirmed = [&](const auto& end) { return end && findings.loads[*end].confirmed; };
  if (findings.good && findings.bad) {
    result.kind = SearchResult::Kind::found;
    result.confirmed = confirmed(findings.good) && confirmed(findings.bad);
    for (std::size_t i = *findings.good; i < *findings.bad; ++i)
      if (findings.loads[i].rating == Rating::open) ++result.undecided;
    const double carried_pps = findings.floor ? 0 : carried_beside(result.low_pps, result.high_pps);
    result.carried_pps = carried_pps;
    if (carried_pps > 0) {
      // What is carried is itself known to no more than some thousandths.
      result.low_pps = std::min(result.low_pps, carried_pps * (1 - options_.precision / 10));
      result.high_pps = std::max(result.high_pps, carried_pps * (1 + options_.precision / 10));
    }
    result.rate_pps = std::sqrt(result.low_pps * result.high_pps);
  } else if (findings.good) {
    result.kind = SearchResult::Kind::above_max;
    result.confirmed = confirmed(findings.good) && same(result.highest_clean_pps, options_.max_pps);
    result.rate_pps = result.low_pps;
  } else if (findings.bad) {
    result.kind = SearchResult::Kind::below_min;
    result.confirmed = confirmed(findings.bad);
  }
  return result;
}

}  // namespace ringsweep
