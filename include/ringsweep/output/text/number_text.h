// Numbers and times as text, without locale, allocation or floating point where the hot path needs them.
//
// The `put_` functions write to `out`, where the caller has made room, and return the end of what they wrote. Pure,
// except for UtcClockText, which keeps the text of the last second and so belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringsweep {

inline constexpr std::size_t max_unsigned_text = 20;  // 2^64 - 1
inline constexpr std::size_t max_ms_text = 24;        // any non-negative int64 of nanoseconds
inline constexpr std::size_t utc_text_size = 24;      // 2026-11-25T03:48:15.123Z

char* put_unsigned(char* out, std::uint64_t value);
// Milliseconds with exactly three decimals, rounded half up. Pre: ns >= 0.
char* put_ms(char* out, std::int64_t ns);

// RFC 3339 in UTC with milliseconds (truncated, so that no time is later than it was). Years 1970 to 9999.
class UtcClockText {
 public:
  char* put(char* out, std::int64_t realtime_ns);

 private:
  std::int64_t second_ = -1;
  std::array<char, 20> text_{};  // "2026-11-25T03:48:15."
};

std::string ms_text(std::int64_t ns);
std::string utc_text(std::int64_t realtime_ns);

// `thousandths` as a decimal number without trailing zeros: "0.5", "12345".
std::string decimal_text(std::uint64_t thousandths);

// For people. "0:42", "12:05", "1:02:03".
std::string duration_text(std::int64_t ns);
// At most three digits and a unit prefix: "0.5", "7", "310", "9.9k", "99.9k", "100k", "1.25M".
std::string short_number(double value);
// "1 target", "12 targets".
std::string counted_text(std::uint64_t count, std::string_view noun);
// "12.5%", rounded down, so that 100.0% means all; "0.0%" where the whole is 0.
std::string percent_text(std::uint64_t part, std::uint64_t whole);

}  // namespace ringsweep
