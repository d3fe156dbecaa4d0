#include "ringsweep/core/jobs/machine_addresses.h"

#include <algorithm>

namespace ringsweep {

void MachineAddresses::add_broadcast(const Address& address) {
  broadcasts_.push_back(address);
}

void MachineAddresses::add_own(const Address& first, const Address& last) {
  own_.emplace_back(first, last);
}

void MachineAddresses::sort() {
  std::sort(broadcasts_.begin(), broadcasts_.end());
}

bool MachineAddresses::is_broadcast(const Address& address) const {
  return std::binary_search(broadcasts_.begin(), broadcasts_.end(), address);
}

bool MachineAddresses::is_own(const Address& address) const {
  // Our own addresses are ours on every interface.
  const Address plain = address.without_zone();
  return std::any_of(own_.begin(), own_.end(), [&](const auto& range) {
    return range.first.family == plain.family && range.first <= plain && plain <= range.second;
  });
}

std::optional<Reason> MachineAddresses::skip_reason(const Address& address) const {
  if (address.is_unspecified()) return Reason::unspecified;
  if (address.is_multicast()) return Reason::multicast;
  if (address == Address::v4(0xffffffffU) || is_broadcast(address)) return Reason::broadcast;
  return std::nullopt;
}

}  // namespace ringsweep
