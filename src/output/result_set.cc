#include "ringsweep/output/result_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ringsweep/base/error.h"

namespace ringsweep {

Address ResultZones::number(const ResultAddress& address) {
  if (address.zone.empty()) return address.address;
  auto found = std::find(texts_.begin(), texts_.end(), address.zone);
  if (found == texts_.end()) {
    texts_.push_back(address.zone);
    found = texts_.end() - 1;
    names_.add(static_cast<std::uint32_t>(texts_.size()), address.zone);
  }
  Address numbered = address.address;
  numbered.zone = static_cast<std::uint32_t>(found - texts_.begin() + 1);
  return numbered;
}

std::strong_ordering operator<=>(const ResultKey& a, const ResultKey& b) {
  if (const auto order = a.name <=> b.name; order != 0) return order;
  return a.address <=> b.address;
}

void ResultSet::add(const ResultRow& row) {
  Verdict verdict;
  verdict.address = zones_->number(row.address);
  verdict.responder = zones_->number(row.responder);
  verdict.rtt_ns = row.rtt_ns;
  verdict.time_ns = row.time_ns;
  verdict.attempts = row.attempts;
  verdict.ttl = row.ttl;
  verdict.icmp_type = row.icmp_type;
  verdict.icmp_code = row.icmp_code;
  verdict.state = row.state;
  verdict.reason = row.reason;
  take(verdict, row.name);
}

void ResultSet::add(const ResultSet& other) {
  rows_.reserve(rows_.size() + other.rows_.size());
  for (const Verdict& row : other.rows_) take(row, other.name_of(row));
}

void ResultSet::take(Verdict row, const std::string& name) {
  row.target = name.empty() ? 0 : names_.size();
  if (!name.empty()) names_.push_back(name);
  ++counts_[static_cast<std::size_t>(row.state)];
  latest_ns_ = std::max(latest_ns_, row.time_ns);
  rows_.push_back(row);
}

void ResultSet::finish(bool was_cut, std::vector<std::string> more_columns) {
  was_cut_ = was_cut;
  more_columns_ = std::move(more_columns);
  std::ranges::sort(rows_, {}, [this](const Verdict& row) { return key_of(row); });
  const auto twice = std::ranges::adjacent_find(rows_, {}, [this](const Verdict& row) { return key_of(row); });
  if (twice == rows_.end()) return;
  throw usage_error(fmt::format("{}: {} is there twice", name_, key_text(key_of(*twice), zone_names())),
                    "a result has one row for each target");
}

std::string key_text(const ResultKey& key, const ZoneNames& zones) {
  if (key.name.empty()) return to_text(key.address, zones);
  if (key.address.is_none()) return std::string(key.name);
  return fmt::format("{} ({})", to_text(key.address, zones), key.name);
}

}  // namespace ringsweep
