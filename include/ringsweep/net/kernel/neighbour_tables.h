// The kernel's tables of neighbours (ARP, neighbour discovery): how many entries they take and have, and how long an
// entry keeps its place (rtnetlink, RTM_GETNEIGHTBL). A table is one for the whole kernel: all network namespaces fill
// it, every one of them is told of it, and the initial one alone can change its size. Set-up code; never fails: what
// the kernel does not tell has its usual value.
#pragma once

#include <cstdint>

#include "ringsweep/base/time.h"

namespace ringsweep {

struct NeighbourTable {
  std::uint64_t size = 1024;  // gc_thresh3
  std::uint64_t entries = 0;  // of all network namespaces
  // How long the kernel asks for a neighbour that does not answer; until then its entry cannot be given up. The
  // longest of this namespace's devices, here as below.
  std::int64_t asking_ns = 3 * ns_per_s;
  // How long a neighbour that answered is held for reachable, at most; until 5 s after that its entry stays.
  std::int64_t reachable_ns = 45 * ns_per_s;
  std::uint64_t overflows = 0;  // new entries that found no room, since the machine was started
};

struct NeighbourTables {
  NeighbourTable v4;
  NeighbourTable v6;
};

NeighbourTables read_neighbour_tables();
// Takes off the entries that the kernel gives up as soon as it needs room, or does not count: those of this namespace,
// since the others' are not told.
void leave_out_spare_entries(NeighbourTables& tables);

}  // namespace ringsweep
