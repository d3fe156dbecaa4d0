#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/targets/target_messages.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/core/targets/target_parser.h"
#include "ringsweep/core/targets/target_set.h"

namespace ringsweep {
namespace {

using Purpose = TargetSetBuilder::ListReader::Purpose;

// The IPv6 ranges of each zone.
using ZoneMap = std::map<std::uint32_t, ValueRanges<u128>>;

// Names are equal whatever their case, and with or without the final dot.
std::string key_of_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string key(name);
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

// fe80::/10 (RFC 4291, section 2.4).
bool is_link_local(u128 address) {
  return address >> 118 == 0xfe80 >> 6;
}

// What is excluded without a zone is excluded in each; what is left is normal.
void subtract_excludes(ZoneMap& targets, const ZoneMap& excludes) {
  for (auto& [zone, ranges] : targets) {
    ValueRanges<u128> excluded;
    for (const auto& [excluded_zone, more] : excludes) {
      if (excluded_zone != 0 && excluded_zone != zone) continue;
      for (const ValueRange<u128>& range : more) excluded.push_back(range);
    }
    normalize(excluded);
    subtract(ranges, excluded);
  }
}

}  // namespace

struct TargetSetBuilder::State {
  explicit State(Options given) : options(std::move(given)) {}

  void take(std::string_view spec, std::string_view where, Purpose purpose);
  void take_name(std::string text, std::string_view where, Purpose purpose);
  void drop_excluded_names();
  void normalize_all();
  std::uint64_t count() const;

  Options options;
  ValueRanges<std::uint32_t> v4;
  ValueRanges<std::uint32_t> excluded_v4;
  ZoneMap v6;
  ZoneMap excluded_v6;
  std::vector<std::string> names;
  std::unordered_set<std::string> name_keys;
  std::unordered_map<std::string, std::string> excluded_names;  // and where each was asked for
};

void TargetSetBuilder::State::take(std::string_view spec, std::string_view where, Purpose purpose) {
  const bool is_exclude = purpose == Purpose::exclude;
  TargetSpec parsed = parse_target(spec, options.zones);
  if (const auto* bad = std::get_if<BadTarget>(&parsed)) throw bad_target(where, spec, bad->reason);
  if (auto* name = std::get_if<HostName>(&parsed)) return take_name(std::move(name->text), where, purpose);
  if (const auto* range = std::get_if<TargetsV4>(&parsed)) {
    if (!is_exclude && !options.allow_v4) throw bad_target(where, spec, "it is IPv4, but -6 allows only IPv6");
    append(is_exclude ? excluded_v4 : v4, range->first, range->last);
    return;
  }
  const auto& [range, zone] = std::get<TargetsV6>(parsed);
  if (!is_exclude && zone == 0 && (is_link_local(range.first) || is_link_local(range.last))) {
    throw bad_target(where, spec, "a link-local address needs its interface, as in fe80::1%eth0");
  }
  if (!is_exclude && !options.allow_v6) throw bad_target(where, spec, "it is IPv6, but -4 allows only IPv4");
  append((is_exclude ? excluded_v6 : v6)[zone], range.first, range.last);
}

void TargetSetBuilder::State::take_name(std::string text, std::string_view where, Purpose purpose) {
  if (purpose == Purpose::exclude) {
    excluded_names.emplace(key_of_name(text), where);
  } else if (name_keys.insert(key_of_name(text)).second) {
    names.push_back(std::move(text));
  }
}

void TargetSetBuilder::State::drop_excluded_names() {
  if (excluded_names.empty()) return;
  for (const auto& [name, where] : excluded_names) {
    if (name_keys.contains(name)) continue;
    throw bad_target(where, name, "no target has this name; to spare the host, exclude its address");
  }
  std::erase_if(names, [&](const std::string& name) { return excluded_names.contains(key_of_name(name)); });
}

void TargetSetBuilder::State::normalize_all() {
  normalize(v4);
  normalize(excluded_v4);
  for (auto& [zone, ranges] : v6) normalize(ranges);
  for (auto& [zone, ranges] : excluded_v6) normalize(ranges);
}

// Pre: all is normal. At most `uncountable`.
std::uint64_t TargetSetBuilder::State::count() const {
  std::uint64_t count = std::min(uncountable, count_of(v4) + names.size());
  for (const auto& [zone, ranges] : v6) count = std::min(uncountable, count + count_of(ranges));
  return count;
}

TargetSetBuilder::TargetSetBuilder(Options options) : state_(std::make_unique<State>(std::move(options))) {}
TargetSetBuilder::~TargetSetBuilder() = default;

void TargetSetBuilder::add(std::string_view spec, std::string_view where) {
  state_->take(spec, where, Purpose::add);
}

void TargetSetBuilder::exclude(std::string_view spec, std::string_view where) {
  state_->take(spec, where, Purpose::exclude);
}

bool TargetSetBuilder::take_v4(std::uint32_t address, ListReader::Purpose purpose) {
  if (purpose == Purpose::exclude) {
    append(state_->excluded_v4, address, address);
    return true;
  }
  if (!state_->options.allow_v4) return false;
  append(state_->v4, address, address);
  return true;
}

TargetSet TargetSetBuilder::build() {
  State state = std::exchange(*state_, State(state_->options));
  state.normalize_all();
  const std::uint64_t given = state.count();
  if (given == 0) throw no_targets();
  subtract(state.v4, state.excluded_v4);
  subtract_excludes(state.v6, state.excluded_v6);
  state.drop_excluded_names();
  const std::uint64_t count = state.count();
  if (count == 0) throw all_excluded(given);
  if (count > std::min(state.options.max_targets, max_targets))
    throw too_many_targets(count, state.options.max_targets);

  TargetSet set;
  set.v4_ = IndexedRanges<std::uint32_t>(std::move(state.v4));
  set.address_count_ = set.v4_.count();
  for (auto& [zone, ranges] : state.v6) {
    if (ranges.empty()) continue;
    set.v6_.push_back({zone, IndexedRanges<u128>(std::move(ranges))});
    set.address_count_ += set.v6_.back().targets.count();
  }
  set.names_ = std::move(state.names);
  set.excluded_v4_ = std::move(state.excluded_v4);
  for (auto& [zone, ranges] : state.excluded_v6) set.excluded_v6_.push_back({zone, std::move(ranges)});
  return set;
}

}  // namespace ringsweep
