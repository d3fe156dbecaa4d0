#include "ringsweep/core/targets/private_networks.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace ringsweep {
namespace {

struct Range {
  Address first;
  Address last;
};

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

// In order, for each family.
const std::array<Range, 5> private_v4 = {{
    {Address::v4(0x0a000000), Address::v4(0x0affffff)},  // 10.0.0.0/8
    {Address::v4(0x7f000000), Address::v4(0x7fffffff)},  // 127.0.0.0/8
    {Address::v4(0xa9fe0000), Address::v4(0xa9feffff)},  // 169.254.0.0/16
    {Address::v4(0xac100000), Address::v4(0xac1fffff)},  // 172.16.0.0/12
    {Address::v4(0xc0a80000), Address::v4(0xc0a8ffff)},  // 192.168.0.0/16
}};
const std::array<Range, 3> private_v6 = {{
    {Address::v6(0, 1), Address::v6(0, 1)},                                           // ::1
    {Address::v6(0xfc00000000000000, 0), Address::v6(0xfdffffffffffffff, all_ones)},  // fc00::/7
    {Address::v6(0xfe80000000000000, 0), Address::v6(0xfebfffffffffffff, all_ones)},  // fe80::/10
}};

Address next(Address address) {
  if (++address.low == 0) ++address.high;
  return address;
}
Address before(Address address) {
  if (address.low-- == 0) --address.high;
  return address;
}

template <std::size_t count>
std::optional<std::string> public_range(const TargetSet& targets, const std::array<Range, count>& ranges,
                                        const Address& lowest, const Address& highest) {
  const auto has = [&](const Address& first, const Address& last) -> std::optional<std::string> {
    if (first > last || !targets.has_any(first, last)) return std::nullopt;
    return fmt::format("{} to {}", to_text(first), to_text(last));
  };
  Address from = lowest;
  for (const Range& range : ranges) {
    if (auto found = has(from, before(range.first))) return found;
    from = next(range.last);
  }
  return has(from, highest);
}

}  // namespace

bool is_private(const Address& address) {
  const Address plain = address.without_zone();
  const auto inside = [&](const Range& range) { return range.first <= plain && plain <= range.last; };
  return plain.is_v4() ? std::any_of(private_v4.begin(), private_v4.end(), inside)
                       : std::any_of(private_v6.begin(), private_v6.end(), inside);
}

std::optional<std::string> public_range_of(const TargetSet& targets) {
  if (auto found = public_range(targets, private_v4, Address::v4(0), Address::v4(0xffffffff))) return found;
  return public_range(targets, private_v6, Address::v6(0, 0), Address::v6(all_ones, all_ones));
}

}  // namespace ringsweep
