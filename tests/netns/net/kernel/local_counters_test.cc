#include "ringsweep/net/kernel/local_counters.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "netns/net/lab_namespace.h"
#include "netns/net/own_proc.h"
#include "netns/net/transport/echo_request.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep::testing {
namespace {

class LocalCountersText : public OwnProc {
 protected:
  LocalCounters read() { return LocalCounters::read(proc_.string()); }
};

TEST_F(LocalCountersText, are_found_by_their_names_in_every_format) {
  write("net/snmp",
        "Ip: Forwarding OutDiscards OutNoRoutes\nIp: 2 11 12\n"
        "Icmp: InMsgs OutMsgs\nIcmp: 1 2\n");
  write("net/snmp6", "Ip6InReceives\t7\nIp6OutDiscards   13\nIp6OutNoRoutes\t14\n");
  write("net/stat/nf_conntrack",
        "entries  drop early_drop\n00000003  0000000a 00000009\n00000003  00000010 00000009\n");
  write("net/netstat", "TcpExt: SyncookiesSent IPReversePathFilter\nTcpExt: 0 21\nIpExt: InNoRoutes\nIpExt: 0\n");
  const LocalCounters counters = read();
  EXPECT_EQ(counters.value("IpOutDiscards"), 11U);
  EXPECT_EQ(counters.value("Ip6OutDiscards"), 13U);
  EXPECT_EQ(counters.value("conntrack_drop"), 26U);
  EXPECT_EQ(counters.value("IPReversePathFilter"), 21U);
  EXPECT_EQ(counters.value("nosuch"), std::nullopt);
}

TEST_F(LocalCountersText, what_moved_is_listed_with_its_difference) {
  write("net/snmp", "Ip: OutDiscards\nIp: 5\n");
  write("net/snmp6", "Ip6OutDiscards 6\n");
  const LocalCounters before = read();
  write("net/snmp6", "Ip6OutDiscards 9\n");
  const std::vector<LocalCounters::Moved> moved = read().since(before);
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].name, "Ip6OutDiscards");
  EXPECT_EQ(moved[0].by, 3U);
}

TEST_F(LocalCountersText, files_that_are_missing_or_broken_are_left_out) {
  EXPECT_TRUE(read().since(read()).empty());
  write("net/snmp", "Ip: OutDiscards\n");
  write("net/stat/nf_conntrack", "entries drop\n00000001\nzz zz\n");
  EXPECT_EQ(read().value("IpOutDiscards"), std::nullopt);
  EXPECT_EQ(read().value("conntrack_drop"), std::nullopt);
}

TEST_F(LocalCountersText, the_connection_table_is_read_where_there_is_one) {
  EXPECT_FALSE(read_connection_table(proc_.string()).has_value());
  write("sys/net/netfilter/nf_conntrack_count", "1000\n");
  write("sys/net/netfilter/nf_conntrack_max", "262144\n");
  const auto table = read_connection_table(proc_.string());
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->free(), 261'144U);
  EXPECT_EQ(table->icmp_timeout_s, 30U);
  write("sys/net/netfilter/nf_conntrack_count", "300000\n");
  write("sys/net/netfilter/nf_conntrack_icmp_timeout", "10\n");
  EXPECT_EQ(read_connection_table(proc_.string())->free(), 0U);
  EXPECT_EQ(read_connection_table(proc_.string())->icmp_timeout_s, 10U);
}

TEST(LocalCountersReal, connections_are_tracked_where_a_rule_asks_for_it) {
  NEEDS_LAB();
  const auto table = read_connection_table();
  if (!table) GTEST_SKIP() << "this kernel has no connection table";
  EXPECT_FALSE(connections_are_tracked({0, table->size, 30}));
  EXPECT_TRUE(connections_are_tracked({1, table->size, 30})) << "in use";
  const std::string rules =
      "add table inet t; add chain inet t c { type filter hook output priority 0; }; add rule inet t c ct state invalid drop";
  if (std::system(("nft '" + rules + "'").c_str()) != 0) GTEST_SKIP() << "no nft here";
  EXPECT_TRUE(connections_are_tracked({0, table->size, 30}));
  EXPECT_EQ(std::system("nft delete table inet t"), 0);
}

TEST(LocalCountersReal, count_what_the_queue_of_the_device_refused) {
  NEEDS_LAB();
  const LocalCounters before = LocalCounters::read();
  const FileDescriptor raw(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  const int on = 1;
  ASSERT_EQ(setsockopt(raw.get(), IPPROTO_IP, IP_RECVERR, &on, sizeof on), 0);
  SocketAddress to;
  const socklen_t length = fill_socket_address(v4("198.19.5.9"), 0, to);
  const std::vector<std::byte> bytes = echo_request(Family::v4, 77, 1);
  std::uint64_t refused = 0;
  for (int i = 0; i < 300; ++i) {
    if (sendto(raw.get(), bytes.data(), bytes.size(), MSG_DONTWAIT, &to.any, length) < 0) ++refused;
  }
  EXPECT_GT(refused, 0U);
  const std::vector<LocalCounters::Moved> moved = LocalCounters::read().since(before);
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].name, "IpOutDiscards");
  EXPECT_EQ(moved[0].by, refused);
}

}  // namespace
}  // namespace ringsweep::testing
