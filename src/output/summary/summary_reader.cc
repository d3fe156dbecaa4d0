#include "ringsweep/output/summary/summary_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "output/results/result_fields.h"
#include "output/summary/counter_names.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema_name = "ringsweep.summary/";
constexpr std::string_view schema_version = "1";

// What is wrong; becomes the Error that names the file.
struct Damage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <typename Number>
Number number_of(std::string_view text, std::string_view key, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    throw Damage(fmt::format("{} {} is none", key, quote_text(text)));
  return number;
}

std::uint64_t count_at(const Json& object, std::string_view key) {
  const Json& value = object.at(std::string(key));
  if (!value.is_number_unsigned())
    throw Damage(fmt::format("{} {} is no count", key, value.is_structured() ? "{...}" : quote_text(value.dump())));
  return value.get<std::uint64_t>();
}
std::uint64_t count_where_there(const Json& object, std::string_view key) {
  return object.contains(key) ? count_at(object, key) : 0;
}
std::string text_where_there(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? std::string() : found->get<std::string>();
}
Json list_where_there(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  if (found == object.end()) return Json::array();
  if (!found->is_array()) throw Damage(fmt::format("{} is no list", key));
  return *found;
}
std::int64_t time_at(const Json& object, std::string_view key) {
  const auto text = object.at(std::string(key)).get<std::string>();
  std::int64_t time_ns = 0;
  if (!read_time(text, time_ns)) throw Damage(fmt::format("{} {} is no time", key, quote_text(text)));
  return time_ns;
}

template <typename Counts>
void read_counters(const Json& summary, std::string_view key, const CounterNames<Counts>& names, Counts& counts) {
  const auto found = summary.find(key);
  if (found == summary.end()) return;
  for (const auto& [name, member] : names) counts.*member = count_where_there(*found, name);
}

void read_tally(const Json& json, Tally& tally) {
  const Json& states = json.at("states");
  for (std::size_t i = 0; i < state_count; ++i)
    tally.states[i] = count_where_there(states, to_text(static_cast<State>(i)));
  const Json& probes = json.at("probes");
  tally.probes_sent = count_at(probes, "sent");
  for (std::size_t i = 0; i < outcome_count; ++i) tally.outcomes[i] = count_where_there(probes, outcome_names[i]);
  tally.silent_but_there = count_where_there(json, "silent_but_there");
  read_counters(json, "replies", reply_counters, tally.replies);
  read_counters(json, "local", local_counters, tally.local);
  read_counters(json, "rtt_source", rtt_counters, tally.rtt);
}

void read_shard(const Json& json, SweepSummary& summary) {
  const auto text = json.at("shard").get<std::string>();
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) throw Damage(fmt::format("shard {} is none", quote_text(text)));
  summary.shard = number_of<std::uint64_t>(std::string_view(text).substr(0, slash), "shard");
  summary.shards = number_of<std::uint64_t>(std::string_view(text).substr(slash + 1), "shard");
  if (summary.shard == 0 || summary.shard > summary.shards)
    throw Damage(fmt::format("shard {} is none", quote_text(text)));
}

std::vector<MovedCounter> read_moved(const Json& list) {
  std::vector<MovedCounter> moved;
  for (const Json& one : list)
    moved.push_back({one.at("counter").get<std::string>(), count_at(one, "delta"), text_where_there(one, "remedy")});
  return moved;
}

SweepSummary read(const Json& json) {
  SweepSummary summary;
  summary.version = text_where_there(json, "version");
  summary.command = text_where_there(json, "command");
  summary.plan_id = number_of<std::uint64_t>(json.at("plan_id").get<std::string>(), "plan_id", 16);
  if (const std::string id = text_where_there(json, "targets_id"); !id.empty())
    summary.targets_id = number_of<std::uint64_t>(id, "targets_id", 16);
  summary.targets = count_at(json, "targets");
  summary.seed = count_at(json, "seed");
  read_shard(json, summary);
  summary.run = std::max<std::uint64_t>(count_where_there(json, "run"), 1);
  const Json& rate = json.at("rate_asked_pps");
  summary.rate_asked = Rate{rate.is_null() ? 0 : static_cast<std::uint64_t>(std::llround(rate.get<double>() * 1000))};
  summary.started_ns = time_at(json, "started");
  summary.finished_ns = time_at(json, "finished");
  summary.duration_ns = std::llround(json.at("duration_s").get<double>() * static_cast<double>(ns_per_s));
  summary.complete = json.at("complete").get<bool>();
  summary.exit_status = json.at("exit").get<int>();
  for (const Json& cause : list_where_there(json, "incomplete_because"))
    summary.incomplete_because.push_back(cause.get<std::string>());
  summary.lower_bound = read_moved(list_where_there(json, "lower_bound"));
  summary.kernel_counters = read_moved(list_where_there(json, "kernel_counters"));
  for (const Json& guard : list_where_there(json, "guards"))
    summary.guards.push_back({guard.at("guard").get<std::string>(), guard.at("effect").get<std::string>()});
  for (const Json& note : list_where_there(json, "notes")) summary.notes.push_back(note.get<std::string>());
  read_tally(json, summary.tally);
  summary.engine = text_where_there(json, "engine");
  summary.engine_note = text_where_there(json, "engine_note");
  summary.sockets = text_where_there(json, "sockets");
  summary.sockets_note = text_where_there(json, "sockets_note");
  summary.matching = text_where_there(json, "matching");
  summary.workers = static_cast<unsigned>(count_where_there(json, "workers"));
  summary.kernel = text_where_there(json, "kernel");
  return summary;
}

}  // namespace

std::optional<SweepSummary> read_summary(std::string_view text, std::string_view file) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto schema = json.find("schema");
  if (schema == json.end() || !schema->is_string()) return std::nullopt;
  const auto name = schema->get<std::string>();
  if (!name.starts_with(schema_name)) return std::nullopt;
  if (name.substr(schema_name.size()) != schema_version) {
    throw usage_error(fmt::format("{}: the summary is of the schema {}, this version knows {}{}", file,
                                  quote_text(name), schema_name, schema_version),
                      "use the version of ringsweep that wrote it, or a newer one");
  }
  try {
    return read(json);
  } catch (const Json::exception& error) {
    throw usage_error(fmt::format("{}: the summary is damaged: {}", file, error.what()));
  } catch (const Damage& error) {
    throw usage_error(fmt::format("{}: the summary is damaged: {}", file, error.what()));
  }
}

}  // namespace ringsweep
