// A row of a result as a row of the store's tables, and back. Addresses become keys of 16 bytes, so that they sort and
// ranges of them can be asked for: IPv4 as ::ffff:a.b.c.d, none as nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "output/store/sqlite.h"
#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {

// The columns of options that the tables have, by name.
inline constexpr std::array<std::string_view, 2> stored_more_columns = {"mac", "rdns"};

class RowInserter {
 public:
  explicit RowInserter(const sqlite::Database& database);
  // The names of what ResultRow::more holds.
  void set_more_columns(std::span<const std::string> names);
  void insert(std::int64_t sweep, const ResultRow& row);

 private:
  sqlite::Statement statement_;
  std::string address_;
  std::string responder_;
  std::array<std::optional<std::size_t>, stored_more_columns.size()> more_;  // where in ResultRow::more
};

// Rows of one sweep in address order (Store::read_rows).
void read_stored_rows(const sqlite::Database& database, std::int64_t sweep, const ResultReader::TakeRow& take);

// Rows of these names, wherever they are. Pre: in a transaction.
void forget_names(sqlite::Database& database, std::int64_t sweep, std::span<const std::string> names);

// Moves what arrived of a sweep to where it stays, and tells `hosts`. Pre: in a transaction.
void settle_rows(sqlite::Database& database, std::int64_t sweep);

}  // namespace ringsweep
