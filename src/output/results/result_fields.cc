#include "output/results/result_fields.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

constexpr std::size_t longest_zone = 15;

// Takes digits only, without blanks or a sign.
template <typename Number>
bool read_number(std::string_view text, Number& number) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_small(std::string_view text, std::int16_t& number) {
  if (text.empty()) return true;
  return read_number(text, number) && number <= std::numeric_limits<std::uint8_t>::max();
}

// "12.345", with exactly three decimals.
bool read_ms(std::string_view text, std::int64_t& ns) {
  if (text.empty()) return true;
  if (text.size() < 5 || text[text.size() - 4] != '.') return false;
  std::int64_t whole_ms = 0;
  std::int64_t us = 0;
  if (!read_number(text.substr(0, text.size() - 4), whole_ms)) return false;
  if (!read_number(text.substr(text.size() - 3), us)) return false;
  if (whole_ms > std::numeric_limits<std::int64_t>::max() / ns_per_ms - 1) return false;
  ns = whole_ms * ns_per_ms + us * ns_per_us;
  return true;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char byte) { return byte >= ' ' && byte != 0x7f; });
}

// Whether the kernel accepts it as the name of an interface.
bool is_zone(std::string_view text) {
  return !text.empty() && text.size() <= longest_zone && is_printable(text) && text.find(' ') == std::string_view::npos;
}

bool read_state(std::string_view text, State& state) {
  const auto known = state_from_text(text);
  if (!known || !becomes_row(*known)) return false;
  state = *known;
  return true;
}

bool read_reason(std::string_view text, Reason& reason) {
  const auto known = reason_from_text(text);
  if (known) reason = *known;
  return known.has_value();
}

std::string describe_invalid(std::size_t column, std::string_view text) {
  return fmt::format("invalid {} {}", result_columns[column], quote_text(text));
}

}  // namespace

bool read_address(std::string_view text, ResultAddress& address) {
  address = {};
  if (text.empty()) return true;
  const std::size_t zone = text.find('%');
  const auto parsed = parse_address(text.substr(0, zone));
  if (!parsed) return false;
  address.address = *parsed;
  if (zone == std::string_view::npos) return true;
  address.zone = text.substr(zone + 1);
  return is_zone(address.zone) && parsed->is_v6();
}

bool read_time(std::string_view text, std::int64_t& realtime_ns) {
  if (text.size() != 24 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != '.' || text[23] != 'Z')
    return false;
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
  const bool digits = read_number(text.substr(0, 4), year) && read_number(text.substr(5, 2), month) &&
                      read_number(text.substr(8, 2), day) && read_number(text.substr(11, 2), hour) &&
                      read_number(text.substr(14, 2), minute) && read_number(text.substr(17, 2), second) &&
                      read_number(text.substr(20, 3), ms);
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!digits || !date.ok() || year < 1970 || year > 2261 || hour > 23 || minute > 59 || second > 59) return false;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  realtime_ns = (((days * 24 + hour) * 60 + minute) * 60 + second) * ns_per_s + ms * ns_per_ms;
  return true;
}

bool split_csv(std::string_view line, std::vector<std::string>& fields) {
  fields.clear();
  for (std::size_t at = 0;; ++at) {
    std::string& field = fields.emplace_back();
    if (at < line.size() && line[at] == '"') {
      for (++at;; ++at) {
        if (at >= line.size()) return false;
        if (line[at] == '"' && (at + 1 == line.size() || line[at + 1] != '"')) break;
        if (line[at] == '"') ++at;
        field += line[at];
      }
      ++at;
    } else {
      const std::size_t end = std::min(line.find(',', at), line.size());
      field = line.substr(at, end - at);
      at = end;
    }
    if (at >= line.size()) return true;
    if (line[at] != ',') return false;
  }
}

std::string read_fields(std::span<const std::string> fields, ResultRow& row) {
  const bool valid[] = {read_address(fields[0], row.address),   is_printable(fields[1]),
                        read_state(fields[2], row.state),       read_ms(fields[3], row.rtt_ns),
                        read_small(fields[4], row.ttl),         read_number(fields[5], row.attempts),
                        read_address(fields[6], row.responder), read_small(fields[7], row.icmp_type),
                        read_small(fields[8], row.icmp_code),   read_reason(fields[9], row.reason),
                        read_time(fields[10], row.time_ns)};
  for (std::size_t column = 0; column < result_columns.size(); ++column) {
    if (!valid[column]) return describe_invalid(column, fields[column]);
  }
  row.name = fields[1];
  if (row.address.address.is_none() && row.name.empty()) return "neither address nor name";
  return {};
}

}  // namespace ringsweep
