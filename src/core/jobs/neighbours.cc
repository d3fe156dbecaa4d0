#include "ringsweep/core/jobs/neighbours.h"

#include <algorithm>

namespace ringsweep {

// A prefix counts as on-link whatever its interface.
void OnLinkPrefixes::add(const Address& first, const Address& last) {
  ranges_.emplace_back(first.without_zone(), last.without_zone());
}

void OnLinkPrefixes::sort() {
  std::sort(ranges_.begin(), ranges_.end());
  std::vector<std::pair<Address, Address>> merged;
  for (const auto& range : ranges_) {
    if (!merged.empty() && merged.back().first.family == range.first.family && range.first <= merged.back().second) {
      merged.back().second = std::max(merged.back().second, range.second);
    } else {
      merged.push_back(range);
    }
  }
  ranges_ = std::move(merged);
}

bool OnLinkPrefixes::contains(const Address& address) const {
  const Address plain = address.without_zone();
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), plain,
                                      [](const Address& wanted, const auto& range) { return wanted < range.first; });
  // IPv4 comes before IPv6: where the range in front is of the other family, `plain` lies behind its end.
  return after != ranges_.begin() && plain <= std::prev(after)->second;
}

}  // namespace ringsweep
