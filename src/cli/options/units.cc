#include "cli/options/units.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "ringsweep/base/address.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t milli_per_pps = 1'000;
constexpr std::uint64_t max_rate_pps = 1'000'000'000;

constexpr const char* rates_accepted = "accepted: probes a second from 0.001 to 1G (500, 10k, 1M, 0.5), or max";
constexpr const char* percents_accepted = "accepted: a number with %, at most 100% (2%, 0.1%)";
constexpr std::uint64_t micro_per_percent = 1'000'000;
constexpr const char* shards_accepted = "accepted: i/N, part i of N parts; counting starts at 1 (1/3, 2/3, 3/3)";

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 4> decimal_units = {{{"", 1}, {"k", 1'000}, {"M", 1'000'000}, {"G", 1'000'000'000}}};
constexpr std::int64_t ns_per_day = 24 * 3600 * ns_per_s;
// The last one is for long durations only.
constexpr std::array<Unit, 6> time_units = {{{"us", ns_per_us},
                                             {"ms", ns_per_ms},
                                             {"s", ns_per_s},
                                             {"m", 60 * ns_per_s},
                                             {"h", 3600 * ns_per_s},
                                             {"d", ns_per_day}}};

struct DurationKind {
  std::span<const Unit> units;
  std::uint64_t longest_ns;
  const char* longest_text;
  const char* accepted;
};
constexpr DurationKind short_duration = {std::span(time_units).first(5), std::uint64_t{max_duration_ns}, "24h",
                                         "accepted: a number with us, ms, s, m or h, at most 24h (500ms, 1s, 1.5s)"};
constexpr DurationKind long_duration = {time_units, std::uint64_t{36'500 * ns_per_day}, "36500d",
                                        "accepted: a number with us, ms, s, m, h or d, at most 36500d (12h, 90d)"};

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

Error bad_value(std::string_view place, std::string_view text, std::string_view reason, std::string remedy) {
  return usage_error(fmt::format("{}: {} {}", place, quote_text(text), reason), std::move(remedy));
}

// A decimal number with what stands behind it: value = mantissa / 10^fraction_digits.
struct Number {
  u128 mantissa = 0;
  unsigned fraction_digits = 0;
  std::string_view suffix;
};

// So many digits, times the largest factor (a day in ns), fit into 128 bits with room to spare.
constexpr std::size_t max_digits = 24;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

// Nothing where `text` does not begin with a plain decimal number.
std::optional<Number> split_number(std::string_view text) {
  const std::size_t whole = count_digits(text);
  if (whole == 0) return std::nullopt;
  std::size_t fraction = 0;
  std::size_t end = whole;
  if (end < text.size() && text[end] == '.') {
    fraction = count_digits(text.substr(end + 1));
    if (fraction == 0) return std::nullopt;
    end += 1 + fraction;
  }
  if (whole + fraction > max_digits) return std::nullopt;
  Number number;
  for (const char c : text.substr(0, end)) {
    if (c != '.') number.mantissa = number.mantissa * 10 + static_cast<unsigned>(c - '0');
  }
  number.fraction_digits = static_cast<unsigned>(fraction);
  number.suffix = text.substr(end);
  return number;
}

// number x factor in whole units; nothing where that is not whole.
std::optional<u128> scale(const Number& number, std::uint64_t factor) {
  u128 value = number.mantissa * factor;
  for (unsigned i = 0; i < number.fraction_digits; ++i) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  return value;
}

// Why `text`, which is no number of the kind wanted, is none.
std::string why_not_number(std::string_view text, std::string_view kind) {
  if (text.empty()) return "is empty";
  if (text[0] == '-') return "is negative";
  if (count_digits(text) > max_digits) return "has too many digits";
  return fmt::format("is not a {}", kind);
}

// "10K" and "1m" are meant as 10k and 1M, but we do not guess between mega and milli.
std::string why_not_suffix(std::string_view text, std::string_view suffix) {
  std::string reason = fmt::format("has the unknown suffix {}", quote_text(suffix));
  const std::string_view number = text.substr(0, text.size() - suffix.size());
  if (suffix == "K") reason += fmt::format(": {}k?", number);
  if (suffix == "m") reason += fmt::format(": {}M?", number);
  if (suffix == "g") reason += fmt::format(": {}G?", number);
  return reason;
}

// Small bare numbers are mostly meant as seconds (ping -W), large ones as milliseconds (fping -t).
std::string likely_duration(const Number& number, std::string_view text, Longest longest) {
  if (longest == Longest::century) return fmt::format("{}d", text);
  const bool seconds = number.fraction_digits > 0 || number.mantissa < 100;
  return fmt::format("{}{}", text, seconds ? "s" : "ms");
}

Error out_of_range(std::string_view place, std::string_view text, IntegerRange range) {
  return bad_value(place, text, fmt::format("is not between {} and {}", range.min, range.max),
                   fmt::format("accepted: {} to {}", range.min, range.max));
}

}  // namespace

Rate parse_rate(std::string_view place, std::string_view text) {
  if (text == "max") return Rate{0};
  const std::optional<Number> number = split_number(text);
  if (!number) throw bad_value(place, text, why_not_number(text, "rate"), rates_accepted);
  const Unit* unit = find_unit(decimal_units, number->suffix);
  if (unit == nullptr) throw bad_value(place, text, why_not_suffix(text, number->suffix), rates_accepted);
  if (number->mantissa == 0) throw bad_value(place, text, "is not a rate: nothing would be sent", rates_accepted);
  const std::optional<u128> milli_pps = scale(*number, unit->factor * milli_per_pps);
  if (!milli_pps) throw bad_value(place, text, "is finer than 0.001 probes a second", rates_accepted);
  if (*milli_pps > max_rate_pps * milli_per_pps) throw bad_value(place, text, "is over 1G", rates_accepted);
  return Rate{static_cast<std::uint64_t>(*milli_pps)};
}

std::int64_t parse_duration(std::string_view place, std::string_view text, Zero zero, Longest longest) {
  const DurationKind& kind = longest == Longest::day ? short_duration : long_duration;
  const std::optional<Number> number = split_number(text);
  if (!number) throw bad_value(place, text, why_not_number(text, "duration"), kind.accepted);
  if (number->suffix.empty()) {
    throw bad_value(place, text, fmt::format("has no unit: {}?", likely_duration(*number, text, longest)),
                    kind.accepted);
  }
  const Unit* unit = find_unit(kind.units, number->suffix);
  if (unit == nullptr) {
    throw bad_value(place, text, fmt::format("has the unknown unit {}", quote_text(number->suffix)), kind.accepted);
  }
  const std::optional<u128> duration_ns = scale(*number, unit->factor);
  if (!duration_ns) throw bad_value(place, text, "is finer than a nanosecond", kind.accepted);
  if (*duration_ns > kind.longest_ns)
    throw bad_value(place, text, fmt::format("is over {}", kind.longest_text), kind.accepted);
  if (*duration_ns == 0 && zero == Zero::refused) throw bad_value(place, text, "must not be zero", kind.accepted);
  return static_cast<std::int64_t>(*duration_ns);
}

double parse_percent(std::string_view place, std::string_view text, Zero zero) {
  const std::optional<Number> number = split_number(text);
  if (!number) throw bad_value(place, text, why_not_number(text, "percentage"), percents_accepted);
  if (number->suffix.empty()) throw bad_value(place, text, fmt::format("has no unit: {}%?", text), percents_accepted);
  if (number->suffix != "%") {
    throw bad_value(place, text, fmt::format("has the unknown unit {}", quote_text(number->suffix)), percents_accepted);
  }
  const std::optional<u128> micro = scale(*number, micro_per_percent);
  if (!micro) throw bad_value(place, text, "is finer than a millionth of a percent", percents_accepted);
  if (*micro > 100 * micro_per_percent) throw bad_value(place, text, "is over 100%", percents_accepted);
  if (*micro == 0 && zero == Zero::refused) throw bad_value(place, text, "must not be zero", percents_accepted);
  return static_cast<double>(*micro) / (100.0 * micro_per_percent);
}

std::uint64_t parse_count(std::string_view place, std::string_view text, IntegerRange range) {
  const std::string accepted =
      fmt::format("accepted: {} to {}, also with k, M or G (65536, 17M)", range.min, range.max);
  const std::optional<Number> number = split_number(text);
  if (!number) throw bad_value(place, text, why_not_number(text, "whole number"), accepted);
  const Unit* unit = find_unit(decimal_units, number->suffix);
  if (unit == nullptr) throw bad_value(place, text, why_not_suffix(text, number->suffix), accepted);
  const std::optional<u128> count = scale(*number, unit->factor);
  if (!count) throw bad_value(place, text, "is not a whole number", accepted);
  if (*count < range.min || *count > range.max) throw out_of_range(place, text, range);
  return static_cast<std::uint64_t>(*count);
}

std::uint64_t parse_factor(std::string_view place, std::string_view text) {
  constexpr const char* accepted = "accepted: 1 to 1000000, with up to three decimals (3, 1.5)";
  const std::optional<Number> number = split_number(text);
  if (!number || !number->suffix.empty()) throw bad_value(place, text, why_not_number(text, "factor"), accepted);
  const std::optional<u128> milli = scale(*number, 1000);
  if (!milli) throw bad_value(place, text, "is finer than 0.001", accepted);
  if (*milli < 1000 || *milli > 1'000'000'000) throw bad_value(place, text, "is not between 1 and 1000000", accepted);
  return static_cast<std::uint64_t>(*milli);
}

std::uint64_t parse_integer(std::string_view place, std::string_view text, IntegerRange range, Hex hex) {
  const bool is_hex = hex == Hex::allowed && (text.starts_with("0x") || text.starts_with("0X"));
  const std::string_view digits = is_hex ? text.substr(2) : text;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
  const bool whole = end == digits.data() + digits.size();
  if (error == std::errc::result_out_of_range && whole) throw out_of_range(place, text, range);
  if (error != std::errc() || !whole) {
    throw bad_value(
        place, text, why_not_number(text, "whole number"),
        fmt::format("accepted: {} to {}{}", range.min, range.max, hex == Hex::allowed ? ", also as 0x..." : ""));
  }
  if (value < range.min || value > range.max) throw out_of_range(place, text, range);
  return value;
}

Shard parse_shard(std::string_view place, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) throw bad_value(place, text, "is not a shard", shards_accepted);
  const auto read = [&](std::string_view part) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size()) {
      throw bad_value(place, text, "is not a shard", shards_accepted);
    }
    return value;
  };
  const Shard shard{read(text.substr(0, slash)), read(text.substr(slash + 1))};
  if (shard.count == 0) throw bad_value(place, text, "divides into 0 parts", shards_accepted);
  if (shard.count > max_targets) {
    throw bad_value(place, text, fmt::format("has more than {} parts", max_targets), shards_accepted);
  }
  if (shard.index == 0) throw bad_value(place, text, "has no part 0: counting starts at 1", shards_accepted);
  if (shard.index > shard.count) {
    throw bad_value(
        place, text,
        fmt::format("has no part {}: counting starts at 1, the last is {}/{}", shard.index, shard.count, shard.count),
        shards_accepted);
  }
  return shard;
}

}  // namespace ringsweep
