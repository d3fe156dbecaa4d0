// Numbers as people write them on a command line: rates, durations, counts, shards. (Back into text: rate_text,
// duration_text of `output`.)
//
// Every parser takes the place ("--rate") and the text, and throws a usage Error that names both, says what is wrong,
// and what is accepted. Values are read as exact decimals: nothing is rounded, nothing passes through a double, and no
// locale has a say. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ringsweep/core/probe/pacer.h"

namespace ringsweep {

// `500`, `10k`, `1M`, `0.5` probes a second, or `max`. From 0.001 to 1G.
Rate parse_rate(std::string_view place, std::string_view text);

enum class Zero {
  refused,
  allowed
};
enum class Longest {
  day,
  century  // also in days: `90d`, at most 36500d
};
// `500ms`, `1s`, `2m`, `1h`, `10us`, `1.5s`: in nanoseconds, at most 24h. A number without a unit is refused.
std::int64_t parse_duration(std::string_view place, std::string_view text, Zero zero, Longest longest = Longest::day);

struct IntegerRange {
  std::uint64_t min, max;
};
// `2%`, `0.1%`: as a ratio. From 0 or a millionth of a percent to 100%.
double parse_percent(std::string_view place, std::string_view text, Zero zero);
// Whole numbers, with the decimal suffixes k, M and G (`17M`, `1.5k`).
std::uint64_t parse_count(std::string_view place, std::string_view text, IntegerRange range);

// `3`, `1.5`: how many times as much, in thousandths. From 1 to 1,000,000.
std::uint64_t parse_factor(std::string_view place, std::string_view text);

// Whole numbers, without suffixes; with `Hex::allowed` also 0x....
enum class Hex {
  refused,
  allowed
};
std::uint64_t parse_integer(std::string_view place, std::string_view text, IntegerRange range, Hex hex = Hex::refused);

struct Shard {
  std::uint64_t index, count;  // index from 1
};
// `i/N`, counted from 1.
Shard parse_shard(std::string_view place, std::string_view text);

}  // namespace ringsweep
