#include "output/store/store_rows.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "output/results/result_fields.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr std::string_view columns =
    "sweep, key, zone, name, address, state, reason, rtt_ns, ttl, attempts, responder, icmp_type, icmp_code, time_ns, mac, rdns";
constexpr int first_more = 14;

constexpr std::size_t key_size = 16;
// The first and the last key of IPv4.
constexpr std::string_view v4_first{"\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\0", key_size};
constexpr std::string_view v4_last{"\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff", key_size};

std::string_view put_key(const Address& address, std::array<char, key_size>& key) {
  if (address.is_none()) return {};
  const Address as_v6 = address.is_v4() ? Address::v6(0, 0xffff'0000'0000U | address.v4_value()) : address;
  as_v6.to_v6_bytes(key.data());
  return {key.data(), key.size()};
}

void put_text(const ResultAddress& address, std::string& text) {
  std::array<char, max_address_text> plain{};
  text.assign(plain.data(), format_address(address.address, plain.data()));
  if (!address.zone.empty()) text.append("%").append(address.zone);
}

void bind_known(sqlite::Statement& statement, int index, std::int64_t value) {
  if (value < 0) {
    statement.bind_null(index);
  } else {
    statement.bind(index, value);
  }
}

void bind_text(sqlite::Statement& statement, int index, std::string_view text) {
  if (text.empty()) {
    statement.bind_null(index);
  } else {
    statement.bind(index, text);
  }
}

ResultRow row_of(const sqlite::Statement& from, const std::string& path) {
  ResultRow row;
  const auto state = state_from_text(from.text(5));
  const auto reason = reason_from_text(from.text(6));
  const bool right =
      read_address(from.text(4), row.address) && read_address(from.text(10), row.responder) && state && reason;
  if (!right) {
    throw usage_error(fmt::format("store {}: sweep {} has an invalid row for {}", quote_text(path), from.integer(0),
                                  quote_text(from.text(4))));
  }
  row.name = from.text(3);
  row.state = *state;
  row.reason = *reason;
  row.rtt_ns = from.integer_or(7, -1);
  row.ttl = static_cast<std::int16_t>(from.integer_or(8, -1));
  row.attempts = static_cast<std::uint32_t>(from.integer(9));
  row.icmp_type = static_cast<std::int16_t>(from.integer_or(11, -1));
  row.icmp_code = static_cast<std::int16_t>(from.integer_or(12, -1));
  row.time_ns = from.integer(13);
  for (int more = 0; more < static_cast<int>(stored_more_columns.size()); ++more)
    row.more.push_back(from.text(first_more + more));
  return row;
}

}  // namespace

RowInserter::RowInserter(const sqlite::Database& database)
    : statement_(database.prepare(fmt::format(
          "INSERT INTO arrivals ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
          columns))) {}

void RowInserter::set_more_columns(std::span<const std::string> names) {
  for (std::size_t i = 0; i < stored_more_columns.size(); ++i) {
    const auto found = std::find(names.begin(), names.end(), stored_more_columns[i]);
    more_[i].reset();
    if (found != names.end()) more_[i] = static_cast<std::size_t>(found - names.begin());
  }
}

void RowInserter::insert(std::int64_t sweep, const ResultRow& row) {
  std::array<char, key_size> key{};
  put_text(row.address, address_);
  put_text(row.responder, responder_);
  statement_.bind(1, sweep);
  statement_.bind_blob(2, put_key(row.address.address, key));
  statement_.bind(3, row.address.zone);
  statement_.bind(4, row.name);
  statement_.bind(5, address_);
  statement_.bind(6, to_text(row.state));
  statement_.bind(7, to_text(row.reason));
  bind_known(statement_, 8, row.rtt_ns);
  bind_known(statement_, 9, row.ttl);
  statement_.bind(10, static_cast<std::int64_t>(row.attempts));
  bind_text(statement_, 11, responder_);
  bind_known(statement_, 12, row.icmp_type);
  bind_known(statement_, 13, row.icmp_code);
  statement_.bind(14, row.time_ns);
  for (std::size_t i = 0; i < more_.size(); ++i)
    bind_text(statement_, first_more + 1 + static_cast<int>(i), more_[i] ? row.more[*more_[i]] : std::string_view());
  statement_.run();
}

void read_stored_rows(const sqlite::Database& database, std::int64_t sweep, const ResultReader::TakeRow& take) {
  // Only a sweep that is running or was killed has rows in `arrivals`; a resumed one may have two rows of a target
  // there, and the later one counts.
  const bool arriving =
      database.integer(fmt::format("SELECT EXISTS (SELECT 1 FROM arrivals WHERE sweep = {})", sweep)) != 0;
  const std::string source =
      arriving ? fmt::format("(SELECT {0}, 0 AS turn FROM settled UNION ALL SELECT {0}, rowid FROM arrivals)", columns)
               : "settled";
  // With max(), the other columns are those of the same row (SQLite's "bare columns").
  const std::string_view chosen = arriving ? ", max(turn)" : "";
  const std::string_view order =
      arriving ? "GROUP BY key, zone, name ORDER BY key, zone, name" : "ORDER BY key, zone, name";
  // IPv4 before IPv6, and names without an address last, which is not the order of the keys.
  const std::string_view parts[] = {"key BETWEEN ?2 AND ?3", "key > x'' AND key < ?2", "key > ?3", "key = x''"};
  for (const std::string_view part : parts) {
    sqlite::Statement rows = database.prepare(
        fmt::format("SELECT {}{} FROM {} WHERE sweep = ?1 AND {} {}", columns, chosen, source, part, order));
    rows.bind(1, sweep);
    if (part.find("?2") != std::string_view::npos) rows.bind_blob(2, v4_first);
    if (part.find("?3") != std::string_view::npos) rows.bind_blob(3, v4_last);
    while (rows.next()) take(row_of(rows, database.path()));
  }
}

void forget_names(sqlite::Database& database, std::int64_t sweep, std::span<const std::string> names) {
  if (names.empty()) return;
  database.execute("CREATE TEMP TABLE forgotten (name TEXT PRIMARY KEY) WITHOUT ROWID");
  {
    sqlite::Statement insert = database.prepare("INSERT OR IGNORE INTO forgotten VALUES (?1)");
    for (const std::string& name : names) {
      insert.bind(1, name);
      insert.run();
    }
  }
  for (const char* const table : {"arrivals", "settled"})
    database.execute(fmt::format("DELETE FROM {} WHERE sweep = {} AND name IN forgotten", table, sweep));
  database.execute("DROP TABLE forgotten");
}

void settle_rows(sqlite::Database& database, std::int64_t sweep) {
  database.execute(fmt::format(
      "INSERT OR REPLACE INTO settled SELECT {} FROM arrivals WHERE sweep = {} ORDER BY key, zone, name, rowid",
      columns, sweep));
  // An old result may be stored after a newer one.
  database.execute(fmt::format(R"sql(
INSERT INTO hosts (key, zone, name, address, first_alive_ns, last_alive_ns, rtt_ns, last_state, last_state_ns, mac, rdns)
SELECT key, zone, name, address, time_ns, time_ns, rtt_ns, state, time_ns, mac, rdns FROM settled
WHERE sweep = {} AND state = 'alive' ORDER BY key, zone, name
ON CONFLICT (key, zone, name) DO UPDATE SET
  first_alive_ns = min(first_alive_ns, excluded.first_alive_ns),
  last_alive_ns = max(last_alive_ns, excluded.last_alive_ns),
  rtt_ns = iif(excluded.last_alive_ns >= last_alive_ns, excluded.rtt_ns, rtt_ns),
  mac = iif(excluded.last_state_ns >= last_state_ns, ifnull(excluded.mac, mac), ifnull(mac, excluded.mac)),
  rdns = iif(excluded.last_state_ns >= last_state_ns, ifnull(excluded.rdns, rdns), ifnull(rdns, excluded.rdns)),
  last_state = iif(excluded.last_state_ns >= last_state_ns, excluded.last_state, last_state),
  last_state_ns = max(last_state_ns, excluded.last_state_ns))sql",
                               sweep));
  database.execute(fmt::format(R"sql(
UPDATE hosts SET last_state = now.state, last_state_ns = now.time_ns, mac = ifnull(now.mac, hosts.mac) FROM settled AS now
WHERE now.sweep = {} AND now.key = hosts.key AND now.zone = hosts.zone AND now.name = hosts.name
  AND now.state <> 'alive' AND now.time_ns >= hosts.last_state_ns)sql",
                               sweep));
  database.execute(fmt::format("DELETE FROM arrivals WHERE sweep = {}", sweep));
}

}  // namespace ringsweep
