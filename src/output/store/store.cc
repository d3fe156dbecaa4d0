#include "ringsweep/output/store/store.h"

#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <thread>
#include <utility>

#include "output/store/sqlite.h"
#include "output/store/store_file.h"
#include "output/store/store_rows.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/output/text/json.h"
#include "ringsweep/system/network_file_system.h"

namespace ringsweep {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_tries{5};
// A sweep that began longer ago and has no end counts as killed.
constexpr std::int64_t longest_sweep_ns = std::int64_t{7} * 24 * 3600 * ns_per_s;

std::string hexadecimal(std::uint64_t id) {
  return fmt::format("{:016x}", id);
}

std::uint64_t number_of(const std::string& text, int base) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::int64_t integer_of(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

// SQLite's busy handler, which decides whether to try again.
struct Patience {
  std::int64_t timeout_ns = 0;
  std::atomic<bool> abandoned{false};
  std::function<bool()> goes_on;
  Clock::time_point end;

  static int again(void* self, int tries) {
    auto& patience = *static_cast<Patience*>(self);
    if (tries == 0) patience.end = Clock::now() + std::chrono::nanoseconds(patience.timeout_ns);
    if (patience.abandoned.load() || Clock::now() >= patience.end) return 0;
    if (patience.goes_on && !patience.goes_on()) return 0;
    std::this_thread::sleep_for(between_tries);
    return 1;
  }
};

StoredSweep sweep_of(const sqlite::Statement& from) {
  StoredSweep sweep;
  sweep.id = from.integer(0);
  SweepRecord& record = sweep.record;
  record.series = number_of(from.text(1), 16);
  record.plan_id = number_of(from.text(2), 16);
  record.command = from.text(3);
  if (const auto arguments = Json::parse(from.text(4)); arguments && arguments->is_array()) {
    for (const Json& argument : arguments->elements("arguments")) {
      if (argument.is_string()) record.arguments.push_back(argument.string("arguments"));
    }
  }
  record.version = from.text(5);
  record.targets = static_cast<std::uint64_t>(from.integer(6));
  record.seed = number_of(from.text(7), 10);
  record.shard = static_cast<std::uint64_t>(from.integer(8));
  record.shards = static_cast<std::uint64_t>(from.integer(9));
  record.started_ns = from.integer(10);
  if (from.is_null(11)) return sweep;
  sweep.end = {from.integer(11), from.integer(12) != 0, static_cast<int>(from.integer(13)), from.text(14)};
  return sweep;
}

}  // namespace

struct Store::State {
  State(const std::string& path, int flags) : database(path, flags) {}
  ~State() {
    // Leaves one plain file behind, unless another process uses the store; then the last one does it.
    sqlite3_busy_handler(database.handle(), nullptr, nullptr);
    if (wal) sqlite3_exec(database.handle(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void wait_for_others(std::int64_t timeout_ns) {
    patience.timeout_ns = timeout_ns;
    sqlite3_busy_handler(database.handle(), &Patience::again, &patience);
  }
  std::int64_t begun() const { return sweep.value_or(0); }

  sqlite::Database database;
  Patience patience;
  std::string warning;
  bool wal = false;
  std::optional<std::int64_t> sweep;
  std::optional<RowInserter> inserter;
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::open(const std::string& path, const Options& options) {
  const bool is_new = is_new_store(path);
  auto state =
      std::make_unique<State>(path, is_new ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE);
  sqlite::Database& database = state->database;
  if (sqlite3_db_readonly(database.handle(), "main") != 0) {
    throw sqlite::failure(path, SQLITE_READONLY, "the file is read-only");
  }
  state->wait_for_others(options.busy_timeout_ns);
  const std::string network = options.network_file_system.value_or(std::string(network_file_system_of(path)));
  // Uses no shared memory, even if the last process left a WAL.
  if (!network.empty()) database.execute("PRAGMA locking_mode = EXCLUSIVE");
  database.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -16384");
  if (!is_new) check_content(database, options.migrations);
  migrate(database, options.migrations);
  if (network.empty()) {
    // Another process may prevent it; then WAL is not used.
    sqlite3_exec(database.handle(), "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    state->wal = database.text("PRAGMA journal_mode") == "wal";
  } else {
    database.execute("PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sweeps");
    state->warning = fmt::format("ringsweep: warning: store {} is on {}: slower, and safe only if its locks work\n",
                                 quote_text(path), network);
  }
  return Store(std::move(state));
}

Store Store::open_to_read(const std::string& path) {
  if (is_new_store(path)) throw usage_error(fmt::format("store {}: is empty or does not exist", quote_text(path)));
  auto state = std::make_unique<State>(path, SQLITE_OPEN_READONLY);
  state->wait_for_others(Options().busy_timeout_ns);
  check_content(state->database, store_migrations());
  if (state->database.integer("PRAGMA user_version") < store_migrations().back().version) {
    throw usage_error(fmt::format("store {}: has an older schema version", quote_text(path)),
                      "run a sweep with --store to upgrade it");
  }
  return Store(std::move(state));
}

const std::string& Store::path() const {
  return state_->database.path();
}

const std::string& Store::warning() const {
  return state_->warning;
}

std::int64_t Store::begin_sweep(const SweepRecord& record) {
  sqlite::Database& database = state_->database;
  sqlite::Transaction transaction(database);
  // Delete the rows of sweeps that were deleted while they ran.
  database.execute("DELETE FROM arrivals WHERE sweep NOT IN (SELECT id FROM sweeps)");
  std::vector<std::int64_t> left_over;
  sqlite::Statement arrived = database.prepare("SELECT DISTINCT sweep FROM arrivals ORDER BY sweep");
  while (arrived.next()) left_over.push_back(arrived.integer(0));
  for (const std::int64_t sweep : left_over) settle_rows(database, sweep);

  sqlite::Statement insert = database.prepare(
      "INSERT INTO sweeps (series, plan_id, command, arguments, version, targets, seed, shard, shards, started_ns, complete) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)");
  const std::string series = hexadecimal(record.series);
  const std::string plan_id = hexadecimal(record.plan_id);
  const std::string arguments = Json(record.arguments).text();
  const std::string seed = std::to_string(record.seed);
  insert.bind(1, series);
  insert.bind(2, plan_id);
  insert.bind(3, record.command);
  insert.bind(4, arguments);
  insert.bind(5, record.version);
  insert.bind(6, integer_of(record.targets));
  insert.bind(7, seed);
  insert.bind(8, integer_of(record.shard));
  insert.bind(9, integer_of(record.shards));
  insert.bind(10, record.started_ns);
  insert.run();
  transaction.commit();
  state_->sweep = sqlite3_last_insert_rowid(database.handle());
  return *state_->sweep;
}

bool Store::resume_sweep(std::int64_t id, const SweepRecord& record, std::span<const std::string> names_to_come) {
  sqlite::Transaction transaction(state_->database);
  sqlite::Statement update = state_->database.prepare(
      "UPDATE sweeps SET complete = 0, finished_ns = NULL, exit = NULL, summary = NULL WHERE id = ?1 AND plan_id = ?2 AND shard = ?3 AND shards = ?4 RETURNING id");
  const std::string plan_id = hexadecimal(record.plan_id);
  update.bind(1, id);
  update.bind(2, plan_id);
  update.bind(3, integer_of(record.shard));
  update.bind(4, integer_of(record.shards));
  bool found = false;
  while (update.next()) found = true;
  if (!found) return false;
  forget_names(state_->database, id, names_to_come);
  transaction.commit();
  state_->sweep = id;
  return true;
}

void Store::add(const NextRow& next, std::span<const std::string> more_columns) {
  if (!state_->inserter) state_->inserter.emplace(state_->database);
  state_->inserter->set_more_columns(more_columns);
  sqlite::Transaction transaction(state_->database);
  while (const ResultRow* row = next()) state_->inserter->insert(state_->begun(), *row);
  transaction.commit();
}

std::vector<std::string> Store::more_columns() {
  return {stored_more_columns.begin(), stored_more_columns.end()};
}

void Store::finish_sweep(const SweepEnd& end) {
  sqlite::Database& database = state_->database;
  sqlite::Transaction transaction(database);
  settle_rows(database, state_->begun());
  sqlite::Statement update =
      database.prepare("UPDATE sweeps SET finished_ns = ?2, complete = ?3, exit = ?4, summary = ?5 WHERE id = ?1");
  update.bind(1, state_->begun());
  update.bind(2, end.finished_ns);
  update.bind(3, std::int64_t{end.complete});
  update.bind(4, std::int64_t{end.exit_status});
  update.bind(5, end.summary);
  update.run();
  transaction.commit();
}

std::uint64_t Store::forget_before(std::int64_t realtime_ns) {
  sqlite::Database& database = state_->database;
  sqlite::Transaction transaction(database);
  // A sweep without an end may be running; a much older one was killed.
  const std::string old = fmt::format("started_ns < {} AND id <> {} AND (finished_ns IS NOT NULL OR started_ns < {})",
                                      realtime_ns, state_->begun(), realtime_ns - longest_sweep_ns);
  database.execute(fmt::format("DELETE FROM arrivals WHERE sweep IN (SELECT id FROM sweeps WHERE {})", old));
  database.execute(fmt::format("DELETE FROM sweeps WHERE {}", old));
  const auto forgotten = static_cast<std::uint64_t>(database.integer("SELECT changes()"));
  transaction.commit();
  return forgotten;
}

std::vector<StoredSweep> Store::sweeps() const {
  sqlite::Statement rows = state_->database.prepare(
      "SELECT id, series, plan_id, command, arguments, version, targets, seed, shard, shards, started_ns, finished_ns, complete, exit, summary FROM sweeps ORDER BY id");
  std::vector<StoredSweep> result;
  while (rows.next()) result.push_back(sweep_of(rows));
  return result;
}

void Store::read_rows(std::int64_t sweep, const ResultReader::TakeRow& take) const {
  read_stored_rows(state_->database, sweep, take);
}

void Store::wait_while(std::function<bool()> goes_on) {
  state_->patience.goes_on = std::move(goes_on);
}

void Store::abandon() {
  state_->patience.abandoned.store(true);
}

}  // namespace ringsweep
