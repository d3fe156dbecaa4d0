// Storing a sweep of a million rows: appending rows as they arrive, moving all of them to their final table at the end,
// and as a baseline inserting them into a clustered table in the random order of arrival. Times are per row.
#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "ringsweep/output/store/store.h"

namespace ringsweep {
namespace {

constexpr std::size_t rows_of_sweep = 1'000'000;
constexpr std::size_t rows_of_batch = 25'000;  // a quarter of a second at 100,000 a second

class TemporaryFile {
 public:
  ~TemporaryFile() { remove(); }
  const std::string& path() const { return path_; }
  void remove() const {
    for (const char* const suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  }

 private:
  std::string path_ = "store_bench." + std::to_string(::getpid()) + ".db";
};

std::vector<std::uint32_t> shuffled_addresses() {
  std::vector<std::uint32_t> addresses(rows_of_sweep);
  std::iota(addresses.begin(), addresses.end(), 0x0a000000U);
  std::shuffle(addresses.begin(), addresses.end(), std::mt19937(1));
  return addresses;
}

// Every twentieth target is alive.
void put_row(std::uint32_t address, ResultRow& row) {
  const bool is_alive = address % 20 == 0;
  row.address.address = Address::v4(address);
  row.responder.address = is_alive ? row.address.address : Address();
  row.state = is_alive ? State::alive : State::no_reply;
  row.reason = is_alive ? Reason::echo_reply : Reason::timeout;
  row.rtt_ns = is_alive ? 123'456 : -1;
  row.attempts = 1;
  row.time_ns = 1'795'578'495'123'456'789;
}

void report(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_of_sweep));
}

void fill(Store& store, const std::vector<std::uint32_t>& addresses) {
  ResultRow row;
  for (std::size_t from = 0; from < addresses.size(); from += rows_of_batch) {
    std::size_t at = from;
    store.add([&]() -> const ResultRow* {
      if (at == std::min(from + rows_of_batch, addresses.size())) return nullptr;
      put_row(addresses[at++], row);
      return &row;
    });
  }
}

void store_rows(benchmark::State& state) {
  const std::vector<std::uint32_t> addresses = shuffled_addresses();
  const TemporaryFile file;
  for (auto _ : state) {
    file.remove();
    Store store = Store::open(file.path());
    store.begin_sweep({});
    fill(store, addresses);
  }
  report(state);
}
BENCHMARK(store_rows)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void settle_rows(benchmark::State& state) {
  const std::vector<std::uint32_t> addresses = shuffled_addresses();
  const TemporaryFile file;
  for (auto _ : state) {
    state.PauseTiming();
    file.remove();
    Store store = Store::open(file.path());
    store.begin_sweep({});
    fill(store, addresses);
    state.ResumeTiming();
    store.finish_sweep({});
  }
  report(state);
}
BENCHMARK(settle_rows)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

void clustered_rows(benchmark::State& state) {
  std::vector<std::uint32_t> addresses = shuffled_addresses();
  const TemporaryFile file;
  for (auto _ : state) {
    file.remove();
    sqlite3* database = nullptr;
    sqlite3_stmt* insert = nullptr;
    sqlite3_open(file.path().c_str(), &database);
    const auto execute = [database](const char* sql) { sqlite3_exec(database, sql, nullptr, nullptr, nullptr); };
    execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384");
    execute("CREATE TABLE rows (key INTEGER PRIMARY KEY, address TEXT, state TEXT, reason TEXT, time_ns INTEGER)");
    sqlite3_prepare_v2(database, "INSERT INTO rows VALUES (?1, '10.123.123.123', 'no_reply', 'timeout', 1795578495123)",
                       -1, &insert, nullptr);
    for (std::size_t from = 0; from < rows_of_sweep; from += rows_of_batch) {
      const auto begin = addresses.begin() + static_cast<std::ptrdiff_t>(from);
      std::sort(begin, begin + rows_of_batch);
      execute("BEGIN");
      for (auto address = begin; address != begin + rows_of_batch; ++address) {
        sqlite3_bind_int64(insert, 1, *address);
        sqlite3_step(insert);
        sqlite3_reset(insert);
      }
      execute("COMMIT");
    }
    sqlite3_finalize(insert);
    sqlite3_close(database);
  }
  report(state);
}
BENCHMARK(clustered_rows)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace ringsweep
