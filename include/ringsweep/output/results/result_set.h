// A whole result in memory, in the order of its keys, to be compared, merged or exported.
//
// A key is address and name. Addresses come first, IPv4 before IPv6, by number; then the names, by their text. A row is
// a Verdict. Its `target` is the index of its name and further columns in the set (0: it has none), and ResultZones
// numbers its zones, because the interfaces of a result may belong to another machine. A row takes about 90 bytes, or
// 150 where it has text. One owner; no file access.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {

// Numbers for the zones of results. Sets that are compared share one, so that equal addresses are equal.
class ResultZones {
 public:
  Address number(const ResultAddress& address);
  const ZoneNames& names() const { return names_; }

 private:
  std::vector<std::string> texts_;  // zone n is texts_[n - 1]
  ZoneNames names_;
};

struct ResultKey {
  Address address;
  std::string_view name;  // empty: the target was an address
  friend bool operator==(const ResultKey&, const ResultKey&) = default;
  friend std::strong_ordering operator<=>(const ResultKey& a, const ResultKey& b);
};

class ResultSet {
 public:
  // `name` of the file, for errors. `zones` outlives the set.
  ResultSet(std::string name, ResultZones& zones) : name_(std::move(name)), zones_(&zones) {}

  void add(const ResultRow& row);
  // Adds all rows of another set, which is finished and shares the zones, with these of its further columns in this
  // order.
  void add(const ResultSet& other, std::span<const std::string> more_columns);
  // Sorts; to be called once after the last row. Throws Error (usage) for a duplicate key. `more_columns` are the names
  // of the values in the rows' `more`.
  void finish(bool was_cut, std::vector<std::string> more_columns);

  const std::string& name() const { return name_; }
  std::span<const Verdict> rows() const { return rows_; }
  const std::string& name_of(const Verdict& row) const { return texts_[row.target].name; }
  // The value of a column, by its index in more_columns(); empty where absent.
  std::string_view more_of(const Verdict& row, std::size_t column) const;
  ResultKey key_of(const Verdict& row) const { return {row.address, name_of(row)}; }
  const ZoneNames& zone_names() const { return zones_->names(); }
  std::uint64_t count(State state) const { return counts_[static_cast<std::size_t>(state)]; }
  std::int64_t latest_ns() const { return latest_ns_; }  // `time` of the latest row; 0 without rows
  // Rows may be missing: the last line was cut off, or the program that wrote them did not finish.
  bool was_cut() const { return was_cut_; }
  const std::vector<std::string>& more_columns() const { return more_columns_; }

 private:
  struct Texts {
    std::string name;
    std::vector<std::string> more;
  };
  void take(Verdict row, Texts texts);

  std::string name_;
  ResultZones* zones_;
  std::vector<Verdict> rows_;
  std::vector<Texts> texts_ = {{}};
  std::array<std::uint64_t, state_count> counts_{};
  std::int64_t latest_ns_ = 0;
  bool was_cut_ = false;
  std::vector<std::string> more_columns_;
};

// "10.0.0.1", "10.0.0.1 (host)", "host".
std::string key_text(const ResultKey& key, const ZoneNames& zones);

}  // namespace ringsweep
