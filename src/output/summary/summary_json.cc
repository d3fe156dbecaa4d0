#include <fmt/core.h>

#include "output/summary/counter_names.h"
#include "output/text/json_number.h"
#include "ringsweep/base/time.h"
#include "ringsweep/output/summary/summary.h"
#include "ringsweep/output/text/json.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

template <typename Counts, typename Names>
Json counters_json(const Counts& counts, const Names& names) {
  Json json = Json::object();
  for (const auto& [name, member] : names) json[name] = counts.*member;
  return json;
}

Json states_json(const Tally& tally) {
  Json json = Json::object();
  for (std::size_t i = 0; i < state_count; ++i) json[to_text(static_cast<State>(i))] = tally.states[i];
  return json;
}

Json probes_json(const Tally& tally) {
  Json json = Json::object();
  json["sent"] = tally.probes_sent;
  for (std::size_t i = 0; i < outcome_count; ++i) json[outcome_names[i]] = tally.outcomes[i];
  return json;
}

Json rtt_json(const RttHistogram& rtts) {
  Json json = Json::object();
  const bool none = rtts.count() == 0;
  const auto set = [&json, none](const char* key, double ns) { json[key] = none ? Json(nullptr) : Json(to_ms(ns)); };
  set("min", static_cast<double>(rtts.min_ns()));
  set("p50", static_cast<double>(rtts.quantile_ns(0.5)));
  set("p90", static_cast<double>(rtts.quantile_ns(0.9)));
  set("p99", static_cast<double>(rtts.quantile_ns(0.99)));
  set("max", static_cast<double>(rtts.max_ns()));
  set("mean", rtts.mean_ns());
  json["count"] = rtts.count();
  return json;
}

Json moved_counters_json(const std::vector<MovedCounter>& bounds) {
  Json json = Json::array();
  for (const MovedCounter& bound : bounds) {
    json.push_back(Json::object({{"counter", bound.counter}, {"delta", bound.delta}, {"remedy", bound.remedy}}));
  }
  return json;
}

Json guards_json(const std::vector<GuardReport>& guards) {
  Json json = Json::array();
  for (const GuardReport& guard : guards)
    json.push_back(Json::object({{"guard", guard.guard}, {"effect", guard.effect}}));
  return json;
}

}  // namespace

std::string summary_json(const SweepSummary& summary) {
  const Tally& tally = summary.tally;
  Json json = Json::object();
  json["schema"] = "ringsweep.summary/1";
  json["version"] = summary.version;
  json["command"] = summary.command;
  json["plan_id"] = fmt::format("{:016x}", summary.plan_id);
  json["targets_id"] = fmt::format("{:016x}", summary.targets_id);
  json["targets"] = summary.targets;
  json["run"] = summary.run;
  json["decided_before"] = summary.decided_before;
  json["seed"] = summary.seed;
  json["shard"] = fmt::format("{}/{}", summary.shard, summary.shards);
  json["rate_asked_pps"] = summary.rate_asked.is_max() ? Json(nullptr) : Json(summary.rate_asked.pps());
  json["rate_sent_pps"] = rounded(summary.rate_sent_pps());
  json["started"] = utc_text(summary.started_ns);
  json["finished"] = utc_text(summary.finished_ns);
  json["duration_s"] = rounded(static_cast<double>(summary.duration_ns) / static_cast<double>(ns_per_s));
  json["complete"] = summary.complete;
  json["exit"] = summary.exit_status;
  json["incomplete_because"] = summary.incomplete_because;
  json["lower_bound"] = moved_counters_json(summary.lower_bound);
  json["kernel_counters"] = moved_counters_json(summary.kernel_counters);
  json["states"] = states_json(tally);
  json["probes"] = probes_json(tally);
  json["replies"] = counters_json(tally.replies, reply_counters);
  json["local"] = counters_json(tally.local, local_counters);
  json["guards"] = guards_json(summary.guards);
  json["silent_but_there"] = tally.silent_but_there;
  json["notes"] = summary.notes;
  json["rtt_ms"] = rtt_json(summary.rtts);
  json["rtt_source"] = counters_json(tally.rtt, rtt_counters);
  json["engine"] = summary.engine;
  json["engine_note"] = summary.engine_note;
  json["sockets"] = summary.sockets;
  json["sockets_note"] = summary.sockets_note;
  json["matching"] = summary.matching;
  json["workers"] = summary.workers;
  json["kernel"] = summary.kernel;
  return json.indented_text() + "\n";
}

}  // namespace ringsweep
