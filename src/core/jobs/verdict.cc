#include "ringsweep/core/jobs/verdict.h"

#include <algorithm>
#include <array>

namespace ringsweep {
namespace {

constexpr std::array<std::string_view, state_count> state_texts = {
    "alive",       "other_source", "unreachable", "time_exceeded", "no_reply",
    "send_failed", "skipped",      "unresolved",  "interrupted",   "not_sent"};

// In the order of the enumeration, grouped as there.
constexpr std::array<std::string_view, reason_count> reason_texts = {
    "",
    "echo_reply",
    // unreachable, IPv4 codes 0 to 15
    "net_unreachable",
    "host_unreachable",
    "protocol_unreachable",
    "port_unreachable",
    "frag_needed",
    "source_route_failed",
    "net_unknown",
    "host_unknown",
    "host_isolated",
    "net_prohibited",
    "host_prohibited",
    "net_tos",
    "host_tos",
    "admin_prohibited",
    "precedence_violation",
    "precedence_cutoff",
    // unreachable, IPv6 only
    "no_route_there",
    "beyond_scope",
    "address_unreachable",
    "source_policy",
    "route_rejected",
    "source_routing",
    "packet_too_big",
    "parameter_problem",
    "code_unknown",
    // time_exceeded
    "ttl_exceeded",
    "reassembly_exceeded",
    // no_reply
    "timeout",
    "no_neighbour",
    "arp_reply",
    "nd_reply",
    // send_failed
    "no_route",
    "route_prohibited",
    "no_buffer",
    "filtered_locally",
    "too_big",
    "no_source",
    // skipped
    "broadcast",
    "multicast",
    "unspecified",
    "excluded",
    // unresolved
    "name_unknown",
    "name_no_address",
    "resolver_failed",
};
static_assert(!reason_texts.back().empty());

// RFC 4443, section 3.1: the codes 0 to 7 of type 1.
constexpr std::array<Reason, 8> v6_unreachable_reasons = {
    Reason::no_route_there,   Reason::admin_prohibited, Reason::beyond_scope,   Reason::address_unreachable,
    Reason::port_unreachable, Reason::source_policy,    Reason::route_rejected, Reason::source_routing};

constexpr std::uint8_t last_v4_unreachable_code = 15;
static_assert(static_cast<int>(Reason::precedence_cutoff) - static_cast<int>(Reason::net_unreachable) ==
              last_v4_unreachable_code);

template <typename Enum, std::size_t count>
std::optional<Enum> find_text(const std::array<std::string_view, count>& texts, std::string_view text) {
  const auto found = std::find(texts.begin(), texts.end(), text);
  if (found == texts.end()) return std::nullopt;
  return static_cast<Enum>(found - texts.begin());
}

ErrorMeaning time_exceeded(std::uint8_t code) {
  if (code == 0) return {State::time_exceeded, Reason::ttl_exceeded};
  if (code == 1) return {State::time_exceeded, Reason::reassembly_exceeded};
  return {State::time_exceeded, Reason::code_unknown};
}

std::optional<ErrorMeaning> meaning_v4(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case 3:
      if (code > last_v4_unreachable_code) return ErrorMeaning{State::unreachable, Reason::code_unknown};
      return ErrorMeaning{State::unreachable,
                          static_cast<Reason>(static_cast<unsigned>(Reason::net_unreachable) + code)};
    case 11:
      return time_exceeded(code);
    case 12:
      return ErrorMeaning{State::unreachable, Reason::parameter_problem};
    default:
      return std::nullopt;
  }
}

std::optional<ErrorMeaning> meaning_v6(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case 1:
      return ErrorMeaning{State::unreachable,
                          code < v6_unreachable_reasons.size() ? v6_unreachable_reasons[code] : Reason::code_unknown};
    case 2:
      return ErrorMeaning{State::unreachable, Reason::packet_too_big};
    case 3:
      return time_exceeded(code);
    case 4:
      return ErrorMeaning{State::unreachable, Reason::parameter_problem};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view to_text(State state) {
  return state_texts[static_cast<std::size_t>(state)];
}
std::string_view to_text(Reason reason) {
  return reason_texts[static_cast<std::size_t>(reason)];
}

std::optional<State> state_from_text(std::string_view text) {
  return find_text<State>(state_texts, text);
}
std::optional<Reason> reason_from_text(std::string_view text) {
  return find_text<Reason>(reason_texts, text);
}

std::optional<ErrorMeaning> meaning_of_icmp_error(Family family, std::uint8_t type, std::uint8_t code) {
  switch (family) {
    case Family::v4:
      return meaning_v4(type, code);
    case Family::v6:
      return meaning_v6(type, code);
    case Family::none:
      break;
  }
  return std::nullopt;
}

}  // namespace ringsweep
