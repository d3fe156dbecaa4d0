#include "ringsweep/engine/journal/journal_record.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/stable_hash.h"
#include "ringsweep/output/text/json.h"

namespace ringsweep {
namespace {

constexpr std::string_view first_line_begins = "ringsweep.journal/";
constexpr std::uint64_t known_version = 1;
constexpr std::string_view start_over = "start over with --restart";

std::string hex(std::uint64_t value) {
  return fmt::format("{:016x}", value);
}

std::uint64_t hash_at(const Json& object, std::string_view key) {
  const std::string& text = object.string_at(key);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size())
    throw JsonError(fmt::format("invalid {} {}", key, quote_text(text)));
  return value;
}

std::string checksum_line(std::string_view text) {
  return "checksum " + hex(StableHash().add(text).value()) + "\n";
}

std::uint64_t version_of(std::string_view text) {
  std::uint64_t version = 0;
  text.remove_prefix(first_line_begins.size());
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

Error damaged(const std::string& name, const std::string& why) {
  return usage_error(fmt::format("the journal {} is damaged: {}", name, why), std::string(start_over));
}

JournalRecord from_json(const Json& json) {
  JournalRecord record;
  record.plan_id = hash_at(json, "plan_id");
  for (const auto& [name, value] : json.at("plan").members("plan")) record.plan.push_back({name, value.string(name)});
  record.seed = json.count_at("seed");
  record.targets = json.count_at("targets");
  record.runs = json.count_at("runs");
  const Json& output = json.at("output");
  record.output = {output.count_at("bytes"), output.count_at("rows"), output.count_at("hidden")};
  record.output_fingerprint = hash_at(output, "print");
  for (std::size_t i = 0; i < state_count; ++i)
    record.states[i] = json.at("states").count_at(to_text(static_cast<State>(i)));
  record.targets_refused = json.count_at("targets_refused");
  record.unrepaired = json.count_at("unrepaired");
  if (const Json* lost = json.find("lost")) {  // the first versions did not write it
    for (const auto& [name, value] : lost->members("lost")) record.lost[name] = value.count(name);
  }
  if (const Json* store = json.find("store")) record.store = {store->string_at("file"), store->integer_at("sweep")};
  auto decided = DecidedSet::from_text(json.string_at("decided"), record.targets);
  if (!decided) throw JsonError("its list of decided targets is invalid");
  record.decided = std::move(*decided);
  const auto states = std::accumulate(record.states.begin(), record.states.end(), std::uint64_t{0});
  if (states != record.decided.count() || record.output.rows + record.output.hidden != states)
    throw JsonError("its numbers do not add up");
  return record;
}

}  // namespace

void JournalRecord::count(const Verdict& verdict) {
  ++states[static_cast<std::size_t>(verdict.state)];
  if (verdict.reason == Reason::filtered_locally || verdict.reason == Reason::no_buffer) ++targets_refused;
  if (verdict.unsure) ++unrepaired;
}

std::string journal_text(const JournalRecord& record, std::string_view decided) {
  Json json = Json::object();
  json["plan_id"] = hex(record.plan_id);
  json["plan"] = Json::object();
  for (const PlanItem& item : record.plan) json["plan"][item.name] = item.value;
  json["seed"] = record.seed;
  json["targets"] = record.targets;
  json["runs"] = record.runs;
  json["output"] = Json::object({{"bytes", record.output.bytes},
                                 {"rows", record.output.rows},
                                 {"hidden", record.output.hidden},
                                 {"print", hex(record.output_fingerprint)}});
  for (std::size_t i = 0; i < state_count; ++i) json["states"][to_text(static_cast<State>(i))] = record.states[i];
  json["targets_refused"] = record.targets_refused;
  json["unrepaired"] = record.unrepaired;
  json["lost"] = Json::object();
  for (const auto& [name, count] : record.lost) json["lost"][name] = count;
  if (record.store) json["store"] = Json::object({{"file", record.store->file}, {"sweep", record.store->sweep}});
  json["decided"] = decided;
  const std::string text = fmt::format("{}{}\n{}\n", first_line_begins, known_version, json.text());
  return text + checksum_line(text);
}

bool is_journal(std::string_view text) {
  return text.starts_with(first_line_begins);
}

JournalRecord read_journal_record(std::string_view text, const std::string& name) {
  if (!is_journal(text)) {
    throw usage_error(name + " is not a ringsweep journal", "move it away, or give another -o FILE");
  }
  if (const std::uint64_t version = version_of(text); version > known_version) {
    throw usage_error(fmt::format("the journal {} was written by a newer version of ringsweep ({}; this one knows {})",
                                  name, version, known_version),
                      fmt::format("resume with that version, or {}", start_over));
  }
  const std::size_t checksum_size = checksum_line({}).size();
  const std::string_view content = text.substr(0, text.size() - std::min(checksum_size, text.size()));
  if (text.substr(content.size()) != checksum_line(content)) throw damaged(name, "its checksum is wrong");
  try {
    const std::optional<Json> json = Json::parse(content.substr(content.find('\n')));
    if (!json) throw JsonError("its second line is not JSON");
    return from_json(*json);
  } catch (const JsonError& error) {
    throw damaged(name, error.what());
  }
}

std::string plan_difference(const PlanItems& then, const PlanItems& now) {
  const auto value_in = [](const PlanItems& items, const std::string& name) -> std::string {
    const auto found = std::ranges::find(items, name, &PlanItem::name);
    return found == items.end() ? "unknown" : found->value;
  };
  std::string text;
  const auto compare = [&](const std::string& name) {
    const std::string before = value_in(then, name);
    const std::string after = value_in(now, name);
    if (before != after) text += fmt::format("\n  {}: {} then, {} now", name, before, after);
  };
  for (const PlanItem& item : now) compare(item.name);
  for (const PlanItem& item : then) {
    if (std::ranges::find(now, item.name, &PlanItem::name) == now.end()) compare(item.name);
  }
  return text;
}

}  // namespace ringsweep
