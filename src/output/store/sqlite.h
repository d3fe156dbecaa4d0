// The part of SQLite that the store needs, with owners instead of handles and exceptions instead of codes. A database
// and its statements belong to one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ringsweep/base/error.h"

namespace ringsweep::sqlite {

// The Error of a failed call, with a remedy; `code` is SQLite's.
Error failure(const std::string& path, int code, const std::string& message);

class Statement {
 public:
  Statement(sqlite3* database, std::string path, std::string_view sql);

  // Parameters count from 1. Texts and blobs are not copied: they must stay until run() or the last next().
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view text);
  void bind_blob(int index, std::string_view bytes);
  void bind_null(int index);

  // True if there is another row; after the last one the statement can be bound and run again.
  bool next();
  void run();

  // The values of the row; columns count from 0.
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  std::string text(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  std::int64_t integer_or(int column, std::int64_t value) const { return is_null(column) ? value : integer(column); }

 private:
  void check(int code) const;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string path_;
};

class Database {
 public:
  // `flags` as of sqlite3_open_v2. Throws Error, as everything here.
  Database(std::string path, int flags);

  sqlite3* handle() const { return database_.get(); }
  const std::string& path() const { return path_; }
  void execute(const std::string& sql);
  Statement prepare(std::string_view sql) const { return {handle(), path_, sql}; }
  std::int64_t integer(std::string_view sql) const;
  std::string text(std::string_view sql) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

// Takes the write lock at once; commits everything or nothing.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace ringsweep::sqlite
