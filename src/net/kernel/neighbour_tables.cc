#include "ringsweep/net/kernel/neighbour_tables.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "net/kernel/neighbour_message.h"
#include "net/kernel/netlink.h"
#include "ringsweep/core/jobs/neighbours.h"

namespace ringsweep {
namespace {

std::uint64_t number_in(const nlattr& attribute) {
  const std::size_t size = mnl_attr_get_payload_len(&attribute);
  if (size >= sizeof(std::uint64_t)) return mnl_attr_get_u64(&attribute);
  return size >= sizeof(std::uint32_t) ? mnl_attr_get_u32(&attribute) : 0;
}

// How one device asks for its neighbours.
void take_times(const nlattr& parameters, NeighbourTable& table) {
  std::uint64_t requests = 0, apart_ms = 0, reachable_ms = 0;
  each_attribute(mnl_attr_get_payload(&parameters), mnl_attr_get_payload_len(&parameters), [&](const nlattr& one) {
    switch (mnl_attr_get_type(&one)) {
      case NDTPA_APP_PROBES:
      case NDTPA_MCAST_PROBES:
        requests += number_in(one);
        break;
      case NDTPA_RETRANS_TIME:
        apart_ms = number_in(one);
        break;
      case NDTPA_BASE_REACHABLE_TIME:
        reachable_ms = number_in(one);
        break;
      default:
        break;
    }
  });
  // A setting of weeks is nonsense that must not overflow.
  const auto time_ns = [](std::uint64_t ms) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(ms, 1'000'000'000)) * ns_per_ms;
  };
  table.asking_ns = std::max(table.asking_ns, time_ns(requests * apart_ms));
  // The kernel takes something between half and one and a half of it, and something else every five minutes.
  table.reachable_ns = std::max(table.reachable_ns, time_ns(reachable_ms / 2 * 3));
}

void take_table(const nlmsghdr& message, NeighbourTables& tables) {
  const ndtmsg& header = *static_cast<const ndtmsg*>(mnl_nlmsg_get_payload(&message));
  if (header.ndtm_family != AF_INET && header.ndtm_family != AF_INET6) return;
  NeighbourTable& table = header.ndtm_family == AF_INET ? tables.v4 : tables.v6;
  each_attribute(message, sizeof(ndtmsg), [&table](const nlattr& attribute) {
    const void* payload = mnl_attr_get_payload(&attribute);
    const std::size_t size = mnl_attr_get_payload_len(&attribute);
    switch (mnl_attr_get_type(&attribute)) {
      case NDTA_THRESH3:
        table.size = number_in(attribute);
        break;
      case NDTA_CONFIG:
        if (size >= sizeof(ndt_config)) table.entries = static_cast<const ndt_config*>(payload)->ndtc_entries;
        break;
      case NDTA_PARMS:
        take_times(attribute, table);
        break;
      case NDTA_STATS:
        if (size < sizeof(ndt_stats)) break;
        // 64 bits, of which netlink does not promise that they are aligned.
        std::memcpy(&table.overflows, static_cast<const char*>(payload) + offsetof(ndt_stats, ndts_table_fulls),
                    sizeof(std::uint64_t));
        break;
      default:
        break;
    }
  });
}

// The kernel gives this entry up as soon as it needs room, or does not count it.
bool takes_no_room(const Sighting& entry) {
  if (entry.told()) return true;
  return entry.users == 0 && ((entry.state & NUD_FAILED) != 0 || entry.changed_ago_ns > fresh_neighbour_ns);
}

}  // namespace

NeighbourTables read_neighbour_tables() {
  NeighbourTables tables;
  for (NeighbourTable* table : {&tables.v4, &tables.v6}) table->asking_ns = table->reachable_ns = 0;
  dump_netlink(RTM_GETNEIGHTBL, sizeof(ndtmsg), [&tables](const nlmsghdr& message) {
    if (message.nlmsg_type == RTM_NEWNEIGHTBL) take_table(message, tables);
  });
  const NeighbourTable usual;
  for (NeighbourTable* table : {&tables.v4, &tables.v6}) {
    if (table->asking_ns == 0) table->asking_ns = usual.asking_ns;
    if (table->reachable_ns == 0) table->reachable_ns = usual.reachable_ns;
  }
  return tables;
}

void leave_out_spare_entries(NeighbourTables& tables) {
  // A dump may show an entry twice.
  std::set<Address> spare;
  dump_netlink(RTM_GETNEIGH, sizeof(ndmsg), [&spare](const nlmsghdr& message) {
    const auto entry = read_sighting(message);
    if (entry && takes_no_room(*entry)) spare.insert(entry->address);
  });
  for (const Address& address : spare) {
    NeighbourTable& table = address.is_v4() ? tables.v4 : tables.v6;
    if (table.entries > 0) --table.entries;
  }
}

}  // namespace ringsweep
