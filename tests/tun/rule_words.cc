#include "tun/rule_words.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/time.h"

namespace ringsweep::tun {

RuleWords::RuleWords(std::string place, std::string_view line) : place_(std::move(place)) {
  line = line.substr(0, line.find('#'));
  constexpr std::string_view blanks = " \t\r";
  while (true) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return;
    line.remove_prefix(begin);
    const std::size_t length = std::min(line.find_first_of(blanks), line.size());
    words_.push_back(line.substr(0, length));
    line.remove_prefix(length);
  }
}

Error RuleWords::error(const std::string& what) const {
  return usage_error(place_ + ": " + what);
}

std::string_view RuleWords::take(std::string_view wanted) {
  if (at_end()) throw error(fmt::format("the line ends where {} is wanted", wanted));
  return words_[next_++];
}

bool RuleWords::skip(std::string_view word) {
  if (peek() != word || at_end()) return false;
  ++next_;
  return true;
}

std::uint64_t RuleWords::number_of(std::string_view text, std::string_view what, NumberRange allowed) const {
  const std::string_view digits = text.starts_with("0x") ? text.substr(2) : text;
  std::uint64_t value = 0;
  const int base = digits.size() == text.size() ? 10 : 16;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (trouble != std::errc() || end != digits.data() + digits.size()) {
    throw error(fmt::format("{}: {} is not a whole number", what, quote_text(text)));
  }
  if (value < allowed.first || value > allowed.last) {
    throw error(fmt::format("{}: {} is not in {} to {}", what, value, allowed.first, allowed.last));
  }
  return value;
}

double RuleWords::decimal_of(std::string_view text, std::string_view what, double least, double most) const {
  double value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (trouble != std::errc() || end != text.data() + text.size()) {
    throw error(fmt::format("{}: {} is not a number", what, quote_text(text)));
  }
  // Written so that what is no number at all is refused as well.
  if (!(value >= least && value <= most)) {
    throw error(fmt::format("{}: {} is not in {} to {}", what, quote_text(text), least, most));
  }
  return value;
}

std::uint64_t RuleWords::number(std::string_view what, NumberRange allowed) {
  return number_of(take(what), what, allowed);
}

double RuleWords::decimal(std::string_view what, double least, double most) {
  return decimal_of(take(what), what, least, most);
}

double RuleWords::percent(std::string_view what) {
  const std::string_view text = take(what);
  if (!text.ends_with('%')) throw error(fmt::format("{}: {} does not end in %", what, quote_text(text)));
  return decimal_of(text.substr(0, text.size() - 1), what, 0, 100) / 100;
}

std::int64_t RuleWords::duration(std::string_view what) {
  struct Unit {
    std::string_view name;
    std::int64_t ns;
  };
  constexpr std::array units = {Unit{"us", ns_per_us}, Unit{"ms", ns_per_ms}, Unit{"s", ns_per_s}};
  const std::string_view text = take(what);
  for (const Unit& unit : units) {
    if (!text.ends_with(unit.name)) continue;
    const double value = decimal_of(text.substr(0, text.size() - unit.name.size()), what, 0, 1e6);
    return static_cast<std::int64_t>(value * static_cast<double>(unit.ns) + 0.5);
  }
  throw error(fmt::format("{}: {} has no unit (us, ms, s)", what, quote_text(text)));
}

double RuleWords::per_second(std::string_view what) {
  const std::string_view text = take(what);
  if (!text.ends_with("/s")) throw error(fmt::format("{}: {} does not end in /s", what, quote_text(text)));
  return decimal_of(text.substr(0, text.size() - 2), what, 0, 1e9);
}

NumberRange RuleWords::range(std::string_view what, NumberRange allowed, bool open_end) {
  const std::string_view text = take(what);
  const std::size_t dash = text.find('-');
  const std::uint64_t first = number_of(text.substr(0, dash), what, allowed);
  if (dash == std::string_view::npos) return {first, first};
  if (open_end && dash + 1 == text.size()) return {first, allowed.last};
  const std::uint64_t last = number_of(text.substr(dash + 1), what, allowed);
  if (last < first) throw error(fmt::format("{}: {} runs backwards", what, quote_text(text)));
  return {first, last};
}

std::pair<std::uint8_t, std::uint8_t> RuleWords::type_and_code() {
  constexpr std::string_view what = "error";
  const std::string_view text = take("TYPE/CODE");
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) throw error(fmt::format("error: {} is not TYPE/CODE", quote_text(text)));
  return {static_cast<std::uint8_t>(number_of(text.substr(0, slash), what, {0, 255})),
          static_cast<std::uint8_t>(number_of(text.substr(slash + 1), what, {0, 255}))};
}

int RuleWords::signed_number(std::string_view what) {
  const std::string_view text = take(what);
  if (!text.starts_with('+') && !text.starts_with('-')) {
    throw error(fmt::format("{}: {} has no sign", what, quote_text(text)));
  }
  const int size = static_cast<int>(number_of(text.substr(1), what, {1, 65535}));
  return text.front() == '-' ? -size : size;
}

Address RuleWords::address(std::string_view what, Family family) {
  const std::string_view text = take(what);
  const std::optional<Address> found = parse_address(text);
  if (!found) throw error(fmt::format("{}: {} is no address: {}", what, quote_text(text), why_not_address(text)));
  if (found->family != family) {
    throw error(fmt::format("{}: {} is not of the family of the rule's prefix", what, quote_text(text)));
  }
  return *found;
}

}  // namespace ringsweep::tun
