#include "ringsweep/core/throughput/trial.h"

#include <algorithm>
#include <cmath>

namespace ringsweep {
namespace {

// Refusals and slowness below this come from the pacer's rounding or a short stall, not from a limit of this machine.
constexpr double refused_share = 0.001;
constexpr double slow_share = 0.02;
constexpr double slow_s = 0.025;

}  // namespace

std::string_view to_text(TrialPurpose purpose) {
  switch (purpose) {
    case TrialPurpose::up:
      return "up";
    case TrialPurpose::beyond:
      return "beyond";
    case TrialPurpose::bisect:
      return "bisect";
    case TrialPurpose::confirm:
      return "confirm";
    case TrialPurpose::half_same_sum:
      return "half_same_sum";
    case TrialPurpose::half_same_each:
      return "half_same_each";
    case TrialPurpose::latency:
      return "latency";
  }
  return {};
}

TrialPurpose purpose_of(SearchPhase phase) {
  switch (phase) {
    case SearchPhase::up:
      return TrialPurpose::up;
    case SearchPhase::beyond:
      return TrialPurpose::beyond;
    case SearchPhase::bisect:
      return TrialPurpose::bisect;
    case SearchPhase::confirm:
      return TrialPurpose::confirm;
  }
  return TrialPurpose::up;
}

std::string_view to_text(LossPlace place) {
  switch (place) {
    case LossPlace::none:
      return "none";
    case LossPlace::not_sent:
      return "here (not sent)";
    case LossPlace::dropped:
      return "here (dropped at our socket)";
    case LossPlace::network:
      return "network";
    case LossPlace::targets:
      return "targets";
    case LossPlace::beyond:
      return "network or targets";
  }
  return {};
}

std::uint64_t TrialRequest::probes() const {
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::llround(rate_pps * static_cast<double>(length_ns) / 1e9)));
}

bool TrialResult::was_refused() const {
  return static_cast<double>(refused) > refused_share * static_cast<double>(planned);
}

bool TrialResult::slow() const {
  if (cut_short) return false;
  if (sent == 0 || offered_pps <= 0) return true;
  const double asked_s = static_cast<double>(sent) / asked_pps;
  const double took_s = static_cast<double>(sent) / offered_pps;
  return took_s - asked_s > std::max(slow_share * asked_s, slow_s);
}

double TrialResult::piled() const {
  const RttMoments& early = second_quarter;
  const RttMoments& end = last_quarter;
  if (cut_short || early.count < telling_losses || end.count < telling_losses) return 0;
  const double grown_s = end.sum / end.count - early.sum / early.count;
  const auto error = [](const RttMoments& of) {
    const double mean = of.sum / of.count;
    return std::max(0.0, of.squares / of.count - mean * mean) / of.count;
  };
  if (grown_s < 3 * std::sqrt(error(early) + error(end))) return 0;
  // The probes of one second take this much longer than a second to come back.
  const double more = grown_s / (static_cast<double>(length_ns) / 2e9);
  const double share = more / (1 + more);
  return share > least_pile(length_ns) ? share : 0;
}

TrialPoint TrialResult::point() const {
  TrialPoint point;
  point.asked_pps = asked_pps;
  point.offered_pps = offered_pps;
  point.sent = sent;
  point.lost = lost();
  point.carried_pps = carried_pps;
  point.length_ns = length_ns;
  point.refused = was_refused();
  point.slow = slow();
  point.piled = piled();
  return point;
}

bool loses_too_much(const TrialResult& trial, const AllowedLoss& allowed) {
  return static_cast<double>(trial.lost()) > allowed.of(trial.sent);
}

bool exceeds_allowed_loss(const TrialResult& trial, const AllowedLoss& allowed) {
  return static_cast<double>(trial.lost()) + trial.piled() * static_cast<double>(trial.sent) > allowed.of(trial.sent);
}

LossPlace place_of_loss(const TrialResult& trial, const AllowedLoss& allowed) {
  if (!loses_too_much(trial, allowed)) {
    if (trial.was_refused()) return LossPlace::not_sent;
    if (exceeds_allowed_loss(trial, allowed)) return LossPlace::beyond;
    return trial.slow() ? LossPlace::not_sent : LossPlace::none;
  }
  // If at least half was lost on this machine, the rest may be a consequence.
  if (2 * trial.dropped >= trial.lost()) return LossPlace::dropped;
  if (2 * trial.discarded >= trial.lost()) return LossPlace::not_sent;
  return trial.was_refused() && trial.refused >= trial.lost() ? LossPlace::not_sent : LossPlace::beyond;
}

}  // namespace ringsweep
