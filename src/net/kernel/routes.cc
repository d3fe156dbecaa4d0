#include "ringsweep/net/kernel/routes.h"

#include <net/if.h>

#include <cerrno>
#include <memory>
#include <unordered_set>

#include "net/kernel/netlink.h"
#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

using Links = std::unordered_set<std::uint32_t>;

// The kernel leaves the destination out where the prefix is empty.
Address destination_of(const nlmsghdr& message, const rtmsg& route) {
  Address address = route.rtm_family == AF_INET ? Address::v4(0) : Address::v6(0, 0);
  each_attribute(message, sizeof(rtmsg), [&address](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == RTA_DST) read_address(attribute, address);
  });
  return address;
}

Address last_of(const Address& first, unsigned prefix_length) {
  if (first.is_v4()) {
    const std::uint32_t hosts = prefix_length >= 32 ? 0 : ~std::uint32_t{0} >> prefix_length;
    return Address::v4(first.v4_value() | hosts);
  }
  const u128 hosts = prefix_length >= 128 ? 0 : ~u128{0} >> prefix_length;
  const u128 last = first.value() | hosts;
  return Address::v6(static_cast<std::uint64_t>(last >> 64), static_cast<std::uint64_t>(last));
}

// `take(message, route)` for each IPv4 and IPv6 route of every table.
template <typename Take>
void each_route(Take take) {
  const bool read = dump_netlink(RTM_GETROUTE, sizeof(rtmsg), [&take](const nlmsghdr& message) {
    const rtmsg& route = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
    if (message.nlmsg_type != RTM_NEWROUTE) return;
    if (route.rtm_family == AF_INET || route.rtm_family == AF_INET6) take(message, route);
  });
  if (!read) throw system_error("cannot read the routes of this machine (rtnetlink)", errno);
}

// The interfaces that ask for a neighbour's hardware address (ARP, neighbour discovery).
Links links_that_resolve() {
  Links links;
  const bool read = dump_netlink(RTM_GETLINK, sizeof(ifinfomsg), [&links](const nlmsghdr& message) {
    const ifinfomsg& link = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
    if (message.nlmsg_type != RTM_NEWLINK) return;
    if ((link.ifi_flags & (IFF_NOARP | IFF_LOOPBACK | IFF_POINTOPOINT)) != 0) return;
    links.insert(static_cast<std::uint32_t>(link.ifi_index));
  });
  if (!read) throw system_error("cannot read the interfaces of this machine (rtnetlink)", errno);
  return links;
}

bool is_gateway(const nlattr& attribute) {
  const unsigned type = mnl_attr_get_type(&attribute);
  return type == RTA_GATEWAY || type == RTA_VIA;
}

// One of the ways of a multipath route leads to a neighbour directly.
bool has_direct_hop(const nlattr& multipath, const Links& links) {
  const auto* bytes = static_cast<const char*>(mnl_attr_get_payload(&multipath));
  std::size_t left = mnl_attr_get_payload_len(&multipath);
  while (left >= sizeof(rtnexthop)) {
    const auto* hop = static_cast<const rtnexthop*>(static_cast<const void*>(bytes));
    const std::size_t size = hop->rtnh_len, step = align_netlink(size);
    if (size < sizeof(rtnexthop) || size > left) return false;
    bool gateway = false;
    each_attribute(bytes + sizeof(rtnexthop), size - sizeof(rtnexthop),
                   [&gateway](const nlattr& attribute) { gateway = gateway || is_gateway(attribute); });
    if (!gateway && links.count(static_cast<std::uint32_t>(hop->rtnh_ifindex)) != 0) return true;
    if (step >= left) return false;
    bytes += step;
    left -= step;
  }
  return false;
}

// Routes over nexthop objects tell their device and gateway like others, unless net.ipv4.nexthop_compat_mode is off:
// then they look as if they led nowhere and are left out. The networks of our own addresses never use such objects.
bool leads_to_neighbours(const nlmsghdr& message, const Links& links) {
  bool gateway = false, direct_hop = false;
  std::uint32_t device = 0;
  each_attribute(message, sizeof(rtmsg), [&](const nlattr& attribute) {
    gateway = gateway || is_gateway(attribute);
    if (mnl_attr_get_type(&attribute) == RTA_OIF) device = mnl_attr_get_u32(&attribute);
    if (mnl_attr_get_type(&attribute) == RTA_MULTIPATH) direct_hop = has_direct_hop(attribute, links);
  });
  return direct_hop || (!gateway && links.count(device) != 0);
}

// Of the tables that only some packets are looked up in, those of a VRF hold local routes that the kernel made of our
// addresses. What others put there catches packets on their way through ("local default dev lo" of transparent
// proxies): the addresses are not ours.
bool is_of_own_addresses(const rtmsg& route) {
  if (route.rtm_type != RTN_LOCAL) return false;
  const bool for_all_packets =
      route.rtm_table == RT_TABLE_LOCAL || route.rtm_table == RT_TABLE_MAIN || route.rtm_table == RT_TABLE_DEFAULT;
  return for_all_packets || route.rtm_protocol == RTPROT_KERNEL;
}

}  // namespace

MachineAddresses read_machine_addresses() {
  MachineAddresses machine;
  each_route([&machine](const nlmsghdr& message, const rtmsg& route) {
    if (route.rtm_type == RTN_BROADCAST) {
      machine.add_broadcast(destination_of(message, route));
    } else if (is_of_own_addresses(route)) {
      const Address first = destination_of(message, route);
      machine.add_own(first, last_of(first, route.rtm_dst_len));
    }
  });
  machine.sort();
  return machine;
}

OnLinkPrefixes read_on_link_prefixes() {
  const Links links = links_that_resolve();
  OnLinkPrefixes prefixes;
  each_route([&](const nlmsghdr& message, const rtmsg& route) {
    if (route.rtm_type != RTN_UNICAST || !leads_to_neighbours(message, links)) return;
    const Address first = destination_of(message, route);
    prefixes.add(first, last_of(first, route.rtm_dst_len));
  });
  prefixes.sort();
  return prefixes;
}

ZoneNames read_zone_names() {
  ZoneNames names;
  struct Free {
    void operator()(struct if_nameindex* list) const { if_freenameindex(list); }
  };
  const std::unique_ptr<struct if_nameindex, Free> list(if_nameindex());
  if (list == nullptr) throw system_error("cannot read the interfaces of this machine", errno);
  for (const struct if_nameindex* entry = list.get(); entry->if_index != 0; ++entry) {
    names.add(entry->if_index, entry->if_name);
  }
  return names;
}

}  // namespace ringsweep
