// Formatting a row as CSV and NDJSON, beside a plain std::snprintf, and passing a row through a queue. Times are per
// row.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "ringsweep/base/time.h"
#include "ringsweep/output/rows/row_format.h"
#include "ringsweep/output/writer/row_queue.h"

namespace ringsweep {
namespace {

constexpr std::size_t rows = 1024;

TargetSet targets() {
  TargetSetBuilder builder({.max_targets = 1 << 20, .zones = {}});
  builder.add("198.18.0.0/16", "bench");
  return builder.build();
}

std::vector<Verdict> verdicts(const TargetSet& set) {
  std::vector<Verdict> result(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    Verdict& verdict = result[i];
    verdict.target = i * 61;
    verdict.address = set.address_at(verdict.target);
    verdict.responder = verdict.address;
    verdict.rtt_ns = static_cast<std::int64_t>(50'000 + i * 977);
    verdict.time_ns = 1'795'578'495'123'456'789 + static_cast<std::int64_t>(i) * 10 * ns_per_us;
    verdict.attempts = 1;
    verdict.ttl = 64;
    verdict.icmp_type = 0;
    verdict.icmp_code = 0;
    verdict.state = State::alive;
    verdict.reason = Reason::echo_reply;
  }
  return result;
}

void report(benchmark::State& state, std::size_t bytes) {
  const auto passes = static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(passes);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["bytes_a_row"] = static_cast<double>(bytes) / static_cast<double>(passes);
}

void format_rows(benchmark::State& state, RowFormatKind name) {
  const TargetSet set = targets();
  const ZoneNames zones;
  const std::vector<Verdict> input = verdicts(set);
  const auto format = make_row_format(name, {set, zones});
  TextBuffer out(1 << 20);
  std::size_t i = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    format->append_row(out, input[i]);
    if (++i == rows) {
      i = 0;
      bytes += out.size();
      out.clear();
    }
  }
  benchmark::DoNotOptimize(out.data());
  report(state, bytes + out.size());
}

void csv_row(benchmark::State& state) {
  format_rows(state, RowFormatKind::csv);
}
BENCHMARK(csv_row);

void ndjson_row(benchmark::State& state) {
  format_rows(state, RowFormatKind::ndjson);
}
BENCHMARK(ndjson_row);

void snprintf_row(benchmark::State& state) {
  const TargetSet set = targets();
  const std::vector<Verdict> input = verdicts(set);
  std::array<char, 512> row{};
  std::size_t i = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const Verdict& verdict = input[i];
    std::array<char, INET_ADDRSTRLEN> address{};
    std::array<char, INET_ADDRSTRLEN> responder{};
    const std::uint32_t network_order = htonl(verdict.address.v4_value());
    inet_ntop(AF_INET, &network_order, address.data(), address.size());
    inet_ntop(AF_INET, &network_order, responder.data(), responder.size());
    const std::time_t second = verdict.time_ns / ns_per_s;
    std::tm date{};
    gmtime_r(&second, &date);
    std::array<char, 32> date_text{};
    std::strftime(date_text.data(), date_text.size(), "%Y-%m-%dT%H:%M:%S", &date);
    bytes += static_cast<std::size_t>(std::snprintf(
        row.data(), row.size(), "%s,%s,%s,%.3f,%d,%u,%s,%d,%d,%s,%s.%03dZ\n", address.data(), "",
        to_text(verdict.state).data(), static_cast<double>(verdict.rtt_ns) / 1e6, verdict.ttl, verdict.attempts,
        responder.data(), verdict.icmp_type, verdict.icmp_code, to_text(verdict.reason).data(), date_text.data(),
        static_cast<int>(verdict.time_ns % ns_per_s / ns_per_ms)));
    benchmark::DoNotOptimize(row.data());
    i = (i + 1) % rows;
  }
  report(state, bytes);
}
BENCHMARK(snprintf_row);

// Both sides on one thread: what the copy costs, without the wake-up.
void queue_row(benchmark::State& state) {
  const TargetSet set = targets();
  const std::vector<Verdict> input = verdicts(set);
  Wakeup wakeup;
  RowQueue queue({}, wakeup);
  std::size_t i = 0;
  for (auto _ : state) {
    queue.decided(input[i]);
    if (++i == rows) {
      i = 0;
      RowQueue::Chunk* chunk = queue.take_published();
      while (chunk != nullptr) {
        RowQueue::Chunk* following = RowQueue::next(chunk);
        queue.give_back(chunk);
        chunk = following;
      }
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(queue_row);

}  // namespace
}  // namespace ringsweep
