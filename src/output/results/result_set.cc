#include "ringsweep/output/results/result_set.h"

#include <fmt/core.h>

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
  take(verdict, {row.name, row.more});
}

void ResultSet::add(const ResultSet& other, std::span<const std::string> more_columns) {
  std::vector<std::size_t> places;  // in the other set; behind its last column where it has none of this name
  for (const std::string& column : more_columns) {
    const auto found = std::ranges::find(other.more_columns_, column);
    places.push_back(static_cast<std::size_t>(found - other.more_columns_.begin()));
  }
  rows_.reserve(rows_.size() + other.rows_.size());
  for (const Verdict& row : other.rows_) {
    Texts texts{other.name_of(row), {}};
    for (const std::size_t place : places) texts.more.emplace_back(other.more_of(row, place));
    take(row, std::move(texts));
  }
}

std::string_view ResultSet::more_of(const Verdict& row, std::size_t column) const {
  const std::vector<std::string>& more = texts_[row.target].more;
  return column < more.size() ? std::string_view(more[column]) : std::string_view();
}

void ResultSet::take(Verdict row, Texts texts) {
  const auto is_empty = [](const std::string& text) { return text.empty(); };
  if (std::ranges::all_of(texts.more, is_empty)) texts.more.clear();
  const bool has_text = !texts.name.empty() || !texts.more.empty();
  row.target = has_text ? texts_.size() : 0;
  if (has_text) texts_.push_back(std::move(texts));
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
  throw usage_error(fmt::format("{}: duplicate row for {}", name_, key_text(key_of(*twice), zone_names())),
                    "leave one row for each target");
}

std::string key_text(const ResultKey& key, const ZoneNames& zones) {
  if (key.name.empty()) return to_text(key.address, zones);
  if (key.address.is_none()) return std::string(key.name);
  return fmt::format("{} ({})", to_text(key.address, zones), key.name);
}

}  // namespace ringsweep
