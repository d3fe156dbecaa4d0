#include "ringsweep/output/netbox/netbox_export.h"

#include <gtest/gtest.h>

#include <string>

namespace ringsweep {
namespace {

ResultRow row(const char* address, State state = State::alive, const char* name = "") {
  ResultRow row;
  row.address.address = parse_address(address).value_or(Address{});
  row.name = name;
  row.state = state;
  row.time_ns = 1'795'824'000'000'000'000;  // 2026-11-28T00:00:00Z
  return row;
}

constexpr const char* header = "address,status,dns_name,description\n";

TEST(NetboxExport, has_those_who_are_alive_in_address_order_each_once) {
  NetboxExport netbox;
  for (const char* address : {"2001:db8::1", "10.0.0.10", "10.0.0.9", "10.0.0.10"}) netbox.add_row(row(address), "");
  netbox.add_row(row("10.0.0.1", State::other_source), "");
  netbox.add_row(row("10.0.0.2", State::unreachable), "");
  EXPECT_EQ(netbox.text(), std::string(header) +
                               "10.0.0.9/32,active,,ringsweep 2026-11-28\n"
                               "10.0.0.10/32,active,,ringsweep 2026-11-28\n"
                               "2001:db8::1/128,active,,ringsweep 2026-11-28\n");
  EXPECT_EQ(netbox.exported(), 3U);
}

TEST(NetboxExport, leaves_out_what_is_known_with_whatever_mask) {
  NetboxExport netbox;
  for (const char* known : {"10.0.0.1/24", "10.0.0.2/32", "10.0.0.3", "2001:DB8:0:0::1/64"})
    EXPECT_TRUE(netbox.add_known(known)) << known;
  for (const char* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::1"}) netbox.add_row(row(address), "");
  EXPECT_EQ(netbox.text(), header);
  EXPECT_EQ(netbox.known(), 4U);
}

TEST(NetboxExport, takes_the_mask_of_the_longest_prefix) {
  NetboxExport netbox;
  for (const char* prefix : {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.128/25", "0.0.0.0/0", "::/0", "2001:db8::/32",
                             "2001:db8::/64", "192.0.2.77/24"})
    EXPECT_TRUE(netbox.add_prefix(prefix)) << prefix;
  for (const char* address :
       {"10.9.9.9", "10.1.2.127", "10.1.2.128", "11.0.0.1", "2001:db8::5", "2001:db8:1::5", "2001:db9::", "192.0.2.1"})
    netbox.add_row(row(address), "");
  const std::string rest = ",active,,ringsweep 2026-11-28\n";
  EXPECT_EQ(netbox.text(), header + ("10.1.2.127/16" + rest) + "10.1.2.128/25" + rest + "10.9.9.9/8" + rest +
                               "11.0.0.1/32" + rest + "192.0.2.1/24" + rest + "2001:db8::5/64" + rest +
                               "2001:db8:1::5/32" + rest + "2001:db9::/128" + rest);
}

TEST(NetboxExport, leaves_out_addresses_of_no_inventory) {
  NetboxExport netbox;
  for (const char* address : {"127.0.0.1", "169.254.1.1", "224.0.0.1", "::1", "fe80::1", "ff02::1", "0.0.0.0"})
    netbox.add_row(row(address), "");
  EXPECT_EQ(netbox.text(), header);
  EXPECT_EQ(netbox.left_out(), 7U);
}

TEST(NetboxExport, has_names_in_small_letters_where_netbox_takes_them) {
  NetboxExport netbox;
  netbox.add_row(row("10.0.0.1", State::alive, "Host_1.Example.ORG."), "other");
  netbox.add_row(row("10.0.0.2"), "PTR.example.org");
  netbox.add_row(row("10.0.0.3", State::alive, "a b"), "");
  netbox.add_row(row("10.0.0.4", State::alive, "a..b"), "");
  netbox.add_row(row("10.0.0.5", State::alive, "\xc3\xa4.org"), "");
  netbox.add_row(row("10.0.0.6"), "");
  netbox.add_row(row("10.0.0.6", State::alive, "six"), "");
  netbox.add_row(row("10.0.0.7", State::alive, std::string(256, 'a').c_str()), "");
  const std::string rest = ",ringsweep 2026-11-28\n";
  EXPECT_EQ(netbox.text(), header + ("10.0.0.1/32,active,host_1.example.org" + rest) +
                               "10.0.0.2/32,active,ptr.example.org" + rest + "10.0.0.3/32,active," + rest +
                               "10.0.0.4/32,active," + rest + "10.0.0.5/32,active," + rest + "10.0.0.6/32,active,six" +
                               rest + "10.0.0.7/32,active," + rest);
  EXPECT_EQ(netbox.names_left_out(), 4U);
}

TEST(NetboxExport, knows_what_is_no_address_and_no_prefix) {
  NetboxExport netbox;
  for (const char* text :
       {"", "10.0.0.1/33", "10.0.0.1/", "10.0.0/24", "host", "10.0.0.1/-1", "10.0.0.1/24/24", "::/129"}) {
    EXPECT_FALSE(netbox.add_known(text)) << text;
    EXPECT_FALSE(netbox.add_prefix(text)) << text;
  }
}

}  // namespace
}  // namespace ringsweep
