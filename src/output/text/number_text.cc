#include "ringsweep/output/text/number_text.h"

#include <cassert>
#include <chrono>
#include <cmath>
#include <cstring>

#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (unsigned i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* put_two(char* out, std::uint64_t value) {
  std::memcpy(out, &digit_pairs[2 * value], 2);
  return out + 2;
}

char* put_three(char* out, std::uint64_t value) {
  *out = static_cast<char>('0' + value / 100);
  return put_two(out + 1, value % 100);
}

std::string two_digits(std::int64_t value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

}  // namespace

char* put_unsigned(char* out, std::uint64_t value) {
  if (value < 10) {
    *out = static_cast<char>('0' + value);
    return out + 1;
  }
  char digits[max_unsigned_text];
  char* const end = digits + sizeof digits;
  char* begin = end;
  while (value >= 100) {
    begin -= 2;
    put_two(begin, value % 100);
    value /= 100;
  }
  if (value >= 10) {
    begin -= 2;
    put_two(begin, value);
  } else {
    *--begin = static_cast<char>('0' + value);
  }
  const auto length = static_cast<std::size_t>(end - begin);
  std::memcpy(out, begin, length);
  return out + length;
}

char* put_ms(char* out, std::int64_t ns) {
  assert(ns >= 0);
  const std::uint64_t us = (static_cast<std::uint64_t>(ns) + 500) / 1000;
  out = put_unsigned(out, us / 1000);
  *out = '.';
  return put_three(out + 1, us % 1000);
}

char* UtcClockText::put(char* out, std::int64_t realtime_ns) {
  assert(realtime_ns >= 0);
  const std::int64_t second = realtime_ns / ns_per_s;
  if (second != second_) {
    const std::chrono::sys_seconds time{std::chrono::seconds(second)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    char* text = put_two(text_.data(), year / 100 % 100);
    text = put_two(text, year % 100);
    *text++ = '-';
    text = put_two(text, static_cast<unsigned>(date.month()));
    *text++ = '-';
    text = put_two(text, static_cast<unsigned>(date.day()));
    *text++ = 'T';
    text = put_two(text, static_cast<std::uint64_t>(clock.hours().count()));
    *text++ = ':';
    text = put_two(text, static_cast<std::uint64_t>(clock.minutes().count()));
    *text++ = ':';
    text = put_two(text, static_cast<std::uint64_t>(clock.seconds().count()));
    *text = '.';
    second_ = second;
  }
  std::memcpy(out, text_.data(), text_.size());
  out = put_three(out + text_.size(), static_cast<std::uint64_t>(realtime_ns % ns_per_s / ns_per_ms));
  *out = 'Z';
  return out + 1;
}

std::string ms_text(std::int64_t ns) {
  char text[max_ms_text];
  return {text, put_ms(text, ns)};
}

std::string utc_text(std::int64_t realtime_ns) {
  char text[utc_text_size];
  return {text, UtcClockText().put(text, realtime_ns)};
}

std::string duration_text(std::int64_t ns) {
  const std::int64_t seconds = (ns + ns_per_s / 2) / ns_per_s;
  const std::int64_t hours = seconds / 3600;
  const std::int64_t minutes = seconds / 60 % 60;
  std::string text = hours > 0 ? std::to_string(hours) + ":" + two_digits(minutes) : std::to_string(minutes);
  return text + ":" + two_digits(seconds % 60);
}

std::string decimal_text(std::uint64_t thousandths) {
  std::string text = std::to_string(thousandths / 1000);
  const std::uint64_t rest = thousandths % 1000;
  if (rest == 0) return text;
  text += '.';
  for (std::uint64_t digit = 100, left = rest; left != 0; digit /= 10) {
    text += static_cast<char>('0' + left / digit);
    left %= digit;
  }
  return text;
}

std::string short_number(double value) {
  static constexpr std::array<std::string_view, 6> units = {"", "k", "M", "G", "T", "P"};
  std::size_t unit = 0;
  // 999.5 and more would round to four digits.
  while (value >= 999.5 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  const double step = value < 9.995 ? 0.01 : value < 99.95 ? 0.1 : 1.0;
  const auto thousandths = static_cast<std::uint64_t>(std::llround(std::round(value / step) * step * 1000));
  return decimal_text(thousandths) + std::string(units[unit]);
}

std::string counted_text(std::uint64_t count, std::string_view noun) {
  std::string text = std::to_string(count);
  text += ' ';
  text += noun;
  if (count != 1) text += 's';
  return text;
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  // A share of 2^54 and more would overflow; counters do not get there.
  const std::uint64_t tenths = whole == 0 ? 0 : part * 1000 / whole;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

}  // namespace ringsweep
