#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <variant>

#include "ringsweep/base/quote_text.h"
#include "ringsweep/core/targets/target_parser.h"
#include "tun/rule_words.h"
#include "tun/scenario.h"

namespace ringsweep::tun {
namespace {

constexpr std::size_t max_packet = 65'535;
constexpr std::uint64_t max_probe = std::numeric_limits<std::uint32_t>::max();

// Which answers a modifier makes sense for.
enum class For : std::uint8_t {
  all,
  errors
};

struct Modifier {
  std::string_view word;
  For kind;
  void (*take)(RuleWords& words, Answer& answer, Family family);
};

void take_delay(RuleWords& words, Answer& answer, Family) {
  Delay& delay = answer.timing.delay;
  if (words.skip("uniform")) {
    delay.kind = DelayKind::uniform;
    delay.least_ns = words.duration("delay uniform");
    delay.most_ns = words.duration("delay uniform");
    if (delay.most_ns < delay.least_ns) throw words.error("delay uniform: the second time is less than the first");
  } else if (words.skip("pareto")) {
    delay.kind = DelayKind::pareto;
    delay.least_ns = words.duration("delay pareto");
    delay.shape = words.decimal("delay pareto", 0.01, 100);
    if (words.skip("max")) delay.most_ns = words.duration("delay pareto max");
  } else {
    delay.least_ns = words.duration("delay");
  }
}

void take_from(RuleWords& words, Answer& answer, Family family) {
  if (words.skip("xor")) {
    answer.from_xor = words.number("from xor", {1, family == Family::v4 ? 0xFFFFFFFF : ~std::uint64_t{0}});
  } else {
    answer.from = words.address("from", family);
  }
}

void take_reorder(RuleWords& words, Answer& answer, Family) {
  answer.timing.reorder_share = words.percent("reorder");
  answer.timing.reorder_ns = words.duration("reorder");
}

void take_limit(RuleWords& words, Answer& answer, Family) {
  answer.timing.limit_per_s = words.per_second("limit");
  if (words.skip("burst")) answer.timing.burst = static_cast<double>(words.number("burst", {1, 1'000'000'000}));
}

void take_dup(RuleWords& words, Answer& answer, Family) {
  answer.timing.copies = static_cast<std::uint32_t>(words.number("dup", {1, 1'000'000}));
  if (words.skip("gap")) answer.timing.copy_gap_ns = words.duration("gap");
}

void take_forge(RuleWords& words, Answer& answer, Family family) {
  Forgery& forgery = answer.shape.forgery;
  if (words.skip("payload")) {
    forgery.payload = true;
  } else if (words.skip("replay")) {
    forgery.replay = true;
  } else if (words.skip("byte")) {
    forgery.byte = words.number("forge byte", {0, max_packet});
  } else if (words.skip("sequence")) {
    forgery.add_sequence = static_cast<std::uint16_t>(words.number("forge sequence", {1, 65'535}));
  } else if (words.skip("identifier")) {
    forgery.add_identifier = static_cast<std::uint16_t>(words.number("forge identifier", {1, 65'535}));
  } else if (answer.shape.is_error && words.skip("destination")) {
    forgery.destination = words.address("forge destination", family);
  } else {
    throw words.error(
        fmt::format("forge: {} is not payload, byte, sequence, identifier, replay, or, in an error, destination",
                    quote_text(words.peek())));
  }
  answer.kind = Kind::forged;
}

// IPv4 options are words of 4 bytes, at most 10; an IPv6 options header has words of 8.
std::size_t options_size(RuleWords& words, std::string_view what, Family family) {
  const std::size_t word = family == Family::v4 ? 4 : 8;
  const std::size_t size = words.number(what, {word, family == Family::v4 ? 40U : 256U});
  if (size % word != 0) throw words.error(fmt::format("{}: {} is no multiple of {}", what, size, word));
  return size;
}

constexpr std::array modifiers = {
    Modifier{"from", For::all, take_from},
    Modifier{"delay", For::all, take_delay},
    Modifier{"reorder", For::all, take_reorder},
    Modifier{"loss", For::all, [](RuleWords& words, Answer& a, Family) { a.timing.loss = words.percent("loss"); }},
    Modifier{"limit", For::all, take_limit},
    Modifier{"dup", For::all, take_dup},
    Modifier{"ttl", For::all,
             [](RuleWords& words, Answer& a, Family) {
               a.shape.ttl = static_cast<std::uint8_t>(words.number("ttl", {1, 255}));
             }},
    Modifier{"grow", For::all,
             [](RuleWords& words, Answer& a, Family) {
               a.shape.grow = words.number("grow", {1, max_packet});
             }},
    Modifier{
        "options", For::all,
        [](RuleWords& words, Answer& a, Family family) { a.shape.options = options_size(words, "options", family); }},
    Modifier{"quote", For::errors,
             [](RuleWords& words, Answer& a, Family) {
               a.shape.quote = words.number("quote", {0, max_packet});
             }},
    Modifier{"quote-options", For::errors,
             [](RuleWords& words, Answer& a, Family family) {
               a.shape.quote_options = options_size(words, "quote-options", family);
             }},
    Modifier{"extension", For::errors, [](RuleWords&, Answer& a, Family) { a.shape.extension = true; }},
    Modifier{"mtu", For::errors,
             [](RuleWords& words, Answer& a, Family) {
               a.shape.mtu = static_cast<std::uint32_t>(words.number("mtu", {0, max_packet}));
             }},
    Modifier{"forge", For::all, take_forge},
    Modifier{"cut", For::all,
             [](RuleWords& words, Answer& a, Family) {
               a.shape.cut = words.number("cut", {0, max_packet});
             }},
    Modifier{"length", For::all,
             [](RuleWords& words, Answer& a, Family) { a.shape.length_lie = words.signed_number("length"); }},
    Modifier{"padding", For::all,
             [](RuleWords& words, Answer& a, Family) {
               a.shape.padding = words.number("padding", {1, 1500});
             }},
    Modifier{"wrong-checksum", For::all, [](RuleWords&, Answer& a, Family) { a.shape.wrong_checksum = true; }},
    Modifier{"wrong-ip-checksum", For::all,
             [](RuleWords& words, Answer& a, Family family) {
               if (family == Family::v6) throw words.error("wrong-ip-checksum: IPv6 headers have no checksum");
               a.shape.wrong_ip_checksum = true;
             }},
};

Prefix take_prefix(RuleWords& words) {
  const std::string_view text = words.take("a prefix");
  const TargetSpec spec = parse_target(text);
  if (const auto* bad = std::get_if<BadTarget>(&spec)) {
    throw words.error(fmt::format("{} is no prefix: {}", quote_text(text), bad->reason));
  }
  Address first;
  u128 size = 0;  // less one
  if (const auto* v4 = std::get_if<TargetsV4>(&spec)) {
    first = Address::v4(v4->first);
    size = v4->last - v4->first;
  } else if (const auto* v6 = std::get_if<TargetsV6>(&spec)) {
    first = Address::v6(static_cast<std::uint64_t>(v6->range.first >> 64), static_cast<std::uint64_t>(v6->range.first));
    size = v6->range.last - v6->range.first;
  } else {
    throw words.error(fmt::format("{} is no prefix (ADDRESS or ADDRESS/LENGTH)", quote_text(text)));
  }
  if ((size & (size + 1)) != 0 || (first.value() & size) != 0) {
    throw words.error(fmt::format("{} is a range, but no prefix", quote_text(text)));
  }
  const int host_bits =
      std::popcount(static_cast<std::uint64_t>(size)) + std::popcount(static_cast<std::uint64_t>(size >> 64));
  return {first, (first.is_v4() ? 32U : 128U) - static_cast<unsigned>(host_bits)};
}

Selector take_selector(RuleWords& words) {
  Selector selector;
  while (true) {
    if (words.skip("share")) {
      const NumberRange range = words.range("share", {0, 999});
      selector.first_class = static_cast<unsigned>(range.first);
      selector.last_class = static_cast<unsigned>(range.last);
      if (words.skip("seed")) selector.class_seed = words.number("seed", {0, ~std::uint64_t{0}});
    } else if (words.skip("last")) {
      const NumberRange range = words.range("last", {0, 255});
      selector.first_octet = static_cast<unsigned>(range.first);
      selector.last_octet = static_cast<unsigned>(range.last);
    } else if (words.skip("probe")) {
      const NumberRange range = words.range("probe", {1, max_probe}, true);
      selector.first_probe = static_cast<std::uint32_t>(range.first);
      selector.last_probe = static_cast<std::uint32_t>(range.last);
    } else {
      return selector;
    }
  }
}

void take_modifiers(RuleWords& words, Answer& answer, Family family) {
  std::array<bool, modifiers.size()> taken{};
  while (!words.at_end() && words.peek() != "and") {
    const std::string_view word = words.take("a modifier");
    const auto* modifier =
        std::find_if(modifiers.begin(), modifiers.end(), [&](const Modifier& m) { return m.word == word; });
    if (modifier == modifiers.end()) throw words.error(fmt::format("{} is no modifier of an answer", quote_text(word)));
    if (modifier->kind == For::errors && !answer.shape.is_error) {
      throw words.error(fmt::format("{}: only of an error", word));
    }
    // `forge` may be said several times: a packet can lie about more than one thing.
    bool& twice = taken[static_cast<std::size_t>(modifier - modifiers.begin())];
    if (twice && word != "forge") throw words.error(fmt::format("{}: said twice", word));
    twice = true;
    modifier->take(words, answer, family);
  }
}

Answer take_answer(RuleWords& words, Family family) {
  Answer answer;
  Shape& shape = answer.shape;
  if (words.skip("alive")) {
    shape.type = family == Family::v4 ? 0 : 129;
  } else if (words.skip("error")) {
    std::tie(shape.type, shape.code) = words.type_and_code();
    shape.is_error = true;
    answer.kind = Kind::error;
  } else if (words.at_end()) {
    throw words.error("the line ends where silent, alive or error is wanted");
  } else {
    throw words.error(fmt::format("{} is not silent, alive, error or a selector", quote_text(words.peek())));
  }
  take_modifiers(words, answer, family);
  constexpr std::size_t whole = std::numeric_limits<std::size_t>::max();
  if (shape.cut != whole || shape.length_lie != 0 || shape.wrong_checksum || shape.wrong_ip_checksum ||
      shape.quote < 8) {
    answer.kind = Kind::malformed;
  }
  return answer;
}

Rule take_rule(RuleWords& words, unsigned line) {
  Rule rule;
  rule.line = line;
  rule.prefix = take_prefix(words);
  rule.selector = take_selector(words);
  if (words.skip("silent")) {
    if (!words.at_end()) throw words.error(fmt::format("nothing may follow silent, but {}", quote_text(words.peek())));
    return rule;
  }
  do {
    Answer answer = take_answer(words, rule.prefix.first.family);
    // Room for the draws of one answer (responder.cc), and for more answers a line than anybody writes.
    answer.stream = line * 256 + static_cast<std::uint32_t>(rule.answers.size()) * 4;
    rule.answers.push_back(answer);
    if (rule.answers.size() > 64) throw words.error("more than 64 answers");
  } while (words.skip("and"));
  return rule;
}

// The first earlier rule that takes everything that this one could.
const Rule* hidden_by(const std::vector<Rule>& rules, const Rule& rule) {
  const auto hides = [&](const Rule& earlier) {
    return earlier.prefix == rule.prefix && (earlier.selector == Selector{} || earlier.selector == rule.selector);
  };
  const auto found = std::find_if(rules.begin(), rules.end(), hides);
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace

Scenario parse_scenario(std::string_view name, std::string_view text) {
  Scenario scenario;
  for (unsigned line = 1; !text.empty(); ++line) {
    const std::size_t length = std::min(text.find('\n'), text.size());
    RuleWords words(fmt::format("{}:{}", name, line), text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
    if (words.at_end()) continue;
    Rule rule = take_rule(words, line);
    if (const Rule* earlier = hidden_by(scenario.rules, rule)) {
      throw words.error(fmt::format("line {} takes all of this prefix already", earlier->line));
    }
    scenario.rules.push_back(std::move(rule));
  }
  return scenario;
}

}  // namespace ringsweep::tun
