// Asking whether probes may leave: once a turn of the loop, not once a probe. `per_probe` is the share of one probe.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>

#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/pacer.h"

namespace ringsweep {
namespace {

void report(benchmark::State& state, std::uint64_t probes) {
  using benchmark::Counter;
  state.counters["per_probe"] = Counter(static_cast<double>(probes), Counter::kIsRate | Counter::kInvert);
}

// Baseline: a token bucket in floating point, without spacing, exactness or a wake-up time.
void baseline_floating_point_bucket(benchmark::State& state) {
  const double per_ns = 1e-4;
  double credit = 0;
  std::int64_t now_ns = 0, before_ns = 0;
  std::uint64_t probes = 0;
  for (auto _ : state) {
    now_ns += 320'000;
    credit = std::min(credit + static_cast<double>(now_ns - before_ns) * per_ns, 1032.0);
    before_ns = now_ns;
    const auto granted = std::min(static_cast<std::uint32_t>(credit), default_batch);
    credit -= granted;
    probes += granted;
    benchmark::DoNotOptimize(credit);
  }
  report(state, probes);
}
BENCHMARK(baseline_floating_point_bucket);

// A worker that keeps its rate wakes up when a batch is due and sends it.
void pacer_turn_that_sends(benchmark::State& state) {
  Pacer pacer(Rate{static_cast<std::uint64_t>(state.range(0)) * 1000}, default_batch, 0);
  std::int64_t now_ns = 0;
  std::uint64_t probes = 0;
  for (auto _ : state) {
    now_ns = std::max(now_ns, pacer.next_ns());
    const auto granted = pacer.grant(now_ns);
    pacer.took(granted, now_ns);
    probes += granted;
  }
  report(state, probes);
}
BENCHMARK(pacer_turn_that_sends)->ArgName("pps")->Arg(0)->Arg(1000)->Arg(100'000)->Arg(1'000'000);

// A worker was woken up by replies, and nothing is due yet.
void pacer_turn_that_waits(benchmark::State& state) {
  Pacer pacer(Rate{1000}, default_batch, 0);  // 1 pps
  pacer.took(pacer.grant(0), 0);
  std::int64_t now_ns = 0;
  for (auto _ : state) {
    now_ns = (now_ns + 1) % 900'000'000;
    benchmark::DoNotOptimize(pacer.grant(now_ns));
    benchmark::DoNotOptimize(pacer.next_ns());
  }
}
BENCHMARK(pacer_turn_that_waits);

}  // namespace
}  // namespace ringsweep
