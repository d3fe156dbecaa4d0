// What the kernel says of this machine's addresses and interfaces, read once at start (rtnetlink). Set-up code: throws
// Error (exit 4).
#pragma once

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/jobs/neighbours.h"

namespace ringsweep {

// All routes of type broadcast and local in this network namespace, of every table; but of the tables that rules give
// to some packets, only the local routes that the kernel made of our addresses. Sorted.
MachineAddresses read_machine_addresses();

// What this machine reaches without a router on links that resolve addresses: the unicast routes of every table that
// have no gateway; a default route without one makes everything on-link. Sorted.
OnLinkPrefixes read_on_link_prefixes();

// The interfaces of this network namespace.
ZoneNames read_zone_names();

}  // namespace ringsweep
