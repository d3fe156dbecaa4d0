#include "ringsweep/net/resolve/resolver.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "netns/net/lab_namespace.h"
#include "netns/net/resolve/dns_server.h"

namespace ringsweep::testing {
namespace {

constexpr std::int64_t long_ms = 60'000;

Resolver::Options options_for(const DnsServer& server) {
  Resolver::Options options;
  options.servers = server.address();
  return options;
}

TEST(ResolverNames, each_kind_of_answer_has_its_reason) {
  NEEDS_LAB();
  DnsServer server;
  Resolver::Options options = options_for(server);
  options.timeout_ms = 50;
  options.tries = 1;
  const Resolver resolver({"four-258.lab", "six-4.lab", "none-1.lab", "unknown-1.lab", "broken-1.lab", "silent-1.lab"},
                          options);
  ASSERT_TRUE(resolver.wait_for_all(long_ms));
  EXPECT_EQ(resolver.look_up(0).kind, NameAnswer::Kind::address);
  EXPECT_EQ(resolver.look_up(0).address, v4("198.18.1.2"));
  EXPECT_EQ(resolver.look_up(1).address, v6("fd77::5"));
  const Reason reasons[] = {Reason::name_no_address, Reason::name_unknown, Reason::resolver_failed,
                            Reason::resolver_failed};
  for (std::uint64_t name = 2; name < 6; ++name) {
    EXPECT_EQ(resolver.look_up(name).kind, NameAnswer::Kind::unresolved) << name;
    EXPECT_EQ(resolver.look_up(name).reason, reasons[name - 2]) << name;
    EXPECT_TRUE(resolver.addresses(name).empty());
  }
}

TEST(ResolverNames, families_that_are_not_allowed_are_not_asked_for) {
  NEEDS_LAB();
  DnsServer server;
  Resolver::Options options = options_for(server);
  options.allow_v6 = false;
  const Resolver v4_only({"both-1.lab", "six-1.lab"}, options);
  options.allow_v6 = true;
  options.allow_v4 = false;
  const Resolver v6_only({"both-1.lab", "four-1.lab"}, options);
  ASSERT_TRUE(v4_only.wait_for_all(long_ms) && v6_only.wait_for_all(long_ms));
  EXPECT_EQ(v4_only.addresses(0), (std::vector<Address>{v4("198.18.0.1")}));
  EXPECT_EQ(v4_only.look_up(1).reason, Reason::name_no_address);
  EXPECT_EQ(v6_only.addresses(0), (std::vector<Address>{v6("fd77::2")}));
  EXPECT_EQ(v6_only.look_up(1).reason, Reason::name_no_address);
}

TEST(ResolverNames, all_addresses_are_there_and_the_first_is_one_of_them) {
  NEEDS_LAB();
  DnsServer server;
  const Resolver resolver({"both-7.lab", "two-7.lab"}, options_for(server));
  ASSERT_TRUE(resolver.wait_for_all(long_ms));
  std::vector<Address> both = resolver.addresses(0), two = resolver.addresses(1);
  EXPECT_EQ(resolver.look_up(0).address, both.front());
  std::sort(both.begin(), both.end());
  EXPECT_EQ(both, (std::vector<Address>{v4("198.18.0.7"), v6("fd77::8")}));
  // RFC 6724, rule 1: there is no route to 198.19.0.7 here.
  EXPECT_EQ(two, (std::vector<Address>{v4("198.18.0.7"), v4("198.19.0.7")}));
}

TEST(ResolverNames, localhost_and_the_hosts_file_hold) {
  NEEDS_LAB();
  DnsServer server;
  Resolver::Options options = options_for(server);
  options.allow_v6 = false;
  const Resolver resolver({"localhost"}, options);
  ASSERT_TRUE(resolver.wait_for_all(long_ms));
  EXPECT_EQ(resolver.look_up(0).address, v4("127.0.0.1"));
}

// field bug 39
TEST(ResolverNames, many_are_asked_at_once_but_not_more_than_allowed) {
  NEEDS_LAB();
  DnsServer server;
  Resolver::Options options = options_for(server);
  options.allow_v6 = false;
  options.in_flight_max = 150;
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("slow-" + std::to_string(i) + ".lab");
  const Resolver resolver(names, options);
  ASSERT_TRUE(resolver.wait_for_all(long_ms));
  for (std::uint64_t name = 0; name < names.size(); ++name) {
    EXPECT_EQ(resolver.look_up(name).address, Address::v4(0xc6120000 + static_cast<std::uint32_t>(name)));
  }
  EXPECT_EQ(server.most_waiting(), 150U);
}

// field bug 39
TEST(ResolverNames, of_20000_each_gets_its_own_answer_and_a_slow_one_holds_up_nobody) {
  NEEDS_LAB();
  DnsServer server;
  Resolver::Options options = options_for(server);
  options.allow_v6 = false;
  std::vector<std::string> names{"silent-0.lab"};
  for (int i = 1; i < 20'000; ++i) {
    names.push_back((i % 10 == 0 ? "unknown-" : "four-") + std::to_string(i) + ".lab");
  }
  options.timeout_ms = 60'000;
  const Resolver resolver(names, options);
  EXPECT_EQ(resolver.look_up(0).kind, NameAnswer::Kind::pending);
  while (resolver.look_up(19'999).kind == NameAnswer::Kind::pending) resolver.wait_for_all(10);
  EXPECT_EQ(resolver.look_up(0).kind, NameAnswer::Kind::pending);
  for (std::uint64_t name = 1; name < 19'000; ++name) {
    const NameAnswer answer = resolver.look_up(name);
    if (name % 10 == 0) {
      EXPECT_EQ(answer.reason, Reason::name_unknown) << name;
    } else {
      EXPECT_EQ(answer.address, Address::v4(0xc6120000 + static_cast<std::uint32_t>(name))) << name;
    }
  }
  // Destruction does not wait for the silent one.
}

TEST(ResolverNames, of_a_server_that_is_gone_all_fail) {
  NEEDS_LAB();
  Resolver::Options options;
  {
    DnsServer server;
    options.servers = server.address();
  }
  options.timeout_ms = 50;
  options.tries = 2;
  const Resolver resolver({"four-1.lab", "four-2.lab"}, options);
  ASSERT_TRUE(resolver.wait_for_all(long_ms));
  EXPECT_EQ(resolver.look_up(0).reason, Reason::resolver_failed);
  EXPECT_EQ(resolver.look_up(1).reason, Reason::resolver_failed);
}

TEST(ResolverNames, odd_names_are_unknown_and_no_names_are_done_at_once) {
  NEEDS_LAB();
  DnsServer server;
  Resolver::Options options = options_for(server);
  options.timeout_ms = 50;
  options.tries = 1;
  const Resolver none({}, options);
  EXPECT_TRUE(none.wait_for_all(0));
  const Resolver odd({std::string(300, 'a') + ".lab", "a..b", ""}, options);
  ASSERT_TRUE(odd.wait_for_all(long_ms));
  for (std::uint64_t name = 0; name < 3; ++name) {
    EXPECT_EQ(odd.look_up(name).kind, NameAnswer::Kind::unresolved) << name;
    EXPECT_EQ(odd.look_up(name).reason, Reason::name_unknown) << name;
  }
}

}  // namespace
}  // namespace ringsweep::testing
