// Text to Address, strictly, and the reason where a text is none. Each parser notes the first piece that it cannot
// take.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

// The reason reads on behind the quoted piece ("'256' is over 255"), or behind "it" where that is the whole text.
struct Fault {
  std::string_view piece;
  const char* reason = "";
};

// So that a caller can write `return refuse(...)` whatever it returns.
std::nullopt_t refuse(Fault& fault, std::string_view piece, const char* reason) {
  fault = {piece, reason};
  return std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Where parse_v4 says no, this says why.
const char* why_not_octet(std::string_view octet) {
  if (octet.empty()) return "is not a number from 0 to 255";
  for (const char c : octet) {
    if (!is_digit(c)) return "is not a number from 0 to 255";
  }
  if (octet.size() > 1 && octet[0] == '0') return "has a leading zero";
  if (octet.size() > 3 || (octet.size() == 3 && octet > "255")) return "is over 255";
  return nullptr;
}

Fault why_not_v4(std::string_view text) {
  std::string_view rest = text;
  int octets = 0;
  while (true) {
    const std::string_view octet = rest.substr(0, rest.find('.'));
    ++octets;
    if (octet.size() == rest.size()) break;
    rest.remove_prefix(octet.size() + 1);
  }
  if (octets != 4) return {text, "is not four numbers with dots between them"};
  for (rest = text;;) {
    const std::string_view octet = rest.substr(0, rest.find('.'));
    if (const char* reason = why_not_octet(octet)) return {octet, reason};
    if (octet.size() == rest.size()) return {};
    rest.remove_prefix(octet.size() + 1);
  }
}

std::optional<std::uint16_t> parse_group(std::string_view text, Fault& fault) {
  if (text.empty()) return refuse(fault, text, "is not a group of hexadecimal digits");
  std::uint16_t value = 0;
  if (text.size() > 4) return refuse(fault, text, "is longer than four hexadecimal digits");
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) {
    return refuse(fault, text, "is not a group of hexadecimal digits");
  }
  return value;
}

// The groups that were written, and how many of them stand before "::" (-1: it is not there).
struct Groups {
  u128 value = 0;
  u128 before_gap = 0;
  int count = 0;
  int gap = -1;

  void add(std::uint16_t group) {
    value = (value << 16) | group;
    ++count;
  }
  void open_gap() {
    gap = count;
    before_gap = value;
    value = 0;
  }
  u128 joined() const {
    if (gap < 0) return value;
    return gap == 0 ? value : (before_gap << (16 * (8 - gap))) | value;
  }
};

// Takes the group or the embedded IPv4 address that `piece` is; only the last piece may be the latter.
bool take_piece(std::string_view piece, bool is_last, Groups& groups, Fault& fault) {
  if (is_last && piece.find('.') != std::string_view::npos) {
    const std::optional<std::uint32_t> v4 = parse_v4(piece);
    if (!v4) {
      fault = why_not_v4(piece);
      return false;
    }
    groups.add(static_cast<std::uint16_t>(*v4 >> 16));
    groups.add(static_cast<std::uint16_t>(*v4));
    return true;
  }
  const std::optional<std::uint16_t> group = parse_group(piece, fault);
  if (group) groups.add(*group);
  return group.has_value();
}

std::optional<u128> parse_v6(std::string_view text, Fault& fault) {
  Groups groups;
  std::string_view rest = text;
  if (rest.starts_with("::")) {
    groups.open_gap();
    rest.remove_prefix(2);
  } else if (rest.starts_with(':')) {
    return refuse(fault, text, "begins with a single ':'");
  }
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const bool is_last = colon == std::string_view::npos;
    if (!take_piece(rest.substr(0, colon), is_last, groups, fault)) return std::nullopt;
    if (groups.count > 8) return refuse(fault, text, "has more than eight groups");
    if (is_last) break;
    rest.remove_prefix(colon + 1);
    if (rest.empty()) return refuse(fault, text, "ends with a single ':'");
    if (rest[0] != ':') continue;
    if (groups.gap >= 0) return refuse(fault, text, "has '::' twice");
    groups.open_gap();
    rest.remove_prefix(1);
  }
  if (groups.gap < 0 && groups.count < 8) return refuse(fault, text, "has fewer than eight groups and no '::'");
  if (groups.gap >= 0 && groups.count == 8) return refuse(fault, text, "has eight groups and '::'");
  return groups.joined();
}

std::optional<std::uint32_t> parse_zone(std::string_view text, const ZoneNames& zones, Fault& fault) {
  if (const auto index = zones.index_of(text)) return index;
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || text[0] == '0') return refuse(fault, text, "is no interface of this machine");
  return index;
}

std::optional<Address> parse(std::string_view text, const ZoneNames& zones, Fault& fault) {
  if (const auto v4 = parse_v4(text)) return Address::v4(*v4);
  if (text.empty()) return refuse(fault, text, "is empty");
  const std::size_t percent = text.find('%');
  const std::string_view number = text.substr(0, percent);
  if (number.find(':') == std::string_view::npos) {
    fault = percent == std::string_view::npos ? why_not_v4(text) : Fault{text, "has a zone, which only IPv6 has"};
    return std::nullopt;
  }
  const std::optional<u128> value = parse_v6(number, fault);
  if (!value) return std::nullopt;
  std::uint32_t zone = 0;
  if (percent != std::string_view::npos) {
    const auto index = parse_zone(text.substr(percent + 1), zones, fault);
    if (!index) return std::nullopt;
    zone = *index;
  }
  return Address::v6(static_cast<std::uint64_t>(*value >> 64), static_cast<std::uint64_t>(*value), zone);
}

}  // namespace

std::optional<std::uint32_t> parse_v4(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint32_t value = 0;
  for (int octets = 0; octets < 4; ++octets) {
    if (octets > 0 && (at == end || *at++ != '.')) return std::nullopt;
    if (at == end || !is_digit(*at)) return std::nullopt;
    unsigned octet = static_cast<unsigned>(*at++ - '0');
    // A zero stands alone: what follows a leading one is not the dot that comes next.
    for (int more = 0; more < 2 && octet != 0 && at != end && is_digit(*at); ++more) {
      octet = octet * 10 + static_cast<unsigned>(*at++ - '0');
    }
    if (octet > 255) return std::nullopt;
    value = (value << 8) | octet;
  }
  if (at != end) return std::nullopt;
  return value;
}

std::optional<Address> parse_address(std::string_view text, const ZoneNames& zones) {
  Fault fault;
  return parse(text, zones, fault);
}

std::string why_not_address(std::string_view text, const ZoneNames& zones) {
  Fault fault;
  if (parse(text, zones, fault)) return {};
  return (fault.piece == text ? "it" : quote_text(fault.piece)) + " " + fault.reason;
}

}  // namespace ringsweep
