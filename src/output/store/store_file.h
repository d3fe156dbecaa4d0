// Opens a store's file: refuses others before anything in them can change, and upgrades to the current version.
#pragma once

#include <span>
#include <string>

#include "output/store/sqlite.h"
#include "ringsweep/output/store/store_schema.h"

namespace ringsweep {

// Inspects the file without SQLite: throws a usage Error if it is not a store or was cut off. True if it is absent or
// empty.
bool is_new_store(const std::string& path);

// Creates the tables or upgrades them to the last of `migrations`, in one transaction.
void migrate(sqlite::Database& database, std::span<const Migration> migrations);

// Throws a usage Error for a newer version, damaged pages, and tables that differ from those of its version.
void check_content(const sqlite::Database& database, std::span<const Migration> migrations);

}  // namespace ringsweep
