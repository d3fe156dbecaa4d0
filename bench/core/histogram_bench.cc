// Recording RTTs: one `add` for each reply, whose time is per probe; merging and quantiles once a run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "ringsweep/core/probe/rtt_histogram.h"

namespace ringsweep {
namespace {

constexpr std::size_t value_count = 1 << 16;

// 50 us to 50 ms, log-uniform: what a mixed network gives.
std::vector<std::int64_t> rtts() {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(15.6, 25.6);
  std::vector<std::int64_t> values(value_count);
  for (auto& value : values) value = static_cast<std::int64_t>(std::exp2(exponent(random)));
  return values;
}

// Baseline: every value kept, 8 bytes a reply.
void baseline_keep_every_value(benchmark::State& state) {
  const auto values = rtts();
  std::vector<std::int64_t> kept(value_count);
  std::size_t i = 0;
  for (auto _ : state) {
    kept[i % value_count] = values[i % value_count];
    ++i;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(baseline_keep_every_value);

void histogram_add(benchmark::State& state) {
  const auto values = rtts();
  const auto histogram = std::make_unique<RttHistogram>();
  std::size_t i = 0;
  for (auto _ : state) histogram->add(values[i++ % value_count]);
  benchmark::DoNotOptimize(histogram->count());
}
BENCHMARK(histogram_add);

void baseline_sort_for_quantile(benchmark::State& state) {
  const auto values = rtts();
  for (auto _ : state) {
    auto sorted = values;
    std::sort(sorted.begin(), sorted.end());
    benchmark::DoNotOptimize(sorted[value_count * 99 / 100]);
  }
}
BENCHMARK(baseline_sort_for_quantile)->Unit(benchmark::kMicrosecond);

void histogram_quantile(benchmark::State& state) {
  const auto histogram = std::make_unique<RttHistogram>();
  for (const auto value : rtts()) histogram->add(value);
  for (auto _ : state) benchmark::DoNotOptimize(histogram->quantile_ns(0.99));
}
BENCHMARK(histogram_quantile)->Unit(benchmark::kMicrosecond);

void histogram_merge(benchmark::State& state) {
  const auto histogram = std::make_unique<RttHistogram>();
  const auto other = std::make_unique<RttHistogram>();
  for (const auto value : rtts()) other->add(value);
  for (auto _ : state) benchmark::DoNotOptimize(&(*histogram += *other));
}
BENCHMARK(histogram_merge)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ringsweep
