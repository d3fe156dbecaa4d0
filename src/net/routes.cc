#include "ringsweep/net/routes.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <array>
#include <cerrno>
#include <memory>

#include "ringsweep/base/error.h"
#include "ringsweep/net/socket_address.h"

namespace ringsweep {
namespace {

struct CloseNetlink {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

int take_destination(const nlattr* attribute, void* data) {
  auto& address = *static_cast<Address*>(data);
  if (mnl_attr_get_type(attribute) != RTA_DST) return MNL_CB_OK;
  if (address.is_v4() && mnl_attr_get_payload_len(attribute) >= 4) {
    address = Address::v4(ntohl(mnl_attr_get_u32(attribute)));
  } else if (address.is_v6() && mnl_attr_get_payload_len(attribute) >= 16) {
    address = Address::v6_from_bytes(mnl_attr_get_payload(attribute));
  }
  return MNL_CB_OK;
}

// The kernel leaves the destination out where the prefix is empty.
Address destination_of(const nlmsghdr* header, const rtmsg& route) {
  Address address = route.rtm_family == AF_INET ? Address::v4(0) : Address::v6(0, 0);
  mnl_attr_parse(header, sizeof(rtmsg), take_destination, &address);
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

int add_route(const nlmsghdr* header, void* data) {
  auto& machine = *static_cast<MachineAddresses*>(data);
  const rtmsg& route = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(header));
  if (header->nlmsg_type != RTM_NEWROUTE) return MNL_CB_OK;
  if (route.rtm_family != AF_INET && route.rtm_family != AF_INET6) return MNL_CB_OK;
  if (route.rtm_type == RTN_BROADCAST) {
    machine.add_broadcast(destination_of(header, route));
  } else if (route.rtm_type == RTN_LOCAL) {
    const Address first = destination_of(header, route);
    machine.add_own(first, last_of(first, route.rtm_dst_len));
  }
  return MNL_CB_OK;
}

// Netlink wants its messages on a multiple of 4, and a dump in the largest buffer that the kernel fills.
struct alignas(8) NetlinkBuffer {
  std::array<char, 32768> bytes;
};

[[noreturn]] void throw_netlink() {
  throw system_error("cannot read the routes of this machine (rtnetlink)", errno);
}

}  // namespace

MachineAddresses read_machine_addresses() {
  const std::unique_ptr<mnl_socket, CloseNetlink> socket(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (socket == nullptr || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) throw_netlink();
  NetlinkBuffer buffer;
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.bytes.data());
  request->nlmsg_type = RTM_GETROUTE;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request->nlmsg_seq = 1;
  auto* filter = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(rtmsg)));
  filter->rtm_family = AF_UNSPEC;
  if (mnl_socket_sendto(socket.get(), request, request->nlmsg_len) < 0) throw_netlink();

  MachineAddresses machine;
  int more = MNL_CB_OK;
  while (more > MNL_CB_STOP) {
    const ssize_t length = mnl_socket_recvfrom(socket.get(), buffer.bytes.data(), buffer.bytes.size());
    if (length < 0) throw_netlink();
    more = mnl_cb_run(buffer.bytes.data(), static_cast<std::size_t>(length), 1, mnl_socket_get_portid(socket.get()),
                      add_route, &machine);
    if (more < 0) throw_netlink();
  }
  machine.sort();
  return machine;
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
