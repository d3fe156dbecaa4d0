#include "tun/rule_table.h"

#include <algorithm>

namespace ringsweep::tun {

RuleTable::RuleTable(const Scenario& scenario) {
  for (const Rule& rule : scenario.rules) {
    const bool is_v4 = rule.prefix.first.is_v4();
    Levels& levels = is_v4 ? levels_v4_ : levels_v6_;
    const unsigned host_bits = (is_v4 ? 32 : 128) - rule.prefix.length;
    auto level = std::find_if(levels.begin(), levels.end(), [&](const Level& l) { return l.host_bits >= host_bits; });
    if (level == levels.end() || level->host_bits != host_bits) level = levels.insert(level, Level{host_bits, {}});
    level->rules[key(rule.prefix.first, host_bits)].push_back(&rule);
  }
}

const Rule* RuleTable::find(const Address& address, std::uint32_t probe) const {
  for (const Level& level : address.is_v4() ? levels_v4_ : levels_v6_) {
    const auto rules = level.rules.find(key(address, level.host_bits));
    if (rules == level.rules.end()) continue;
    for (const Rule* rule : rules->second) {
      if (rule->selector.matches(address, probe)) return rule;
    }
  }
  return nullptr;
}

}  // namespace ringsweep::tun
