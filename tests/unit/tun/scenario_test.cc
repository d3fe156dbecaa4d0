// The scenario language: what each word means, and what is refused with which words.
#include "tun/scenario.h"

#include <gtest/gtest.h>

#include "ringsweep/base/error.h"
#include "unit/tun/packets.h"

namespace ringsweep::tun::testing {
namespace {

Rule rule_of(const std::string& line) {
  return parse_scenario("test", line).rules.at(0);
}

std::string why_refused(const std::string& text) {
  try {
    parse_scenario("a.scenario", text);
  } catch (const Error& error) {
    return error.what();
  }
  return "not refused";
}

TEST(Scenario, comments_and_blank_lines_are_no_rules_but_count) {
  const Scenario scenario = parse_scenario("test", "# nothing\n\n  10.1.0.0/16 alive # all\r\n10.2.0.0/16\tsilent");
  ASSERT_EQ(scenario.rules.size(), 2U);
  EXPECT_EQ(scenario.rules[0].line, 3U);
  EXPECT_EQ(scenario.rules[0].answers.size(), 1U);
  EXPECT_EQ(scenario.rules[1].line, 4U);
  EXPECT_TRUE(scenario.rules[1].answers.empty());
}

TEST(Scenario, prefixes) {
  EXPECT_EQ(rule_of("10.1.2.3/16 alive").prefix, (Prefix{*parse_address("10.1.0.0"), 16}));
  EXPECT_EQ(rule_of("10.1.2.3 alive").prefix, (Prefix{*parse_address("10.1.2.3"), 32}));
  EXPECT_EQ(rule_of("0.0.0.0/0 alive").prefix, (Prefix{*parse_address("0.0.0.0"), 0}));
  EXPECT_EQ(rule_of("fd78::/16 alive").prefix, (Prefix{*parse_address("fd78::"), 16}));
  EXPECT_EQ(rule_of("fd78::1 alive").prefix, (Prefix{*parse_address("fd78::1"), 128}));
  EXPECT_EQ(rule_of("10.0.0.0-10.1.255.255 alive").prefix, (Prefix{*parse_address("10.0.0.0"), 15}));
}

TEST(Scenario, selectors) {
  const Selector selector = rule_of("10.1.0.0/16 share 0-299 seed 7 last 4-77 probe 2- silent").selector;
  EXPECT_EQ(selector.first_class, 0U);
  EXPECT_EQ(selector.last_class, 299U);
  EXPECT_EQ(selector.class_seed, 7U);
  EXPECT_EQ(selector.first_octet, 4U);
  EXPECT_EQ(selector.last_octet, 77U);
  EXPECT_EQ(selector.first_probe, 2U);
  EXPECT_EQ(selector.last_probe, 4'294'967'295U);
  EXPECT_EQ(rule_of("10.1.0.0/16 probe 3 silent").selector.last_probe, 3U);
}

TEST(Scenario, several_actions_on_one_answer) {
  const Answer answer =
      answer_of("10.1.0.0/16 share 0-299 alive delay pareto 1ms 1.2 max 3s dup 2 gap 500us loss 2.5%");
  EXPECT_EQ(answer.kind, Kind::reply);
  EXPECT_EQ(answer.timing.delay.kind, DelayKind::pareto);
  EXPECT_EQ(answer.timing.delay.least_ns, 1'000'000);
  EXPECT_EQ(answer.timing.delay.most_ns, 3'000'000'000);
  EXPECT_EQ(answer.timing.delay.shape, 1.2);
  EXPECT_EQ(answer.timing.copies, 2U);
  EXPECT_EQ(answer.timing.copy_gap_ns, 500'000);
  EXPECT_EQ(answer.timing.loss, 0.025);
}

TEST(Scenario, limit_and_reordering) {
  const Timing timing = answer_of("10.1.0.0/16 error 3/13 limit 100/s burst 6 reorder 20% 10ms").timing;
  EXPECT_EQ(timing.limit_per_s, 100);
  EXPECT_EQ(timing.burst, 6);
  EXPECT_EQ(timing.reorder_share, 0.2);
  EXPECT_EQ(timing.reorder_ns, 10'000'000);
}

TEST(Scenario, several_answers) {
  const Rule rule = rule_of("fd78::/64 alive delay 40ms and error 1/3 from fd77::9 quote 8");
  ASSERT_EQ(rule.answers.size(), 2U);
  EXPECT_EQ(rule.answers[0].timing.delay.at(0.5), 40'000'000);
  EXPECT_EQ(rule.answers[0].shape.type, 129);
  EXPECT_EQ(rule.answers[1].kind, Kind::error);
  EXPECT_EQ(rule.answers[1].shape.type, 1);
  EXPECT_EQ(rule.answers[1].shape.code, 3);
  EXPECT_EQ(rule.answers[1].shape.quote, 8U);
  EXPECT_NE(rule.answers[0].stream, rule.answers[1].stream);
}

TEST(Scenario, kinds) {
  EXPECT_EQ(answer_of("10.0.0.0/8 alive grow 9 options 4 padding 2").kind, Kind::reply);
  EXPECT_EQ(answer_of("10.0.0.0/8 error 3/1 quote 8").kind, Kind::error);
  EXPECT_EQ(answer_of("10.0.0.0/8 error 3/1 quote 7").kind, Kind::malformed);
  EXPECT_EQ(answer_of("10.0.0.0/8 alive forge byte 3").kind, Kind::forged);
  EXPECT_EQ(answer_of("10.0.0.0/8 alive forge payload cut 9").kind, Kind::malformed);
  EXPECT_EQ(answer_of("10.0.0.0/8 alive length -1").kind, Kind::malformed);
  EXPECT_EQ(answer_of("10.0.0.0/8 alive wrong-checksum").kind, Kind::malformed);
}

TEST(Scenario, responder) {
  const Address target = *parse_address("10.1.2.3");
  const Answer own = answer_of("10.1.0.0/16 alive"), other = answer_of("10.1.0.0/16 alive from 10.1.2.4"),
               flipped = answer_of("10.1.0.0/16 alive from xor 256");
  EXPECT_EQ(to_text(own.responder(target)), "10.1.2.3");
  EXPECT_EQ(to_text(other.responder(target)), "10.1.2.4");
  EXPECT_EQ(to_text(flipped.responder(target)), "10.1.3.3");
  EXPECT_EQ(own.kind_from(own.responder(target), target), Kind::reply);
  EXPECT_EQ(other.kind_from(other.responder(target), target), Kind::other_source);
  EXPECT_EQ(other.kind_from(target, target), Kind::reply);
}

TEST(Scenario, delays) {
  EXPECT_EQ(answer_of("10.0.0.0/8 alive delay uniform 1ms 3ms").timing.delay.at(0.25), 1'500'000);
  const Delay tail = answer_of("10.0.0.0/8 alive delay pareto 1ms 2 max 20ms").timing.delay;
  EXPECT_EQ(tail.at(0), 1'000'000);
  EXPECT_EQ(tail.at(0.75), 2'000'000);     // 1 ms / sqrt(1 - 0.75)
  EXPECT_EQ(tail.at(0.9375), 4'000'000);   // 1 ms / sqrt(0.0625)
  EXPECT_EQ(tail.at(0.9999), 20'000'000);  // would be 100 ms
}

TEST(Scenario, errors_name_file_and_line) {
  EXPECT_EQ(why_refused("10.1.0.0/16 alive\n10.2.0.0/33 alive"),
            "a.scenario:2: '10.2.0.0/33' is no prefix: the prefix length 33 is over 32");
  EXPECT_EQ(why_refused("10.0.0.1-10.0.0.2 alive"), "a.scenario:1: '10.0.0.1-10.0.0.2' is a range, but no prefix");
  EXPECT_EQ(why_refused("a.example alive"), "a.scenario:1: 'a.example' is no prefix (ADDRESS or ADDRESS/LENGTH)");
  EXPECT_EQ(why_refused("10.0.0.0/8"), "a.scenario:1: the line ends where silent, alive or error is wanted");
  EXPECT_EQ(why_refused("10.0.0.0/8 sleepy"), "a.scenario:1: 'sleepy' is not silent, alive, error or a selector");
  EXPECT_EQ(why_refused("10.0.0.0/8 silent dup 2"), "a.scenario:1: nothing may follow silent, but 'dup'");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive slowly"), "a.scenario:1: 'slowly' is no modifier of an answer");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive delay"), "a.scenario:1: the line ends where delay is wanted");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive delay 5"), "a.scenario:1: delay: '5' has no unit (us, ms, s)");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive delay uniform 2ms 1ms"),
            "a.scenario:1: delay uniform: the second time is less than the first");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive loss 101%"), "a.scenario:1: loss: '101' is not in 0 to 100");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive loss 5"), "a.scenario:1: loss: '5' does not end in %");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive dup 2 dup 3"), "a.scenario:1: dup: said twice");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive quote 8"), "a.scenario:1: quote: only of an error");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive from fd77::9"),
            "a.scenario:1: from: 'fd77::9' is not of the family of the rule's prefix");
  EXPECT_EQ(why_refused("10.0.0.0/8 error 3"), "a.scenario:1: error: '3' is not TYPE/CODE");
  EXPECT_EQ(why_refused("10.0.0.0/8 error 3/256"), "a.scenario:1: error: 256 is not in 0 to 255");
  EXPECT_EQ(why_refused("10.0.0.0/8 share 0-1000 alive"), "a.scenario:1: share: 1000 is not in 0 to 999");
  EXPECT_EQ(why_refused("10.0.0.0/8 share 9-3 alive"), "a.scenario:1: share: '9-3' runs backwards");
  EXPECT_EQ(why_refused("10.0.0.0/8 probe 0 alive"), "a.scenario:1: probe: 0 is not in 1 to 4294967295");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive options 6"), "a.scenario:1: options: 6 is no multiple of 4");
  EXPECT_EQ(why_refused("fd78::/16 alive options 12"), "a.scenario:1: options: 12 is no multiple of 8");
  EXPECT_EQ(why_refused("fd78::/16 alive wrong-ip-checksum"),
            "a.scenario:1: wrong-ip-checksum: IPv6 headers have no checksum");
  EXPECT_EQ(why_refused("10.0.0.0/8 alive length 4"), "a.scenario:1: length: '4' has no sign");
  EXPECT_EQ(
      why_refused("10.0.0.0/8 alive forge destination 10.0.0.1"),
      "a.scenario:1: forge: 'destination' is not payload, byte, sequence, identifier, replay, or, in an error, destination");
}

TEST(Scenario, a_rule_that_no_address_can_reach_is_refused) {
  EXPECT_EQ(why_refused("10.1.0.0/16 alive\n10.1.7.0/24 silent\n10.1.0.0/16 last 0-7 silent"),
            "a.scenario:3: line 1 takes all of this prefix already");
}

}  // namespace
}  // namespace ringsweep::tun::testing
