#include "output/store/sqlite.h"

#include <fmt/core.h>

#include <utility>

#include "ringsweep/base/quote_text.h"

namespace ringsweep::sqlite {
namespace {

std::string remedy_for(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process is writing to it; try again later";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return "give a --store FILE that you may write, in a folder that you may write";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "recover what is left with: sqlite3 FILE .recover | sqlite3 NEW; or give another --store FILE";
    case SQLITE_FULL:
      return "free some space there";
    default:
      return {};
  }
}

bool is_bad_input(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

}  // namespace

Error failure(const std::string& path, int code, const std::string& message) {
  return Error(is_bad_input(code) ? ExitCode::usage : ExitCode::incomplete,
               fmt::format("store {}: {}", quote_text(path), message), 0, remedy_for(code));
}

Statement::Statement(sqlite3* database, std::string path, std::string_view sql) : path_(std::move(path)) {
  sqlite3_stmt* made = nullptr;
  const int code =
      sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr);
  statement_.reset(made);
  if (code != SQLITE_OK) throw failure(path_, code, sqlite3_errmsg(database));
}

void Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), index, value));
}

void Statement::bind(int index, std::string_view text) {
  const char* const data = text.empty() ? "" : text.data();
  check(sqlite3_bind_text(statement_.get(), index, data, static_cast<int>(text.size()), SQLITE_STATIC));
}

void Statement::bind_blob(int index, std::string_view bytes) {
  const char* const data = bytes.empty() ? "" : bytes.data();
  check(sqlite3_bind_blob(statement_.get(), index, data, static_cast<int>(bytes.size()), SQLITE_STATIC));
}

void Statement::bind_null(int index) {
  check(sqlite3_bind_null(statement_.get(), index));
}

bool Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  const std::string message = sqlite3_errmsg(sqlite3_db_handle(statement_.get()));
  sqlite3_reset(statement_.get());
  if (code != SQLITE_DONE) throw failure(path_, code, message);
  return false;
}

void Statement::run() {
  while (next()) {
  }
}

std::string Statement::text(int column) const {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) throw failure(path_, code, sqlite3_errstr(code));
}

Database::Database(std::string path, int flags) : path_(std::move(path)) {
  sqlite3* made = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &made, flags, nullptr);
  database_.reset(made);
  if (code != SQLITE_OK) throw failure(path_, code, made == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(made));
  sqlite3_extended_result_codes(made, 1);
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw failure(path_, code, sqlite3_errmsg(handle()));
}

std::int64_t Database::integer(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.next() ? statement.integer(0) : 0;
}

std::string Database::text(std::string_view sql) const {
  Statement statement = prepare(sql);
  return statement.next() ? statement.text(0) : std::string();
}

Transaction::~Transaction() {
  // After some errors SQLite has rolled back by itself: then this one fails, and that is fine.
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace ringsweep::sqlite
