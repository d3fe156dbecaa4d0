// What one message of the kernel says of one neighbour: a line of its table (RTM_GETNEIGH), or an announcement.
#pragma once

#include <linux/neighbour.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "net/kernel/netlink.h"
#include "ringsweep/base/address.h"

namespace ringsweep {

struct Sighting {
  Address address;  // the zone is its interface, in both families
  unsigned state = 0;
  unsigned flags = 0;
  std::string mac;  // the bytes; empty: not known
  std::int64_t confirmed_ago_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t changed_ago_ns = std::numeric_limits<std::int64_t>::max();
  std::uint32_t probes = 0;  // how often the kernel has asked
  std::uint32_t users = 0;   // who holds the entry, its own timer included

  // Somebody said so: nobody was asked.
  bool told() const {
    return (state & (NUD_PERMANENT | NUD_NOARP)) != 0 || (flags & (NTF_PROXY | NTF_EXT_LEARNED)) != 0;
  }
};

// Nothing where the message is about something else. Entries that the kernel forgot (RTM_DELNEIGH) say nothing new.
std::optional<Sighting> read_sighting(const nlmsghdr& message);

}  // namespace ringsweep
