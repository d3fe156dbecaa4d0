#include "tun/rule_table.h"

#include <gtest/gtest.h>

#include "tun/address_hash.h"

namespace ringsweep::tun::testing {
namespace {

// Lines of the rules that an address meets; 0: none.
class Lines {
 public:
  explicit Lines(const std::string& text) : scenario_(parse_scenario("test", text)), table_(scenario_) {}

  unsigned operator()(const std::string& address, std::uint32_t probe = 1) const {
    const Rule* rule = table_.find(*parse_address(address), probe);
    return rule ? rule->line : 0;
  }

 private:
  Scenario scenario_;
  RuleTable table_;
};

TEST(RuleTable, the_most_specific_prefix_decides) {
  const Lines line("10.0.0.0/8 alive\n10.1.0.0/16 silent\n10.1.2.3 alive\n10.1.2.0/24 alive\n0.0.0.0/0 silent");
  EXPECT_EQ(line("10.1.2.3"), 3U);
  EXPECT_EQ(line("10.1.2.4"), 4U);
  EXPECT_EQ(line("10.1.3.4"), 2U);
  EXPECT_EQ(line("10.2.3.4"), 1U);
  EXPECT_EQ(line("192.0.2.1"), 5U);
  EXPECT_EQ(line("fd78::1"), 0U);
}

TEST(RuleTable, v6) {
  const Lines line("fd78::/16 alive\nfd78:0:0:1::/64 silent\nfd78::1 silent\n::/0 alive");
  EXPECT_EQ(line("fd78::1"), 3U);
  EXPECT_EQ(line("fd78::2"), 1U);
  EXPECT_EQ(line("fd78:0:0:1:ffff:ffff:ffff:ffff"), 2U);
  EXPECT_EQ(line("fd79::1"), 4U);
  EXPECT_EQ(line("10.0.0.1"), 0U);
}

TEST(RuleTable, selectors_are_asked_in_the_order_of_the_file_and_then_the_shorter_prefix) {
  const Lines line("10.1.0.0/16 last 0-77 alive\n10.1.0.0/16 last 50-99 silent\n10.0.0.0/8 alive");
  EXPECT_EQ(line("10.1.9.0"), 1U);
  EXPECT_EQ(line("10.1.9.77"), 1U);
  EXPECT_EQ(line("10.1.9.78"), 2U);
  EXPECT_EQ(line("10.1.9.100"), 3U);
}

TEST(RuleTable, number_of_the_probe) {
  const Lines line("10.1.0.0/16 probe 1-2 silent\n10.1.0.0/16 alive");
  EXPECT_EQ(line("10.1.0.1", 1), 1U);
  EXPECT_EQ(line("10.1.0.1", 2), 1U);
  EXPECT_EQ(line("10.1.0.1", 3), 2U);
}

TEST(RuleTable, shares) {
  // The classes of address_hash_test.
  const Lines line("10.1.0.0/16 share 0-699 alive\n10.1.0.0/16 share 700-999 silent\nfd78::/64 share 0-228 alive");
  EXPECT_EQ(line("10.1.0.0"), 1U);
  EXPECT_EQ(line("10.1.0.1"), 2U);
  EXPECT_EQ(line("fd78::1"), 0U);
}

// Expected values: share_class of tests/support/tun.py.
TEST(AddressHash, classes) {
  EXPECT_EQ(share_class(*parse_address("10.1.0.0"), 0), 637U);
  EXPECT_EQ(share_class(*parse_address("10.1.0.1"), 0), 763U);
  EXPECT_EQ(share_class(*parse_address("10.1.255.255"), 7), 192U);
  EXPECT_EQ(share_class(*parse_address("fd78::1"), 0), 229U);
  EXPECT_EQ(share_class(*parse_address("fd78::1"), std::uint64_t{1} << 40), 429U);
}

TEST(AddressHash, draws_depend_on_probe_stream_and_seed) {
  const Address address = *parse_address("10.1.0.7");
  EXPECT_DOUBLE_EQ(draw(address, 1, 512, 1), 0.42350219852201954);
  EXPECT_DOUBLE_EQ(draw(address, 2, 512, 1), 0.3057105331138028);
  EXPECT_NE(draw(address, 1, 513, 1), draw(address, 1, 512, 1));
  EXPECT_NE(draw(address, 1, 512, 2), draw(address, 1, 512, 1));
}

}  // namespace
}  // namespace ringsweep::tun::testing
