#include "ringsweep/core/targets/target_parser.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr std::size_t max_name = 253;  // RFC 1035, without the final dot
constexpr std::size_t max_label = 63;
constexpr std::size_t max_spec = max_name + 1;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Decimal without leading zeros.
std::optional<unsigned> parse_number(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string why_not_part(std::string_view part, const char* place, const ZoneNames& zones) {
  return fmt::format("{} {}: {}", quote_text(part), place, why_not_address(part, zones));
}

// The targets from `first` to `last`, which have one family and zone.
TargetSpec between(const Address& first, const Address& last) {
  if (last < first) return BadTarget{"the range ends before it begins"};
  // The kernel reports no zone with other addresses, so a reply would never match.
  const auto takes_zone = [](const Address& address) { return address.is_link_local() || address.is_multicast(); };
  if (first.zone != 0 && !(takes_zone(first) && takes_zone(last))) {
    return BadTarget{"only link-local addresses (fe80::/10) take a zone"};
  }
  if (first.is_v4()) return TargetsV4{first.v4_value(), last.v4_value()};
  return TargetsV6{{first.value(), last.value()}, first.zone};
}

TargetSpec parse_prefix(std::string_view text, std::size_t slash, const ZoneNames& zones) {
  const std::string_view address_text = text.substr(0, slash);
  const std::string_view length_text = text.substr(slash + 1);
  const std::optional<Address> address = parse_address(address_text, zones);
  if (!address) return BadTarget{why_not_part(address_text, "before the '/'", zones)};
  const unsigned bits = address->is_v4() ? 32 : 128;
  const std::optional<unsigned> length = parse_number(length_text);
  if (!length) return BadTarget{fmt::format("{} is not a prefix length from 0 to {}", quote_text(length_text), bits)};
  if (*length > bits) return BadTarget{fmt::format("the prefix length {} is over {}", *length, bits)};

  // Shifting by all bits of a type is undefined.
  const u128 all = address->is_v4() ? u128{0xffff'ffff} : ~u128{0};
  const u128 host_mask = *length == bits ? 0 : all >> *length;
  const u128 first = address->value() & ~host_mask;
  const u128 last = first | host_mask;
  const auto of = [&](u128 value) {
    if (address->is_v4()) return Address::v4(static_cast<std::uint32_t>(value));
    return Address::v6(static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value), address->zone);
  };
  return between(of(first), of(last));
}

// An IPv4 range may end in the last number alone.
TargetSpec parse_range(std::string_view text, std::size_t dash, const ZoneNames& zones) {
  const std::string_view first_text = text.substr(0, dash);
  const std::string_view last_text = text.substr(dash + 1);
  const std::optional<Address> first = parse_address(first_text, zones);
  if (!first) return BadTarget{why_not_part(first_text, "where the range begins", zones)};
  if (first->is_v4() && !last_text.empty() && std::all_of(last_text.begin(), last_text.end(), is_digit)) {
    const std::optional<unsigned> octet = parse_number(last_text);
    if (!octet && last_text[0] == '0') return BadTarget{quote_text(last_text) + " has a leading zero"};
    if (!octet || *octet > 255) return BadTarget{quote_text(last_text) + " is over 255"};
    return between(*first, Address::v4((first->v4_value() & 0xffff'ff00) | *octet));
  }
  std::optional<Address> last = parse_address(last_text, zones);
  if (!last) return BadTarget{why_not_part(last_text, "where the range ends", zones)};
  if (last->family != first->family) return BadTarget{"the range begins in IPv4 and ends in IPv6, or the reverse"};
  if (last->zone == 0) last->zone = first->zone;
  if (last->zone != first->zone) return BadTarget{"the ends of the range have different zones"};
  return between(*first, *last);
}

// The '-' of a range: zones may have some of their own ("fe80::1%br-lan-fe80::9"), so the first that stands between two
// addresses; without such a one the first of all, for the reason.
std::size_t find_dash(std::string_view text, const ZoneNames& zones) {
  const std::size_t first = text.find('-');
  for (std::size_t dash = first; dash != std::string_view::npos; dash = text.find('-', dash + 1)) {
    if (parse_address(text.substr(0, dash), zones) && parse_address(text.substr(dash + 1), zones)) return dash;
  }
  return first;
}

std::string why_not_name(std::string_view text) {
  if (text[0] == '-') return "a host name cannot begin with '-'";
  const auto is_allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; };
  const auto bad = std::find_if_not(text.begin(), text.end(), is_allowed);
  if (bad != text.end()) {
    const auto code = static_cast<unsigned char>(*bad);
    if (code > 0x7f) return "an international host name must be given in its xn-- form";
    return quote_text({&*bad, 1}) + " cannot be part of an address or a host name";
  }
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() > max_name) return fmt::format("a host name has at most {} characters", max_name);
  for (std::string_view rest = text;;) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    if (label.empty()) return "there is nothing before or between its dots";
    if (label.size() > max_label) return fmt::format("a part of a host name has at most {} characters", max_label);
    if (label.size() == rest.size()) return {};
    rest.remove_prefix(label.size() + 1);
  }
}

// What has a ':' or a zone.
TargetSpec parse_with_colon(std::string_view text, const ZoneNames& zones) {
  if (const auto address = parse_address(text, zones)) return between(*address, *address);
  if (text[0] == '[') return BadTarget{"an IPv6 address must be given without brackets"};
  const std::size_t dash = find_dash(text, zones);
  const bool has_address_before = dash != std::string_view::npos && parse_address(text.substr(0, dash), zones);
  if (has_address_before) return parse_range(text, dash, zones);
  if (std::count(text.begin(), text.end(), ':') == 1)
    return BadTarget{"one ':' does not make an IPv6 address, and ping has no ports"};
  return BadTarget{why_not_address(text, zones)};
}

}  // namespace

TargetSpec parse_target(std::string_view text, const ZoneNames& zones) {
  if (text.empty()) return BadTarget{"it is empty"};
  if (text.size() > max_spec) return BadTarget{fmt::format("a target has at most {} characters", max_spec)};
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos)
    return parse_prefix(text, slash, zones);
  if (text.find_first_of(":%") != std::string_view::npos) return parse_with_colon(text, zones);
  // Digits, dots and dashes alone are meant as addresses, and never become a question to a name server.
  const auto is_numeric = [](char c) { return is_digit(c) || c == '.' || c == '-'; };
  if (std::all_of(text.begin(), text.end(), is_numeric)) {
    if (const auto v4 = parse_v4(text)) return TargetsV4{*v4, *v4};
    const std::size_t dash = text.find('-');
    if (dash != std::string_view::npos) return parse_range(text, dash, zones);
    return BadTarget{why_not_address(text, zones)};
  }
  if (std::string reason = why_not_name(text); !reason.empty()) return BadTarget{std::move(reason)};
  return HostName{std::string(text)};
}

}  // namespace ringsweep
