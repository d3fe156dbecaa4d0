#include "output/store/store_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ringsweep/base/quote_text.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {
namespace {

// The file's header (SQLite's "Database File Format", 1.3); all numbers are big-endian.
constexpr std::string_view magic{"SQLite format 3\0", 16};
constexpr std::size_t header_size = 100;
constexpr std::size_t page_size_at = 16;
constexpr std::size_t page_count_at = 28;
constexpr std::size_t application_id_at = 68;

// Up to this size all pages are checked (a quarter of a second), of a larger store only those of `sweeps`.
constexpr std::int64_t checked_whole_bytes = 64 << 20;

constexpr const char* other_file = "give another --store FILE, or move this one away";

Error refusal(const std::string& path, std::string_view reason, std::string remedy) {
  return usage_error(fmt::format("store {}: {}", quote_text(path), reason), std::move(remedy));
}

Error cannot_open(const std::string& path, int errno_value) {
  return Error(ExitCode::incomplete, fmt::format("store {}: {}", quote_text(path), std::strerror(errno_value)),
               errno_value, "give a --store FILE that you may write, in a folder that you may write");
}

std::uint64_t number_at(std::string_view header, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (const char byte : header.substr(at, size)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

// If another file next to the store holds a part of it, its length says nothing.
bool has_companion(const std::string& path) {
  struct stat status {};
  for (const char* const suffix : {"-wal", "-journal"}) {
    if (::stat((path + suffix).c_str(), &status) == 0 && status.st_size > 0) return true;
  }
  return false;
}

void refuse_cut_file(const std::string& path, std::string_view header, off_t size) {
  const std::uint64_t page_field = number_at(header, page_size_at, 2);
  const std::uint64_t page_size = page_field == 1 ? 65'536 : page_field;
  const std::uint64_t wanted = page_size * number_at(header, page_count_at, 4);
  if (static_cast<std::uint64_t>(size) >= wanted || has_companion(path)) return;
  throw refusal(path, fmt::format("is damaged: only {} of its {} bytes are present", size, wanted),
                "recover what is left with: sqlite3 FILE .recover | sqlite3 NEW; or give another --store FILE");
}

// Throws for a newer version.
std::int64_t version_of(const sqlite::Database& database, std::span<const Migration> migrations) {
  const std::int64_t newest = migrations.back().version;
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version <= newest) return version;
  throw refusal(database.path(), fmt::format("has version {}, but this ringsweep reads at most {}", version, newest),
                "use the ringsweep that wrote it, or a newer one; or give another --store FILE");
}

void apply(sqlite::Database& database, std::span<const Migration> migrations, std::int64_t from) {
  for (const Migration& migration : migrations) {
    if (migration.version > from) database.execute(migration.sql);
  }
  database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", store_application_id,
                               migrations.back().version));
}

}  // namespace

bool is_new_store(const std::string& path) {
  if (path.empty() || path == "-") {
    throw usage_error("--store needs a file name; standard output carries only results");
  }
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open() && errno == ENOENT) return true;
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) throw cannot_open(path, errno);
  if (!S_ISREG(status.st_mode)) throw refusal(path, "is not a regular file", other_file);
  if (status.st_size == 0) return true;
  std::array<char, header_size> bytes{};
  const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (count < 0) throw cannot_open(path, errno);
  const std::string_view header(bytes.data(), static_cast<std::size_t>(count));
  if (!header.starts_with(magic)) throw refusal(path, "is not a SQLite database", other_file);
  if (header.size() < header_size) throw refusal(path, "is damaged: it ends within its header", other_file);
  if (number_at(header, application_id_at, 4) != static_cast<std::uint64_t>(store_application_id)) {
    throw refusal(path, "is a SQLite database, but not a ringsweep store", other_file);
  }
  refuse_cut_file(path, header, status.st_size);
  return false;
}

void migrate(sqlite::Database& database, std::span<const Migration> migrations) {
  if (version_of(database, migrations) == migrations.back().version) return;
  sqlite::Transaction transaction(database);
  // Check again: another process may have been faster.
  apply(database, migrations, version_of(database, migrations));
  transaction.commit();
}

void check_content(const sqlite::Database& database, std::span<const Migration> migrations) {
  const std::int64_t version = version_of(database, migrations);
  sqlite::Database fresh(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  for (const Migration& migration : migrations) {
    if (migration.version <= version) fresh.execute(migration.sql);
  }
  sqlite::Statement wanted = fresh.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
  sqlite::Statement present = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1 AND sql = ?2");
  while (wanted.next()) {
    const std::string name = wanted.text(0);
    const std::string sql = wanted.text(1);
    present.bind(1, name);
    present.bind(2, sql);
    const bool found = present.next();
    if (!found) throw refusal(database.path(), fmt::format("its {} differs from that of a store", name), other_file);
    present.run();
  }
  const std::int64_t bytes = database.integer("PRAGMA page_count") * database.integer("PRAGMA page_size");
  const std::string found =
      database.text(bytes <= checked_whole_bytes ? "PRAGMA quick_check(1)" : "PRAGMA quick_check(sweeps)");
  if (found != "ok") throw sqlite::failure(database.path(), SQLITE_CORRUPT, "is damaged: " + found);
}

}  // namespace ringsweep
