#include "ringsweep/output/summary/summary_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "output/results/result_fields.h"
#include "output/summary/counter_names.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/time.h"
#include "ringsweep/output/text/json.h"

namespace ringsweep {
namespace {

constexpr std::string_view schema_name = "ringsweep.summary/";
constexpr std::string_view schema_version = "1";

[[noreturn]] void refuse(std::string_view key, std::string_view text) {
  throw JsonError(fmt::format("invalid {} {}", key, quote_text(text)));
}

std::uint64_t parse_number(std::string_view text, std::string_view key, int base = 10) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) refuse(key, text);
  return number;
}

// Older versions did not write every member.
std::uint64_t count_or_zero(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value == nullptr ? 0 : value->count(key);
}
std::string string_or_empty(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value == nullptr ? std::string() : value->string(key);
}
Json::Array elements_or_none(const Json& object, std::string_view key) {
  const Json* value = object.find(key);
  return value == nullptr ? Json::Array() : value->elements(key);
}
std::vector<std::string> strings_or_none(const Json& object, std::string_view key) {
  std::vector<std::string> strings;
  for (const Json& element : elements_or_none(object, key)) strings.push_back(element.string(key));
  return strings;
}

std::int64_t time_at(const Json& object, std::string_view key) {
  const std::string& text = object.string_at(key);
  std::int64_t time_ns = 0;
  if (!read_time(text, time_ns)) refuse(key, text);
  return time_ns;
}

template <typename Counts>
void read_counters(const Json& summary, std::string_view key, const CounterNames<Counts>& names, Counts& counts) {
  const Json* group = summary.find(key);
  if (group == nullptr) return;
  for (const auto& [name, member] : names) counts.*member = count_or_zero(*group, name);
}

void read_tally(const Json& json, Tally& tally) {
  const Json& states = json.at("states");
  for (std::size_t i = 0; i < state_count; ++i) tally.states[i] = count_or_zero(states, to_text(static_cast<State>(i)));
  const Json& probes = json.at("probes");
  tally.probes_sent = probes.count_at("sent");
  for (std::size_t i = 0; i < outcome_count; ++i) tally.outcomes[i] = count_or_zero(probes, outcome_names[i]);
  tally.silent_but_there = count_or_zero(json, "silent_but_there");
  read_counters(json, "replies", reply_counters, tally.replies);
  read_counters(json, "local", local_counters, tally.local);
  read_counters(json, "rtt_source", rtt_counters, tally.rtt);
}

void read_shard(const Json& json, SweepSummary& summary) {
  const std::string_view text = json.string_at("shard");
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) refuse("shard", text);
  summary.shard = parse_number(text.substr(0, slash), "shard");
  summary.shards = parse_number(text.substr(slash + 1), "shard");
  if (summary.shard == 0 || summary.shard > summary.shards) refuse("shard", text);
}

std::vector<MovedCounter> read_moved(const Json& json, std::string_view key) {
  std::vector<MovedCounter> moved;
  for (const Json& counter : elements_or_none(json, key))
    moved.push_back({counter.string_at("counter"), counter.count_at("delta"), string_or_empty(counter, "remedy")});
  return moved;
}

SweepSummary read(const Json& json) {
  SweepSummary summary;
  summary.version = string_or_empty(json, "version");
  summary.command = string_or_empty(json, "command");
  summary.plan_id = parse_number(json.string_at("plan_id"), "plan_id", 16);
  if (const std::string id = string_or_empty(json, "targets_id"); !id.empty())
    summary.targets_id = parse_number(id, "targets_id", 16);
  summary.targets = json.count_at("targets");
  summary.seed = json.count_at("seed");
  read_shard(json, summary);
  summary.run = std::max<std::uint64_t>(count_or_zero(json, "run"), 1);
  const Json& rate = json.at("rate_asked_pps");
  if (!rate.is_null())
    summary.rate_asked = Rate{static_cast<std::uint64_t>(std::llround(rate.number("rate_asked_pps") * 1000))};
  summary.started_ns = time_at(json, "started");
  summary.finished_ns = time_at(json, "finished");
  summary.duration_ns = std::llround(json.number_at("duration_s") * static_cast<double>(ns_per_s));
  summary.complete = json.boolean_at("complete");
  summary.exit_status = static_cast<int>(json.integer_at("exit"));
  summary.incomplete_because = strings_or_none(json, "incomplete_because");
  summary.lower_bound = read_moved(json, "lower_bound");
  summary.kernel_counters = read_moved(json, "kernel_counters");
  for (const Json& guard : elements_or_none(json, "guards"))
    summary.guards.push_back({guard.string_at("guard"), guard.string_at("effect")});
  summary.notes = strings_or_none(json, "notes");
  read_tally(json, summary.tally);
  summary.engine = string_or_empty(json, "engine");
  summary.engine_note = string_or_empty(json, "engine_note");
  summary.sockets = string_or_empty(json, "sockets");
  summary.sockets_note = string_or_empty(json, "sockets_note");
  summary.matching = string_or_empty(json, "matching");
  summary.workers = static_cast<unsigned>(count_or_zero(json, "workers"));
  summary.kernel = string_or_empty(json, "kernel");
  return summary;
}

}  // namespace

std::optional<SweepSummary> read_summary(std::string_view text, std::string_view file) {
  const std::optional<Json> json = Json::parse(text);
  const Json* schema = json ? json->find("schema") : nullptr;
  if (schema == nullptr || !schema->is_string()) return std::nullopt;
  const std::string_view name = schema->string("schema");
  if (!name.starts_with(schema_name)) return std::nullopt;
  if (name.substr(schema_name.size()) != schema_version) {
    throw usage_error(fmt::format("{}: unknown summary schema {}; this version reads {}{}", file, quote_text(name),
                                  schema_name, schema_version),
                      "use the version of ringsweep that wrote it, or a newer one");
  }
  try {
    return read(*json);
  } catch (const JsonError& error) {
    throw usage_error(fmt::format("{}: the summary is damaged: {}", file, error.what()));
  }
}

}  // namespace ringsweep
