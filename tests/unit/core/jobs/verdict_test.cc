#include "ringsweep/core/jobs/verdict.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ringsweep {
namespace {

using Texts = std::vector<std::string_view>;

template <typename Enum>
Texts texts_of(std::size_t count) {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(to_text(static_cast<Enum>(i)));
  return texts;
}

// "state reason", or "-" if the error decides nothing.
std::string meaning(Family family, int type, int code) {
  const auto found = meaning_of_icmp_error(family, static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code));
  if (!found) return "-";
  return std::string(to_text(found->state)) + " " + std::string(to_text(found->reason));
}

TEST(Verdict, states_are_the_closed_list) {
  EXPECT_EQ(texts_of<State>(state_count), (Texts{"alive", "other_source", "unreachable", "time_exceeded", "no_reply",
                                                 "send_failed", "skipped", "unresolved", "interrupted", "not_sent"}));
}

TEST(Verdict, reasons_are_the_closed_list) {
  EXPECT_EQ(
      texts_of<Reason>(reason_count),
      (Texts{"", "echo_reply",
             // unreachable, v4
             "net_unreachable", "host_unreachable", "protocol_unreachable", "port_unreachable", "frag_needed",
             "source_route_failed", "net_unknown", "host_unknown", "host_isolated", "net_prohibited", "host_prohibited",
             "net_tos", "host_tos", "admin_prohibited", "precedence_violation", "precedence_cutoff",
             // unreachable, only v6
             "no_route_there", "beyond_scope", "address_unreachable", "source_policy", "route_rejected",
             "source_routing", "packet_too_big", "parameter_problem", "code_unknown",
             // time_exceeded
             "ttl_exceeded", "reassembly_exceeded",
             // no_reply
             "timeout", "no_neighbour", "arp_reply", "nd_reply",
             // send_failed
             "no_route", "route_prohibited", "no_buffer", "filtered_locally", "too_big", "no_source",
             // skipped
             "broadcast", "multicast", "unspecified", "excluded",
             // unresolved
             "name_unknown", "name_no_address", "resolver_failed"}));
}

TEST(Verdict, texts_name_their_enumerators) {
  EXPECT_EQ(to_text(State::not_sent), "not_sent");
  EXPECT_EQ(to_text(Reason::precedence_cutoff), "precedence_cutoff");
  EXPECT_EQ(to_text(Reason::no_route_there), "no_route_there");
  EXPECT_EQ(to_text(Reason::code_unknown), "code_unknown");
  EXPECT_EQ(to_text(Reason::ttl_exceeded), "ttl_exceeded");
  EXPECT_EQ(to_text(Reason::timeout), "timeout");
  EXPECT_EQ(to_text(Reason::no_route), "no_route");
  EXPECT_EQ(to_text(Reason::broadcast), "broadcast");
  EXPECT_EQ(to_text(Reason::resolver_failed), "resolver_failed");
}

TEST(Verdict, every_text_leads_back_to_its_value) {
  for (std::size_t i = 0; i < state_count; ++i) {
    EXPECT_EQ(state_from_text(to_text(static_cast<State>(i))), static_cast<State>(i));
  }
  for (std::size_t i = 0; i < reason_count; ++i) {
    EXPECT_EQ(reason_from_text(to_text(static_cast<Reason>(i))), static_cast<Reason>(i));
  }
}

// `--show` takes states and reasons in one list.
TEST(Verdict, no_text_is_used_twice) {
  std::set<std::string_view> all;
  for (const auto text : texts_of<State>(state_count)) all.insert(text);
  for (const auto text : texts_of<Reason>(reason_count)) all.insert(text);
  EXPECT_EQ(all.size(), state_count + reason_count);
}

TEST(Verdict, other_texts_are_nothing) {
  for (const std::string_view text : {"Alive", "alive ", "dead", "all", "0"}) {
    EXPECT_FALSE(state_from_text(text)) << text;
    EXPECT_FALSE(reason_from_text(text)) << text;
  }
  EXPECT_FALSE(state_from_text(""));
  EXPECT_FALSE(state_from_text("timeout"));
  EXPECT_FALSE(reason_from_text("no_reply"));
}

TEST(IcmpMeaning, v4_unreachable_codes) {
  const std::vector<std::string> reasons = {
      "net_unreachable", "host_unreachable",    "protocol_unreachable", "port_unreachable",
      "frag_needed",     "source_route_failed", "net_unknown",          "host_unknown",
      "host_isolated",   "net_prohibited",      "host_prohibited",      "net_tos",
      "host_tos",        "admin_prohibited",    "precedence_violation", "precedence_cutoff"};
  for (int code = 0; code < 256; ++code) {
    const auto reason = code < 16 ? reasons[static_cast<std::size_t>(code)] : "code_unknown";
    EXPECT_EQ(meaning(Family::v4, 3, code), "unreachable " + reason) << code;
  }
}

TEST(IcmpMeaning, v6_unreachable_codes) {
  const std::vector<std::string> reasons = {"no_route_there",      "admin_prohibited", "beyond_scope",
                                            "address_unreachable", "port_unreachable", "source_policy",
                                            "route_rejected",      "source_routing"};
  for (int code = 0; code < 256; ++code) {
    const auto reason = code < 8 ? reasons[static_cast<std::size_t>(code)] : "code_unknown";
    EXPECT_EQ(meaning(Family::v6, 1, code), "unreachable " + reason) << code;
  }
}

TEST(IcmpMeaning, time_exceeded) {
  for (const auto& [family, type] : {std::pair{Family::v4, 11}, std::pair{Family::v6, 3}}) {
    EXPECT_EQ(meaning(family, type, 0), "time_exceeded ttl_exceeded");
    EXPECT_EQ(meaning(family, type, 1), "time_exceeded reassembly_exceeded");
    for (int code = 2; code < 256; ++code) EXPECT_EQ(meaning(family, type, code), "time_exceeded code_unknown");
  }
}

TEST(IcmpMeaning, parameter_problem_and_packet_too_big) {
  for (int code = 0; code < 256; ++code) {
    EXPECT_EQ(meaning(Family::v4, 12, code), "unreachable parameter_problem");
    EXPECT_EQ(meaning(Family::v6, 4, code), "unreachable parameter_problem");
    EXPECT_EQ(meaning(Family::v6, 2, code), "unreachable packet_too_big");
  }
}

TEST(IcmpMeaning, all_other_types_decide_nothing) {
  const std::set<int> deciding_v4 = {3, 11, 12}, deciding_v6 = {1, 2, 3, 4};
  for (int type = 0; type < 256; ++type) {
    for (int code = 0; code < 256; ++code) {
      ASSERT_EQ(meaning(Family::v4, type, code) == "-", !deciding_v4.contains(type)) << type << " " << code;
      ASSERT_EQ(meaning(Family::v6, type, code) == "-", !deciding_v6.contains(type)) << type << " " << code;
      ASSERT_EQ(meaning(Family::none, type, code), "-");
    }
  }
}

}  // namespace
}  // namespace ringsweep
