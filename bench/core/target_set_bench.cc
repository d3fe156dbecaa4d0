// The cost of looking up an index in a long list of single addresses, beside a binary search over the sums of all range
// sizes, and the speed of reading such a list.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ringsweep/base/limits.h"
#include "ringsweep/core/targets/target_set.h"

namespace ringsweep {
namespace {

using ListReader = TargetSetBuilder::ListReader;

constexpr std::uint32_t list_length = 30'000'000;
constexpr std::size_t piece_size = std::size_t{1} << 20;

// Single addresses with uneven gaps, so that none can be merged: 2 to 141 apart.
std::vector<std::uint32_t> addresses() {
  std::vector<std::uint32_t> result;
  result.reserve(list_length);
  std::mt19937 random(1);
  std::uint32_t address = 0;
  for (std::uint32_t i = 0; i < list_length; ++i) {
    address += 2 + static_cast<std::uint32_t>(random() % 140);
    result.push_back(address);
  }
  return result;
}

std::string text_of(std::vector<std::uint32_t> list, bool is_shuffled, const char* line_end = "\n") {
  if (is_shuffled) std::shuffle(list.begin(), list.end(), std::mt19937(2));
  std::string text;
  text.reserve(list.size() * 20);
  for (const std::uint32_t address : list) text += to_text(Address::v4(address)) + line_end;
  return text;
}

TargetSet read(const std::string& text) {
  TargetSetBuilder builder({.max_targets = max_targets});
  ListReader reader(builder, "list", ListReader::Purpose::add);
  for (std::size_t at = 0; at < text.size(); at += piece_size) {
    reader.feed(std::string_view(text).substr(at, piece_size));
  }
  reader.finish();
  return builder.build();
}

const TargetSet& long_set() {
  static const TargetSet set = read(text_of(addresses(), false));
  return set;
}

// The baseline: the number of targets before each range, and the ranges.
struct PlainIndex {
  std::vector<std::uint64_t> before;
  std::vector<std::uint32_t> first;

  Address at(std::uint64_t index) const {
    const auto after = std::upper_bound(before.begin(), before.end(), index);
    const auto range = static_cast<std::size_t>(after - before.begin()) - 1;
    return Address::v4(first[range] + static_cast<std::uint32_t>(index - before[range]));
  }
};

const PlainIndex& plain_index() {
  static const PlainIndex index = [] {
    PlainIndex made;
    made.first = addresses();
    for (std::uint64_t i = 0; i < made.first.size(); ++i) made.before.push_back(i);
    return made;
  }();
  return index;
}

enum class Order {
  waiting,      // random, each look-up waits for the one before: the whole delay
  overlapping,  // random, the processor may begin the next look-up before the last one ends
  in_order
};

// `waiting` makes each index depend on the address before it, by a zero that the compiler cannot know.
template <typename At>
void look_up(benchmark::State& state, Order order, At at) {
  std::uint64_t step = 0;
  std::uint64_t zero = 0;
  std::uint64_t sum = 0;
  for (auto _ : state) {
    const std::uint64_t spread = step * 0x9e3779b97f4a7c15U;
    const std::uint64_t index = order == Order::in_order ? step % list_length : (spread >> 32) * list_length >> 32;
    ++step;
    const Address address = at(index + zero);
    sum += address.low;
    if (order == Order::waiting) {
      zero = address.low >> 40;
      benchmark::DoNotOptimize(zero);
    }
  }
  benchmark::DoNotOptimize(sum);
}

void address_at(benchmark::State& state, Order order) {
  look_up(state, order, [&set = long_set()](std::uint64_t index) { return set.address_at(index); });
}
void upper_bound(benchmark::State& state, Order order) {
  look_up(state, order, [&plain = plain_index()](std::uint64_t index) { return plain.at(index); });
}
// Reads an array of the same size without any search: the best that memory allows.
void one_array(benchmark::State& state, Order order) {
  static const std::vector<std::uint64_t> array(list_length, 1);
  look_up(state, order, [](std::uint64_t index) { return Address::v4(static_cast<std::uint32_t>(array[index])); });
}
BENCHMARK_CAPTURE(address_at, random_waiting, Order::waiting);
BENCHMARK_CAPTURE(upper_bound, random_waiting, Order::waiting);
BENCHMARK_CAPTURE(one_array, random_waiting, Order::waiting);
BENCHMARK_CAPTURE(address_at, random_overlapping, Order::overlapping);
BENCHMARK_CAPTURE(upper_bound, random_overlapping, Order::overlapping);
BENCHMARK_CAPTURE(one_array, random_overlapping, Order::overlapping);
BENCHMARK_CAPTURE(address_at, in_order, Order::in_order);
BENCHMARK_CAPTURE(upper_bound, in_order, Order::in_order);
BENCHMARK_CAPTURE(one_array, in_order, Order::in_order);

// Reads a list and builds the set; the rate is in lines a second.
void read_list(benchmark::State& state, bool is_shuffled, const char* line_end) {
  const std::string text = text_of(addresses(), is_shuffled, line_end);
  for (auto _ : state) benchmark::DoNotOptimize(read(text).count());
  state.SetItemsProcessed(state.iterations() * list_length);
}
BENCHMARK_CAPTURE(read_list, in_order, false, "\n")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_list, shuffled, true, "\n")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_list, shuffled_with_comments, true, " # x\r\n")->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ringsweep
