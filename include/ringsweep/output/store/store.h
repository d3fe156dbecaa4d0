// A SQLite file that keeps sweeps (`--store FILE.db`): their plans, the result of every target, and the hosts that have
// ever answered. ringsweep-output(5) describes its tables and views, which are part of the public interface.
//
//   open -> begin_sweep -> add, add, add ... -> finish_sweep -> (forget_before) -> destructor
//
// Each add() is one transaction: a killed process leaves whole batches and an incomplete sweep. Rows arrive in random
// order, which a sorted table takes ten times slower than one that only grows, so they go to `arrivals` first.
// finish_sweep() moves them to `settled`, sorted, and updates `hosts`, in one transaction. The next begin_sweep() of
// any process moves the rows of a killed sweep (harmless if that sweep is still running).
//
// While we write, the file is in WAL mode, so that others can read; a clean end leaves one plain file. On a network
// file system WAL is not used (warning() says so). Several processes may write to one store: each waits for the others,
// at most `busy_timeout_ns`.
//
// A file that is not a store, of a newer version, or damaged is a usage Error, and nothing in it is changed; a refusal
// by the system (no space, no permission, locked for too long) is an Error of status 3. One thread at a time; abandon()
// on any.
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
  std::int64_t id = 0;  // 1, 2, 3 ...: never reused
  SweepRecord record;
  std::optional<SweepEnd> end;  // absent: running, or killed
};

class Store {
 public:
  struct Options {
    std::int64_t busy_timeout_ns = 60 * ns_per_s;
    std::optional<std::string> network_file_system;  // absent: the system is asked; "": a local file system
    std::span<const Migration> migrations = store_migrations();
  };
  // Creates the file if it is missing or empty, otherwise checks it and upgrades it to the current version.
  static Store open(const std::string& path, const Options& options);
  static Store open(const std::string& path) { return open(path, Options()); }
  // Opens for reading: the store must exist and have the current version.
  static Store open_to_read(const std::string& path);
  Store(Store&&) noexcept;
  ~Store();

  const std::string& path() const;
  // A line for people, or "".
  const std::string& warning() const;

  // Returns the sweep's id; the calls below refer to this sweep.
  std::int64_t begin_sweep(const SweepRecord& record);
  // Resumes this sweep and clears its end. False if there is no sweep with that id, plan_id and shard. Rows of
  // `names_to_come` are deleted: these names are probed again, and their addresses may have changed.
  bool resume_sweep(std::int64_t id, const SweepRecord& record, std::span<const std::string> names_to_come = {});
  // Adds the rows that `next` returns until it returns null, all or none. A later row of the same target replaces the
  // earlier one (when the sweep ends). Exceptions of `next` pass through. `more_columns` are the names of the values in
  // their `more`; columns that a store lacks (more_columns()) are skipped.
  using NextRow = std::function<const ResultRow*()>;
  void add(const NextRow& next, std::span<const std::string> more_columns = {});
  static std::vector<std::string> more_columns();
  void finish_sweep(const SweepEnd& end);
  // Deletes sweeps that began before this time, and their rows; never the current one, and a sweep without an end only
  // after a week, as it may be running. Hosts stay. Returns how many sweeps were deleted.
  std::uint64_t forget_before(std::int64_t realtime_ns);

  std::vector<StoredSweep> sweeps() const;  // in order of id
  // In address order: IPv4, IPv6, then by zone and name; names without an address are last. `more` has the values of
  // more_columns().
  void read_rows(std::int64_t sweep, const ResultReader::TakeRow& take) const;

  // While a call waits for another process, it calls `goes_on` on its thread every few milliseconds; false ends the
  // waiting as abandon() does. Empty: always true.
  void wait_while(std::function<bool()> goes_on);
  // Stops waiting for other processes. Any thread.
  void abandon();

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ringsweep
