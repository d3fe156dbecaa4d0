#include "ringsweep/net/kernel/neighbours.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "netns/net/two_hosts.h"
#include "ringsweep/net/kernel/routes.h"

namespace ringsweep::testing {
namespace {

bool becomes_valid(const NeighbourWatch& watch, const Address& address) {
  return becomes([&] { return watch.state_of(address) == NeighbourState::valid; });
}

bool becomes_failed(const NeighbourWatch& watch, const Address& address) {
  return becomes([&] { return watch.state_of(address) == NeighbourState::failed; });
}

// Whether the kernel answers for `address` is known before the watch begins.
void learn_before(const TwoHosts& hosts, const Address& address, NeighbourState state) {
  const NeighbourWatch earlier(read_on_link_prefixes());
  hosts.use(address);
  ASSERT_TRUE(becomes([&] { return earlier.state_of(address) == state; })) << to_text(address);
}

// field bug 45
TEST(NeighbourWatched, who_answers_arp_is_valid_also_where_it_drops_echo_and_who_is_absent_has_failed) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add 198.19.40.1/24 dev far\naddr add 198.19.40.2/24 dev far\n");
    hosts.drop_all_for(v4("198.19.40.2"));
    const NeighbourWatch watch(read_on_link_prefixes());
    for (const char* target : {"198.19.40.1", "198.19.40.2", "198.19.40.3"}) {
      EXPECT_EQ(watch.state_of(v4(target)), NeighbourState::unknown);
      hosts.use(v4(target));
    }
    EXPECT_TRUE(becomes_valid(watch, v4("198.19.40.1")));
    EXPECT_TRUE(becomes_valid(watch, v4("198.19.40.2")));
    EXPECT_TRUE(becomes_failed(watch, v4("198.19.40.3")));
    EXPECT_EQ(watch.state_of(v4("198.19.40.4")), NeighbourState::unknown) << "nobody asked for it";
    EXPECT_EQ(watch.mac_of(v4("198.19.40.2")), "02:00:00:00:00:99");
    EXPECT_EQ(watch.mac_of(v4("198.19.40.3")), "");
  });
}

// field bug 45
TEST(NeighbourWatched, neighbour_discovery_tells_the_same_of_ipv6) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add fd78:40::1/64 dev far nodad\naddr add fd78:40::2/64 dev far nodad\n");
    hosts.drop_all_for(v6("fd78:40::2"));
    const NeighbourWatch watch(read_on_link_prefixes());
    for (const char* target : {"fd78:40::1", "fd78:40::2", "fd78:40::3"}) hosts.use(v6(target));
    EXPECT_TRUE(becomes_valid(watch, v6("fd78:40::1")));
    EXPECT_TRUE(becomes_valid(watch, v6("fd78:40::2")));
    EXPECT_TRUE(becomes_failed(watch, v6("fd78:40::3")));
    EXPECT_EQ(watch.mac_of(v6("fd78:40::1")), "02:00:00:00:00:99");
  });
}

TEST(NeighbourWatched, an_address_with_a_zone_is_asked_for_on_that_interface_alone) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add fe80::77/64 dev far nodad\n");
    hosts.here("addr add fe80::1/64 dev near nodad\n");
    const ZoneNames zones = read_zone_names();
    const Address near = *parse_address("fe80::77%near", zones);
    const NeighbourWatch watch(read_on_link_prefixes());
    hosts.use(near);
    EXPECT_TRUE(becomes_valid(watch, near));
    EXPECT_EQ(watch.state_of(*parse_address("fe80::77%near2", zones)), NeighbourState::unknown);
    EXPECT_EQ(watch.state_of(v6("fe80::77")), NeighbourState::valid);
  });
}

TEST(NeighbourWatched, a_neighbour_that_the_kernel_held_for_reachable_before_is_valid) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    learn_before(hosts, v4("198.19.40.1"), NeighbourState::valid);
    const NeighbourWatch watch(read_on_link_prefixes());
    EXPECT_EQ(watch.state_of(v4("198.19.40.1")), NeighbourState::valid);
  });
}

TEST(NeighbourWatched, a_stale_neighbour_counts_only_when_it_answers_again) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    const Address known = v4("198.19.40.1");
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    learn_before(hosts, known, NeighbourState::valid);
    hosts.here("neigh change 198.19.40.1 dev near nud stale\n");
    NeighbourWatch watch(read_on_link_prefixes());
    watch.refresh();
    EXPECT_EQ(watch.state_of(known), NeighbourState::asked);
    EXPECT_EQ(watch.mac_of(known), "02:00:00:00:00:99");
    hosts.use(known);
    EXPECT_TRUE(becomes_valid(watch, known));
  });
}

TEST(NeighbourWatched, a_stale_neighbour_that_is_gone_has_failed_when_the_kernel_asked_in_vain) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    const Address known = v4("198.19.40.1");
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    learn_before(hosts, known, NeighbourState::valid);
    hosts.here("neigh change 198.19.40.1 dev near nud stale\n");
    hosts.there("addr del 198.19.40.1/24 dev far\n");
    const NeighbourWatch watch(read_on_link_prefixes());
    EXPECT_EQ(watch.state_of(known), NeighbourState::asked);
    hosts.use(known);
    EXPECT_TRUE(becomes_failed(watch, known));
  });
}

TEST(NeighbourWatched, one_that_failed_before_and_comes_up_is_valid_and_stays_so) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    const Address late = v4("198.19.40.1");
    learn_before(hosts, late, NeighbourState::failed);
    NeighbourWatch watch(read_on_link_prefixes());
    watch.refresh();
    EXPECT_EQ(watch.state_of(late), NeighbourState::unknown) << "it failed before";
    hosts.use(late);
    ASSERT_TRUE(becomes_failed(watch, late));
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    hosts.use(late);
    ASSERT_TRUE(becomes_valid(watch, late));
    hosts.there("addr del 198.19.40.1/24 dev far\n");
    hosts.here("neigh del 198.19.40.1 dev near\n");
    hosts.use(late);
    // When the second one has failed, so has the first.
    hosts.use(v4("198.19.40.2"));
    ASSERT_TRUE(becomes_failed(watch, v4("198.19.40.2")));
    watch.refresh();
    EXPECT_EQ(watch.state_of(late), NeighbourState::valid);
  });
}

TEST(NeighbourWatched, entries_that_somebody_wrote_or_deleted_say_nothing) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    hosts.here("neigh add 198.19.40.5 lladdr 02:00:00:00:00:05 dev near nud permanent\n");
    learn_before(hosts, v4("198.19.40.1"), NeighbourState::valid);
    hosts.here("neigh change 198.19.40.1 dev near nud stale\n");
    NeighbourWatch watch(read_on_link_prefixes());
    hosts.here(R"(
neigh add 198.19.40.6 lladdr 02:00:00:00:00:06 dev near nud permanent
neigh add 198.19.40.7 lladdr 02:00:00:00:00:07 dev near nud noarp
neigh add fd78:40::7 lladdr 02:00:00:00:00:07 dev near nud permanent
neigh add proxy 198.19.40.8 dev near
neigh del 198.19.40.1 dev near
)");
    watch.refresh();
    // It was stale until its end is announced.
    EXPECT_TRUE(becomes([&] { return watch.state_of(v4("198.19.40.1")) == NeighbourState::unknown; }));
    for (const char* told : {"198.19.40.1", "198.19.40.5", "198.19.40.6", "198.19.40.7", "198.19.40.8", "fd78:40::7"}) {
      EXPECT_EQ(watch.state_of(*parse_address(told)), NeighbourState::unknown) << told;
    }
    EXPECT_EQ(watch.mac_of(v4("198.19.40.5")), "02:00:00:00:00:05");
    EXPECT_TRUE(watch.macs_with_more_than(0).empty());
  });
}

TEST(NeighbourWatched, only_addresses_inside_the_prefixes_are_kept) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add 198.19.40.1/24 dev far\naddr add 198.19.40.2/24 dev far\n");
    OnLinkPrefixes first_alone;
    first_alone.add(v4("198.19.40.0"), v4("198.19.40.1"));
    first_alone.sort();
    NeighbourWatch watch(first_alone);
    const NeighbourWatch all(read_on_link_prefixes());
    hosts.use(v4("198.19.40.1"));
    hosts.use(v4("198.19.40.2"));
    ASSERT_TRUE(becomes_valid(all, v4("198.19.40.2")));
    ASSERT_TRUE(becomes_valid(watch, v4("198.19.40.1")));
    watch.refresh();
    EXPECT_EQ(watch.state_of(v4("198.19.40.2")), NeighbourState::unknown);
    EXPECT_EQ(watch.mac_of(v4("198.19.40.2")), "");
  });
}

TEST(NeighbourWatched, a_hardware_address_that_answers_for_many_is_named) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    // Nine behind one, eight behind the other.
    std::string answered;
    for (int host = 1; host <= 9; ++host) {
      answered += "addr add 198.19.40." + std::to_string(host) + "/24 dev far\n";
      if (host <= 8) answered += "addr add 198.19.41." + std::to_string(host) + "/24 dev far2\n";
    }
    hosts.there(answered);
    const NeighbourWatch watch(read_on_link_prefixes());
    for (std::uint32_t host = 1; host <= 9; ++host) {
      hosts.use(Address::v4(0xc6132800 + host));
      hosts.use(Address::v4(0xc6132900 + host));
    }
    for (std::uint32_t host = 1; host <= 8; ++host) {
      ASSERT_TRUE(becomes_valid(watch, Address::v4(0xc6132800 + host)));
      ASSERT_TRUE(becomes_valid(watch, Address::v4(0xc6132900 + host)));
    }
    ASSERT_TRUE(becomes_valid(watch, v4("198.19.40.9")));
    const std::vector<SharedMac> many = watch.macs_with_more_than(8);
    ASSERT_EQ(many.size(), 1U);
    EXPECT_EQ(many[0].mac, "02:00:00:00:00:99");
    EXPECT_EQ(many[0].addresses, 9U);
    const std::vector<SharedMac> both = watch.macs_with_more_than(7);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].addresses, 9U);
    EXPECT_EQ(both[1].mac, "02:00:00:00:00:88");
    EXPECT_EQ(both[1].addresses, 8U);
  });
}

// What the kernel could not hand out for want of room in the receiver's buffer, in this thread's namespace.
std::uint64_t announcements_dropped() {
  std::ifstream sockets("/proc/thread-self/net/netlink");
  std::string line;
  std::getline(sockets, line);
  std::uint64_t dropped = 0;
  while (std::getline(sockets, line)) {
    // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
    std::istringstream words(line);
    std::string word;
    for (int place = 0; place < 8; ++place) words >> word;
    std::uint64_t drops = 0;
    words >> drops;
    dropped += drops;
  }
  return dropped;
}

TEST(NeighbourWatched, what_lost_announcements_would_have_told_is_read_from_the_table) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    const NeighbourWatch watch(read_on_link_prefixes());
    // This process stands still: first its buffer is filled, then the neighbour is asked for.
    const std::string me = std::to_string(getpid());
    const std::string flood = "kill -STOP " + me + R"(
      for round in {10..49}; do
        for host in {1..200}; do
          echo "neigh replace 198.19.41.$host lladdr 02:00:00:00:01:$round dev near2 nud permanent"
        done
      done | ip -batch -
      echo > /dev/udp/198.19.40.1/9
      kill -CONT )" + me + "\n";
    ASSERT_TRUE(feed("bash", flood.c_str()));
    EXPECT_GT(announcements_dropped(), 0U);
    EXPECT_TRUE(becomes_valid(watch, v4("198.19.40.1")));
    EXPECT_EQ(watch.state_of(v4("198.19.41.1")), NeighbourState::unknown);
  });
}

TEST(NeighbourWatched, needs_no_privilege) {
  NEEDS_LAB();
  with_two_hosts([](const TwoHosts& hosts) {
    hosts.there("addr add 198.19.40.1/24 dev far\n");
    as_nobody([&hosts] {
      const NeighbourWatch watch(read_on_link_prefixes());
      hosts.use(v4("198.19.40.1"));
      EXPECT_TRUE(becomes_valid(watch, v4("198.19.40.1")));
    });
  });
}

}  // namespace
}  // namespace ringsweep::testing
