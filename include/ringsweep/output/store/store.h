// A SQLite file that keeps sweeps (`--store FILE.db`): what was asked, what every target said, and which hosts have
// ever answered. Its tables and views, which are part of the public interface: ringsweep-output(5).
//
//   open -> begin_sweep -> add, add, add ... -> finish_sweep -> (forget_before) -> destructor
//
// Each add() is one transaction: who is killed leaves whole batches, and a sweep that is not complete. Rows arrive in
// random order, which a sorted table takes ten times slower than one that only grows, so they go to `arrivals` first.
// finish_sweep() moves them to `settled`, sorted, and brings `hosts` up to date, in one transaction. What a killed
// sweep left is moved by the next begin_sweep() of anybody (harmless where that sweep still runs).
//
// While we write, the file is in WAL mode, so that others can read; a clean end leaves one plain file. On a network
// file system there is no WAL (warning() says so). Several processes may write to one store: each waits for the other,
// for `busy_timeout_ns` at most.
//
// A file that is no store, of a newer version, or damaged is a usage Error, and nothing in it is changed; what the
// system refuses (no room, no right, locked for too long) is an Error of status 3. Thread: one at a time; abandon()
// any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ringsweep/base/time.h"
#include "ringsweep/output/results/result_reader.h"
#include "ringsweep/output/store/store_schema.h"

namespace ringsweep {

struct SweepRecord {
  std::uint64_t series = 0;  // the same for sweeps of the same targets with the same options
  std::uint64_t plan_id = 0;
  std::string command;
  std::vector<std::string> arguments;
  std::string version;
  std::uint64_t targets = 0;
  std::uint64_t seed = 0;
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  std::int64_t started_ns = 0;  // CLOCK_REALTIME
};

struct SweepEnd {
  std::int64_t finished_ns = 0;
  bool complete = false;
  int exit_status = 0;
  std::string summary;  // summary_json
};

struct StoredSweep {
  std::int64_t id = 0;  // 1, 2, 3 ...: never used again
  SweepRecord record;
  std::optional<SweepEnd> end;  // none: running, or killed
};

class Store {
 public:
  struct Options {
    std::int64_t busy_timeout_ns = 60 * ns_per_s;
    std::optional<std::string> network_file_system;  // empty: asked of the system ("" is none)
    std::span<const Migration> migrations = store_migrations();
  };
  // Makes the file where there is none (or an empty one), else checks it and brings it to the present version.
  static Store open(const std::string& path, const Options& options);
  static Store open(const std::string& path) { return open(path, Options()); }
  // For reading alone: it must exist and be of the present version.
  static Store open_to_read(const std::string& path);
  Store(Store&&) noexcept;
  ~Store();

  const std::string& path() const;
  // "" or a line for people.
  const std::string& warning() const;

  // Returns the sweep's id; what follows is about this sweep.
  std::int64_t begin_sweep(const SweepRecord& record);
  // Goes on with this sweep, which has no end any more. False where there is none of that id, plan_id and shard. Rows
  // of `names_to_come` are forgotten: these names come again, and may have other addresses now.
  bool resume_sweep(std::int64_t id, const SweepRecord& record, std::span<const std::string> names_to_come = {});
  // The rows that `next` hands out until it gives null: all or nothing. A row of the same target replaces the one
  // before (when the sweep ends). What `next` throws comes through. `more_columns` are the names of what their `more`
  // holds; those that a store does not know (more_columns()) are left out.
  using NextRow = std::function<const ResultRow*()>;
  void add(const NextRow& next, std::span<const std::string> more_columns = {});
  static std::vector<std::string> more_columns();
  void finish_sweep(const SweepEnd& end);
  // Sweeps that began before, and their rows; never the one that was begun here, and one without an end only a week
  // later, as it may be running. Hosts stay. Returns how many went.
  std::uint64_t forget_before(std::int64_t realtime_ns);

  std::vector<StoredSweep> sweeps() const;  // in order of id
  // In address order: IPv4, IPv6, then by zone and name; names without an address are last. `more` is that of
  // more_columns().
  void read_rows(std::int64_t sweep, const ResultReader::TakeRow& take) const;

  // While a call here waits for another process it asks this, on its own thread, every few milliseconds: false ends the
  // waiting as abandon() does. Empty: always true.
  void wait_while(std::function<bool()> goes_on);
  // Waits no longer for another process. Any thread.
  void abandon();

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ringsweep
