// Shared by the tests of the store: rows to insert, and SQLite to inspect the result.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/output/store/store.h"
#include "unit/output/output_support.h"

namespace ringsweep::test {

using Lines = std::vector<std::string>;

// 2026-11-25T00:00:00Z, and days after it.
inline constexpr std::int64_t first_night_ns = 1'795'564'800'000'000'000;
inline constexpr std::int64_t day_ns = 86'400 * ns_per_s;

// The result of a query as the sqlite3 shell shows it: one text per row, fields separated by '|'.
class Shell {
 public:
  explicit Shell(const std::string& path) { EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK); }
  ~Shell() { sqlite3_close(database_); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  Lines query(const std::string& sql) {
    Lines lines;
    char* error = nullptr;
    const int code = sqlite3_exec(database_, sql.c_str(), &Shell::take, &lines, &error);
    EXPECT_EQ(code, SQLITE_OK) << sql << ": " << (error == nullptr ? "" : error);
    sqlite3_free(error);
    return lines;
  }

 private:
  static int take(void* lines, int count, char** fields, char**) {
    std::string line;
    for (int i = 0; i < count; ++i) {
      if (i > 0) line += '|';
      if (fields[i] != nullptr) line += fields[i];
    }
    static_cast<Lines*>(lines)->push_back(line);
    return 0;
  }
  sqlite3* database_ = nullptr;
};

inline Lines query(const std::string& path, const std::string& sql) {
  return Shell(path).query(sql);
}

inline ResultRow row_of(std::string_view address, State state, Reason reason, std::int64_t time_ns = first_night_ns) {
  ResultRow row;
  const std::size_t zone = address.find('%');
  if (!address.empty()) row.address.address = address_of(address.substr(0, zone));
  if (zone != std::string_view::npos) row.address.zone = address.substr(zone + 1);
  row.state = state;
  row.reason = reason;
  row.attempts = 1;
  row.time_ns = time_ns;
  return row;
}

inline ResultRow alive_row(std::string_view address, std::int64_t time_ns = first_night_ns) {
  ResultRow row = row_of(address, State::alive, Reason::echo_reply, time_ns);
  row.rtt_ns = 1'500'000;
  row.ttl = 64;
  row.responder = row.address;
  row.icmp_type = 0;
  row.icmp_code = 0;
  return row;
}

inline ResultRow silent_row(std::string_view address, std::int64_t time_ns = first_night_ns) {
  return row_of(address, State::no_reply, Reason::timeout, time_ns);
}

inline void add(Store& store, const std::vector<ResultRow>& rows) {
  std::size_t at = 0;
  store.add([&]() -> const ResultRow* { return at == rows.size() ? nullptr : &rows[at++]; });
}

inline SweepRecord record_of(std::int64_t started_ns = first_night_ns, std::uint64_t series = 0xabc) {
  SweepRecord record;
  record.series = series;
  record.plan_id = 0x123;
  record.command = "sweep";
  record.arguments = {"192.0.2.0/30", "-r", "10"};
  record.version = "0.1.0";
  record.targets = 4;
  record.seed = 0xffff'ffff'ffff'ffff;
  record.started_ns = started_ns;
  return record;
}

inline SweepEnd end_of(bool complete, std::int64_t finished_ns = first_night_ns + ns_per_s) {
  return {finished_ns, complete, complete ? 0 : 3, "{}"};
}

// Stores a whole sweep and returns its id.
inline std::int64_t put_sweep(Store& store, const SweepRecord& record, const std::vector<ResultRow>& rows,
                              bool complete = true) {
  const std::int64_t id = store.begin_sweep(record);
  add(store, rows);
  store.finish_sweep(end_of(complete, record.started_ns + ns_per_s));
  return id;
}

}  // namespace ringsweep::test
