#include "ringsweep/engine/journal/journal_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>

#include "ringsweep/base/error.h"
#include "ringsweep/base/stable_hash.h"

namespace ringsweep {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view first_line_begins = "ringsweep.journal/";
constexpr std::uint64_t known_version = 1;
constexpr std::string_view start_over = "start over with --restart";

std::string hex(std::uint64_t value) {
  return fmt::format("{:016x}", value);
}

std::uint64_t from_hex(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument("'" + text + "' is no hash");
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
  record.plan_id = from_hex(json.at("plan_id"));
  for (const auto& [name, value] : json.at("plan").items()) record.plan.push_back({name, value});
  record.seed = json.at("seed");
  record.targets = json.at("targets");
  record.runs = json.at("runs");
  const Json& output = json.at("output");
  record.output = {output.at("bytes"), output.at("rows"), output.at("hidden")};
  record.output_fingerprint = from_hex(output.at("print"));
  for (std::size_t i = 0; i < state_count; ++i) {
    record.states[i] = json.at("states").at(std::string(to_text(static_cast<State>(i))));
  }
  record.targets_refused = json.at("targets_refused");
  record.unrepaired = json.at("unrepaired");
  if (json.contains("lost"))
    record.lost = json.at("lost").get<decltype(record.lost)>();  // absent in the first versions
  if (json.contains("store")) record.store = {json.at("store").at("file"), json.at("store").at("sweep")};
  auto decided = DecidedSet::from_text(json.at("decided").get<std::string>(), record.targets);
  if (!decided) throw std::invalid_argument("its list of decided targets is invalid");
  record.decided = std::move(*decided);
  const auto states = std::accumulate(record.states.begin(), record.states.end(), std::uint64_t{0});
  if (states != record.decided.count() || record.output.rows + record.output.hidden != states)
    throw std::invalid_argument("its numbers do not add up");
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
  json["output"] = Json{{"bytes", record.output.bytes},
                        {"rows", record.output.rows},
                        {"hidden", record.output.hidden},
                        {"print", hex(record.output_fingerprint)}};
  for (std::size_t i = 0; i < state_count; ++i) {
    json["states"][std::string(to_text(static_cast<State>(i)))] = record.states[i];
  }
  json["targets_refused"] = record.targets_refused;
  json["unrepaired"] = record.unrepaired;
  json["lost"] = record.lost;
  if (record.store) json["store"] = Json{{"file", record.store->file}, {"sweep", record.store->sweep}};
  json["decided"] = decided;
  const std::string text = fmt::format("{}{}\n{}\n", first_line_begins, known_version,
                                       json.dump(-1, ' ', false, Json::error_handler_t::replace));
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
    return from_json(Json::parse(content.substr(content.find('\n'))));
  } catch (const std::exception& error) {
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
