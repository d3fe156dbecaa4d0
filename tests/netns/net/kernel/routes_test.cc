#include "ringsweep/net/kernel/routes.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include <array>
#include <memory>
#include <vector>

#include "netns/net/lab_namespace.h"
#include "ringsweep/base/error.h"

namespace ringsweep::testing {
namespace {

// field bug 25
TEST(MachineAddressesRead, broadcast_addresses_are_those_of_our_own_networks_alone) {
  NEEDS_LAB();
  const MachineAddresses machine = read_machine_addresses();
  EXPECT_TRUE(machine.is_broadcast(v4("127.255.255.255")));
  EXPECT_TRUE(machine.is_broadcast(v4("198.19.5.255")));
  EXPECT_FALSE(machine.is_broadcast(v4("198.19.5.1")));
  EXPECT_FALSE(machine.is_broadcast(v4("198.19.6.255"))) << "others' are ordinary addresses";
  EXPECT_FALSE(machine.is_broadcast(v4("10.0.0.255")));
}

TEST(MachineAddressesRead, own_addresses_are_whole_local_prefixes_of_both_families) {
  NEEDS_LAB();
  const MachineAddresses machine = read_machine_addresses();
  for (const char* own :
       {"127.0.0.1", "127.3.2.1", "198.19.5.1", "198.18.0.0", "198.18.255.255", "::1", "fd77::1", "fd77:0:9::5"}) {
    EXPECT_TRUE(machine.is_own(*parse_address(own))) << own;
  }
  for (const char* other : {"126.255.255.255", "198.19.5.2", "198.19.0.0", "::2", "fd78::2", "203.0.113.1"}) {
    EXPECT_FALSE(machine.is_own(*parse_address(other))) << other;
  }
}

TEST(MachineAddressesRead, a_local_default_route_of_a_transparent_proxy_makes_no_address_our_own) {
  NEEDS_LAB();
  ASSERT_TRUE(feed("ip -batch -", R"(
route add local default dev lo table 100
route add local ::/0 dev lo table 2004
route add local 203.0.113.0/24 dev lo table main
)"));
  const MachineAddresses machine = read_machine_addresses();
  for (const char* other : {"198.19.5.2", "203.0.112.1", "fd78::2", "::2"}) {
    EXPECT_FALSE(machine.is_own(*parse_address(other))) << other;
  }
  for (const char* own : {"198.19.5.1", "203.0.113.1", "fd78::1"}) {
    EXPECT_TRUE(machine.is_own(*parse_address(own))) << own;
  }
  EXPECT_TRUE(feed("ip -batch -", R"(
route del local 203.0.113.0/24 dev lo table main
route del local ::/0 dev lo table 2004
route del local default dev lo table 100
)"));
}

TEST(MachineAddressesRead, addresses_in_a_vrf_are_our_own) {
  NEEDS_LAB();
  if (!feed("ip -batch -", "link add red type vrf table 77\n")) GTEST_SKIP() << "this kernel has no VRF";
  ASSERT_TRUE(feed("ip -batch -", R"(
link set red up
addr add 192.0.2.7/32 dev red
addr add 2001:db8::7/128 dev red nodad
)"));
  const MachineAddresses machine = read_machine_addresses();
  EXPECT_TRUE(machine.is_own(v4("192.0.2.7")));
  EXPECT_TRUE(machine.is_own(v6("2001:db8::7")));
  EXPECT_TRUE(feed("ip -batch -", "link del red\n"));
}

// A route of so many hops is larger than the largest message of a dump.
bool add_route_of_many_hops(std::uint32_t device) {
  constexpr std::size_t hops = 5000;
  std::vector<char> bytes(hops * sizeof(rtnexthop) + 1024);
  nlmsghdr* message = mnl_nlmsg_put_header(bytes.data());
  message->nlmsg_type = RTM_NEWROUTE;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK;
  auto* route = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(rtmsg)));
  route->rtm_family = AF_INET;
  route->rtm_dst_len = 24;
  route->rtm_table = RT_TABLE_MAIN;
  route->rtm_protocol = RTPROT_STATIC;
  route->rtm_scope = RT_SCOPE_LINK;
  route->rtm_type = RTN_UNICAST;
  mnl_attr_put_u32(message, RTA_DST, htonl(0xc6336400));  // 198.51.100.0
  std::vector<rtnexthop> next(hops, {sizeof(rtnexthop), 0, 0, static_cast<int>(device)});
  mnl_attr_put(message, RTA_MULTIPATH, next.size() * sizeof(rtnexthop), next.data());
  const std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket(mnl_socket_open(NETLINK_ROUTE), mnl_socket_close);
  if (socket == nullptr || mnl_socket_sendto(socket.get(), message, message->nlmsg_len) < 0) return false;
  std::array<char, 8192> answer;
  const ssize_t size = mnl_socket_recvfrom(socket.get(), answer.data(), answer.size());
  return size > 0 && mnl_cb_run(answer.data(), static_cast<std::size_t>(size), 0, 0, nullptr, nullptr) >= 0;
}

TEST(MachineAddressesRead, a_list_that_the_kernel_breaks_off_is_an_error) {
  NEEDS_LAB();
  ASSERT_TRUE(add_route_of_many_hops(*read_zone_names().index_of("near")));
  try {
    read_machine_addresses();
    ADD_FAILURE() << "half a list passes as whole";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "cannot read the routes of this machine (rtnetlink): Message too long");
  }
  EXPECT_TRUE(feed("ip -batch -", "route del 198.51.100.0/24\n"));
}

TEST(ZoneNamesRead, are_the_interfaces_of_this_namespace) {
  NEEDS_LAB();
  const ZoneNames zones = read_zone_names();
  EXPECT_EQ(zones.index_of("lo"), 1U);
  EXPECT_EQ(zones.name_of(1), "lo");
  EXPECT_EQ(zones.index_of("eth0"), std::nullopt);
  EXPECT_EQ(parse_address("fe80::1%lo", zones), Address::v6(0xfe80000000000000, 1, 1));
}

}  // namespace
}  // namespace ringsweep::testing
