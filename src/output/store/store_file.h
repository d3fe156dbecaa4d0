// How a store's file is opened: what is refused before anything in it can change, and the way to the present version.
#pragma once

#include <span>
#include <string>

#include "output/store/sqlite.h"
#include "ringsweep/output/store/store_schema.h"

namespace ringsweep {

// Looks at the file without SQLite: throws a usage Error where it is no store of ours, or was cut. True where it is
// absent or empty.
bool is_new_store(const std::string& path);

// Makes the tables or brings them to the last of `migrations`, in one transaction.
void migrate(sqlite::Database& database, std::span<const Migration> migrations);

// Throws a usage Error for a newer version, damaged pages, and tables that are not those of its version.
void check_content(const sqlite::Database& database, std::span<const Migration> migrations);

}  // namespace ringsweep
