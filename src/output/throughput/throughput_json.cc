#include <fmt/core.h>

#include <array>
#include <cmath>

#include "output/text/json_number.h"
#include "ringsweep/output/text/json.h"
#include "ringsweep/output/text/number_text.h"
#include "ringsweep/output/throughput/throughput_text.h"

namespace ringsweep {
namespace {

double to_s(std::int64_t ns) {
  return rounded(static_cast<double>(ns) / 1e9);
}
// Ratios are rounded to more digits.
double ratio(double value) {
  return std::round(value * 1e8) / 1e8;
}
Json rate_or_null(double pps) {
  return pps > 0 ? Json(rounded(pps)) : Json(nullptr);
}

std::string_view name_of(SearchResult::Kind kind) {
  switch (kind) {
    case SearchResult::Kind::found:
      return "found";
    case SearchResult::Kind::above_max:
      return "above_max";
    case SearchResult::Kind::below_min:
      return "below_min";
    case SearchResult::Kind::unknown:
      break;
  }
  return "unknown";
}

// Names without spaces, for programs.
std::string_view name_of(LossPlace place) {
  switch (place) {
    case LossPlace::none:
      return "none";
    case LossPlace::not_sent:
      return "here_not_sent";
    case LossPlace::dropped:
      return "here_dropped";
    case LossPlace::network:
      return "network";
    case LossPlace::targets:
      return "targets";
    case LossPlace::beyond:
      return "network_or_targets";
  }
  return "none";
}

// How many RTTs were at most 1, 2, 5, 10, 20, 50, ... us, cumulative, from the first bound with a count.
Json histogram_json(const RttHistogram& rtts) {
  Json json = Json::array();
  for (std::int64_t decade_ns = ns_per_us; decade_ns <= 100 * ns_per_s; decade_ns *= 10) {
    for (const std::int64_t factor : {1, 2, 5}) {
      const std::uint64_t count = rtts.count_up_to(factor * decade_ns);
      if (count > 0)
        json.push_back(Json::object({{"up_to_ms", to_ms(static_cast<double>(factor * decade_ns))}, {"count", count}}));
      if (count == rtts.count()) return json;
    }
  }
  return json;
}

Json trial_rtt_json(const RttHistogram& rtts) {
  if (rtts.count() == 0) return nullptr;
  Json json = Json::object();
  json["min"] = to_ms(static_cast<double>(rtts.min_ns()));
  constexpr std::array<std::pair<const char*, double>, 6> quantiles = {
      {{"p10", 0.1}, {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1.0}}};
  for (const auto& [name, q] : quantiles) json[name] = to_ms(static_cast<double>(rtts.quantile_ns(q)));
  json["mean"] = to_ms(rtts.mean_ns());
  json["count"] = rtts.count();
  return json;
}

Json trial_json(const TrialResult& trial, const AllowedLoss& allowed) {
  Json json = Json::object();
  json["purpose"] = to_text(trial.purpose);
  json["started"] = utc_text(trial.started_ns);
  json["length_s"] = to_s(trial.length_ns);
  json["targets"] = trial.targets;
  json["asked_pps"] = rounded(trial.asked_pps);
  json["offered_pps"] = rounded(trial.offered_pps);
  json["answered_pps"] = rounded(trial.answered_pps());
  json["carried_pps"] = rounded(trial.carried_pps);
  json["planned"] = trial.planned;
  json["sent"] = trial.sent;
  json["answered"] = trial.answered;
  json["lost"] = trial.lost();
  json["late"] = trial.late;
  json["duplicate"] = trial.duplicate;
  json["errors"] = trial.errors;
  json["not_sent"] = trial.not_sent();
  json["refused"] = trial.refused;
  json["discarded"] = trial.discarded;
  json["dropped"] = trial.dropped;
  json["loss"] = ratio(trial.loss());
  json["place"] = name_of(place_of_loss(trial, allowed));
  json["longest_gap_ms"] = to_ms(static_cast<double>(trial.longest_gap_ns));
  json["cut_short"] = trial.cut_short;
  json["piled"] = ratio(trial.piled());
  json["targets_losing"] = trial.targets_losing;
  json["worst_targets"] = Json::array();
  for (const TargetLoss& target : trial.worst)
    json["worst_targets"].push_back(
        Json::object({{"address", to_text(target.address)}, {"sent", target.sent}, {"answered", target.answered}}));
  json["rtt_ms"] = trial_rtt_json(trial.rtts);
  if (trial.purpose == TrialPurpose::latency) json["rtt_histogram"] = histogram_json(trial.rtts);
  return json;
}

Json search_json(const ThroughputReport& report) {
  const SearchResult& search = report.search;
  Json json = Json::object();
  json["kind"] = name_of(search.kind);
  json["rate_pps"] = rate_or_null(search.rate_pps);
  json["low_pps"] = rate_or_null(search.low_pps);
  json["high_pps"] = rate_or_null(search.high_pps);
  json["highest_clean_pps"] = rate_or_null(search.highest_clean_pps);
  json["lowest_lossy_pps"] = rate_or_null(search.lowest_lossy_pps);
  json["carried_pps"] = rate_or_null(search.carried_pps);
  json["confirmed"] = search.confirmed;
  json["undecided_rates"] = search.undecided;
  json["loss_floor"] = nullptr;
  if (search.floor) {
    json["loss_floor"] = Json::object({{"ratio", ratio(search.floor->ratio)},
                                       {"low", ratio(search.floor->low)},
                                       {"high", ratio(search.floor->high)}});
  }
  json["first_limit"] = name_of(report.first_limit);
  const std::uint64_t recommended_pps = report.recommended_pps();
  json["recommended_pps"] = recommended_pps > 0 ? Json(recommended_pps) : Json(nullptr);
  return json;
}

}  // namespace

std::string throughput_json(const ThroughputReport& report) {
  Json json = Json::object();
  json["schema"] = "ringsweep.throughput/1";
  json["version"] = report.version;
  json["verdict"] = verdict_text(report);
  json["result"] = search_json(report);
  json["complete"] = report.complete();
  json["stopped_because"] = report.complete() ? Json(nullptr) : Json(report.stopped_because);
  json["started"] = utc_text(report.started_ns);
  json["duration_s"] = to_s(report.duration_ns);
  json["targets_asked"] = report.targets_asked;
  json["targets"] = report.targets;
  json["asked"] = Json::object({{"min_rate_pps", rounded(report.search_options.min_pps)},
                                {"max_rate_pps", rounded(report.search_options.max_pps)},
                                {"per_target_pps", rounded(report.per_target_pps)},
                                {"precision", ratio(report.search_options.precision)},
                                {"loss", ratio(report.search_options.loss_goal)},
                                {"trial_s", to_s(report.search_options.trial_ns)},
                                {"budget_s", to_s(report.budget_ns)},
                                {"timeout_s", to_s(report.timeout_ns)},
                                {"packet_bytes", report.packet_bytes}});
  json["engine"] = report.engine;
  json["sockets"] = report.sockets;
  json["workers"] = report.workers;
  json["receive_buffer_bytes"] = report.receive_buffer_bytes;
  json["trials"] = Json::array();
  for (const TrialResult& trial : report.trials) json["trials"].push_back(trial_json(trial, report.allowed_loss()));
  return json.indented_text() + "\n";
}

}  // namespace ringsweep
