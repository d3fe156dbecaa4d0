#include <gtest/gtest.h>
#include <unistd.h>

#include "netns/net/two_hosts.h"
#include "ringsweep/net/kernel/routes.h"

namespace ringsweep::testing {
namespace {

bool on_link(const char* address) {
  return read_on_link_prefixes().contains(*parse_address(address));
}

TEST(OnLinkPrefixesRead, are_the_networks_of_our_own_ethernet_links_in_both_families) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts&) {
    // The kernel makes this one itself, a little after the link is up.
    EXPECT_TRUE(becomes([] { return on_link("fe80::1"); }));
    for (const char* near : {"198.19.40.0", "198.19.40.1", "198.19.40.255", "198.19.41.7", "fd78:40::1",
                             "fd78:40::ffff:ffff:ffff:ffff", "fe80::1", "fe80::ffff:ffff:ffff:ffff"}) {
      EXPECT_TRUE(on_link(near)) << near;
    }
    for (const char* far : {"198.19.39.255", "198.19.42.0", "127.0.0.1", "0.0.0.0", "fd78:40:0:1::1", "::1",
                            "::", "fe80:0:0:1::1", "ff02::1"}) {
      EXPECT_FALSE(on_link(far)) << far;
    }
  });
}

TEST(OnLinkPrefixesRead, a_route_counts_where_a_way_of_it_has_no_gateway_in_whatever_table) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.here(R"(
nexthop add id 7 via 198.19.40.1 dev near
nexthop add id 8 dev near
route add 198.18.50.0/24 dev near table 99
route add 198.18.51.0/24 nhid 8
route add 198.18.52.0/24 nexthop via 198.19.40.1 nexthop dev near
route add fd78:50::/64 dev near table 99
route add 198.18.60.0/24 via 198.19.40.1
route add 198.18.61.0/24 nhid 7
route add 198.18.62.0/24 nexthop via 198.19.40.1 nexthop via 198.19.40.2
route add 198.18.63.0/24 via inet6 fe80::99 dev near
route add 198.18.64.0/24 dev lo
route add blackhole 198.18.65.0/24
route add fd78:60::/64 via fd78:40::1
route add fd78:61::/64 nexthop via fd78:40::1 nexthop via fd78:40::2
route add unreachable fd78:62::/64
)");
    for (const char* near : {"198.18.50.1", "198.18.51.1", "198.18.52.1", "fd78:50::1"}) {
      EXPECT_TRUE(on_link(near)) << near;
    }
    for (const char* far : {"198.18.60.1", "198.18.61.1", "198.18.62.1", "198.18.63.1", "198.18.64.1", "198.18.65.1",
                            "fd78:60::1", "fd78:61::1", "fd78:62::1"}) {
      EXPECT_FALSE(on_link(far)) << far;
    }
  });
}

TEST(OnLinkPrefixesRead, a_default_route_without_a_gateway_makes_everything_of_its_family_on_link) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.here("route add default via 198.19.40.1\n");
    EXPECT_FALSE(on_link("203.0.113.1"));
    hosts.here("route add default dev near metric 1000\n");
    EXPECT_TRUE(on_link("203.0.113.1"));
    EXPECT_TRUE(on_link("0.0.0.0"));
    EXPECT_TRUE(on_link("255.255.255.255"));
    EXPECT_FALSE(on_link("2001:db8::1"));
    hosts.here("route add ::/0 dev near\n");
    EXPECT_TRUE(on_link("2001:db8::1"));
  });
}

TEST(OnLinkPrefixesRead, a_link_that_does_not_resolve_addresses_has_no_neighbours) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.here("link set near arp off\n");
    EXPECT_FALSE(on_link("198.19.40.1"));
    EXPECT_TRUE(on_link("198.19.41.1"));
    if (access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "no /dev/net/tun";
    hosts.here(
        "tuntap add mode tun name vpn\nlink set vpn up\n"
        "addr add 198.19.42.1/24 dev vpn\naddr add fd78:42::1/64 dev vpn nodad\n");
    EXPECT_FALSE(on_link("198.19.42.2"));
    EXPECT_FALSE(on_link("fd78:42::2"));
  });
}

}  // namespace
}  // namespace ringsweep::testing
