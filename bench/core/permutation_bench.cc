// The cost of choosing the next target. Times are per probe.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "ringsweep/core/targets/permutation.h"

namespace ringsweep {
namespace {

// Baseline: the cheapest order that is not the address order, a multiplicative walk over a power of two. It cannot be
// asked for a position, has no inverse for other sizes, and neighbours stay at one distance.
void baseline_multiply_by_odd_constant(benchmark::State& state) {
  const auto mask = static_cast<std::uint64_t>(state.range(0)) - 1;
  std::uint64_t position = 0;
  for (auto _ : state) benchmark::DoNotOptimize((position++ * 0x9E3779B97F4A7C15) & mask);
}
BENCHMARK(baseline_multiply_by_odd_constant)->Arg(1 << 24);

void identity_at(benchmark::State& state) {
  const auto permutation = Permutation::identity(static_cast<std::uint64_t>(state.range(0)));
  std::uint64_t position = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(permutation.at(position));
    if (++position == permutation.size()) position = 0;
  }
}
BENCHMARK(identity_at)->Arg(1 << 24);

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(256)->Arg(1 << 16)->Arg(1 << 24)->Arg((1 << 24) + 1)->Arg(3 << 23)->Arg(std::int64_t{1} << 40);
}

// The worst sizes lie right above a power of two: every second value falls outside and is encrypted again.
void permutation_at(benchmark::State& state) {
  const Permutation permutation(static_cast<std::uint64_t>(state.range(0)), 1);
  std::uint64_t position = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(permutation.at(position));
    if (++position == permutation.size()) position = 0;
  }
}
BENCHMARK(permutation_at)->Apply(sizes);

void permutation_inverse(benchmark::State& state) {
  const Permutation permutation(static_cast<std::uint64_t>(state.range(0)), 1);
  std::uint64_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(permutation.inverse(index));
    if (++index == permutation.size()) index = 0;
  }
}
BENCHMARK(permutation_inverse)->Apply(sizes);

}  // namespace
}  // namespace ringsweep
