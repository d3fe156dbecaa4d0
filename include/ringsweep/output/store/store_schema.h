// The tables and views of a store (ringsweep-output(5)), as the migrations that create them. Constant data.
//
// `PRAGMA user_version` of a store is the version of its last migration; `application_id` marks the file as a store. A
// released migration never changes, not even in its comments, which SQLite keeps: a change is a further migration.
#pragma once

#include <cstdint>
#include <span>

namespace ringsweep {

inline constexpr std::int64_t store_application_id = 0x72737770;  // "rswp"

struct Migration {
  int version;      // 1, 2, 3, ...
  const char* sql;  // any number of statements; run in one transaction with all others that are due
};

std::span<const Migration> store_migrations();

}  // namespace ringsweep
