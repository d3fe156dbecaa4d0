// What is known about targets on this machine's own links: which addresses are on-link, and whether a host has the
// address (ARP, neighbour discovery). Pure; `net` fills it from the kernel.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/time.h"

namespace ringsweep {

// The prefixes that this machine reaches without a router, on links that resolve addresses (no loopback, no
// point-to-point link). Conservative: where a more specific route leads elsewhere, the prefix still counts as on-link.
class OnLinkPrefixes {
 public:
  void add(const Address& first, const Address& last);
  // Call once after the last add.
  void sort();
  bool empty() const { return ranges_.empty(); }
  bool contains(const Address& address) const;
  // Sorted and disjoint.
  const std::vector<std::pair<Address, Address>>& ranges() const { return ranges_; }

 private:
  std::vector<std::pair<Address, Address>> ranges_;  // sorted, and merged by sort()
};

enum class NeighbourState : std::uint8_t {
  unknown,
  valid,   // it answered ARP or ND, during the sweep or so recently that the kernel still considers it reachable
  failed,  // no host has this address
  asked,   // known from long ago: the kernel asks again some seconds after its entry was used
};

// The kernel does not evict an entry that changed more recently than this, unless it has failed.
inline constexpr std::int64_t fresh_neighbour_ns = 5 * ns_per_s;

// Thread-safe; asked once for each on-link target that did not answer.
class NeighbourView {
 public:
  virtual ~NeighbourView() = default;
  virtual NeighbourState state_of(const Address& address) const = 0;
};

}  // namespace ringsweep
