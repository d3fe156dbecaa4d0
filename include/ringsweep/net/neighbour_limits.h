// How many neighbours (ARP, neighbour discovery) the kernel takes, and how many it has. Its tables are one for the
// whole kernel: other network namespaces fill them too. Set-up code.
#pragma once

#include <cstdint>
#include <string>

namespace ringsweep {

struct NeighbourLimits {
  std::uint64_t gc_thresh3_v4 = 1024;
  std::uint64_t used_v4 = 0;
  std::uint64_t gc_thresh3_v6 = 1024;
  std::uint64_t used_v6 = 0;
};

// Only the initial network namespace tells: elsewhere the kernel's defaults are assumed, and nothing used. `proc` is
// for tests.
NeighbourLimits read_neighbour_limits(const std::string& proc = "/proc");

}  // namespace ringsweep
