#include "engine/links/mac_column.h"

#include <gtest/gtest.h>

#include <map>

namespace ringsweep {
namespace {

// A kernel's table; the watch knows what it held at the last reading.
class MacColumnTest : public testing::Test {
 protected:
  MacColumnTest() {
    prefixes_.add(address("198.18.0.0"), address("198.18.0.255"));
    prefixes_.add(address("fe80::"), address("fe80::ffff:ffff:ffff:ffff"));
    prefixes_.sort();
  }
  static Address address(const char* text) { return parse_address(text).value(); }
  static Verdict verdict(const char* text, State state, Reason reason, std::int64_t time_ns = 0) {
    Verdict verdict;
    verdict.address = address(text);
    verdict.state = state;
    verdict.reason = reason;
    verdict.time_ns = time_ns;
    return verdict;
  }
  static Verdict alive(const char* text, std::int64_t time_ns = 0) {
    return verdict(text, State::alive, Reason::echo_reply, time_ns);
  }

  OnLinkPrefixes prefixes_;
  std::map<Address, std::string> table_, known_;
  std::int64_t now_ns_ = 1000;
  int readings_ = 0;
  MacColumn::Neighbours neighbours_ = {
      [this](const Address& address) { return known_[address]; },
      [this] {
        ++readings_;
        known_ = table_;
      },
      [this] { return now_ns_; },
  };
  MacColumn column_{&prefixes_, neighbours_};
};

TEST_F(MacColumnTest, tells_of_those_that_are_there) {
  known_[address("198.18.0.7")] = "02:00:00:00:00:07";
  known_[address("fe80::7%3")] = "02:00:00:00:00:08";
  EXPECT_EQ(column_.value(alive("198.18.0.7")), "02:00:00:00:00:07");
  EXPECT_EQ(column_.value(alive("fe80::7%3")), "02:00:00:00:00:08");
  EXPECT_EQ(column_.value(verdict("198.18.0.7", State::no_reply, Reason::arp_reply)), "02:00:00:00:00:07");
  EXPECT_EQ(column_.value(verdict("fe80::7%3", State::no_reply, Reason::nd_reply)), "02:00:00:00:00:08");
  for (const auto& [state, reason] :
       {std::pair{State::no_reply, Reason::timeout}, std::pair{State::other_source, Reason::echo_reply},
        std::pair{State::unreachable, Reason::port_unreachable}, std::pair{State::skipped, Reason::excluded}}) {
    EXPECT_EQ(column_.value(verdict("198.18.0.7", state, reason)), "") << to_text(state);
  }
  EXPECT_EQ(readings_, 0);
}

TEST_F(MacColumnTest, does_not_look_where_there_is_no_neighbour) {
  MacColumn without_links(nullptr, neighbours_);
  EXPECT_EQ(without_links.value(alive("198.18.0.7")), "");
  EXPECT_EQ(column_.value(alive("198.18.1.0")), "");
  Verdict unresolved = verdict("198.18.0.7", State::unresolved, Reason::name_unknown);
  unresolved.address = {};
  EXPECT_EQ(column_.value(unresolved), "");
  EXPECT_EQ(readings_, 0);
}

TEST_F(MacColumnTest, reads_the_table_anew_once_for_all_verdicts_that_fell_before) {
  table_[address("198.18.0.7")] = "02:00:00:00:00:07";
  EXPECT_EQ(column_.value(alive("198.18.0.7", 900)), "02:00:00:00:00:07");
  EXPECT_EQ(readings_, 1);
  EXPECT_EQ(column_.value(alive("198.18.0.8", 950)), "");
  EXPECT_EQ(column_.value(alive("198.18.0.9", 999)), "");
  EXPECT_EQ(readings_, 1);
  now_ns_ = 2000;
  table_[address("198.18.0.10")] = "02:00:00:00:00:10";
  EXPECT_EQ(column_.value(alive("198.18.0.10", 1000)), "02:00:00:00:00:10");
  EXPECT_EQ(readings_, 2);
}

}  // namespace
}  // namespace ringsweep
