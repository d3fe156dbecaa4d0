// Converts rows of a result to rows of the store's tables and back. Addresses become keys of 16 bytes, which sort and
// can be selected by range: IPv4 as ::ffff:a.b.c.d; a row without address has an empty key.
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

// The option columns of the tables.
inline constexpr std::array<std::string_view, 2> stored_more_columns = {"mac", "rdns"};

class RowInserter {
 public:
  explicit RowInserter(const sqlite::Database& database);
  // The names of the values in ResultRow::more.
  void set_more_columns(std::span<const std::string> names);
  void insert(std::int64_t sweep, const ResultRow& row);

 private:
  sqlite::Statement statement_;
  std::string address_;
  std::string responder_;
  std::array<std::optional<std::size_t>, stored_more_columns.size()> more_;  // indices in ResultRow::more
};

// Rows of one sweep in address order (Store::read_rows).
void read_stored_rows(const sqlite::Database& database, std::int64_t sweep, const ResultReader::TakeRow& take);

// Deletes the rows of these names from all tables of the sweep. Pre: in a transaction.
void forget_names(sqlite::Database& database, std::int64_t sweep, std::span<const std::string> names);

// Moves the rows of a sweep from `arrivals` to `settled` and updates `hosts`. Pre: in a transaction.
void settle_rows(sqlite::Database& database, std::int64_t sweep);

}  // namespace ringsweep
