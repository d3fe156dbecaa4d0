// On-link targets under the guard: the kernel's neighbour table is modelled by what the sweep may have unresolved.
#include <gtest/gtest.h>

#include <map>

#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

constexpr std::int64_t ms = ns_per_ms;

struct OnLinkNetwork {
  OnLinkNetwork() {
    prefixes.add(Address::v4(0xc0a80000), Address::v4(0xc0a8ffff));
    prefixes.sort();
  }
  static bool is_on_link(const Address& address) { return (address.low >> 16) == 0xc0a8; }
  OnLinkPrefixes prefixes;
};

// Entries that the kernel would hold: from the first probe to an address until 3 s later.
std::uint64_t most_entries(const SimTransport& transport) {
  std::map<Address, std::int64_t> first;
  std::multimap<std::int64_t, int> changes;
  for (const auto& sent : transport.sent()) {
    if (!OnLinkNetwork::is_on_link(sent.to) || !first.emplace(sent.to, sent.at_ns).second) continue;
    changes.emplace(sent.at_ns, 1);
    changes.emplace(sent.at_ns + 3 * ns_per_s, -1);
  }
  int now = 0;
  int most = 0;
  for (const auto& [when, change] : changes) most = std::max(most, now += change);
  return static_cast<std::uint64_t>(most);
}

TEST(SimGuard, unresolved_on_link_targets_stay_under_the_limit_and_all_are_decided) {  // field-bugs 32
  OnLinkNetwork network;
  SimSweepOptions options{.targets = {"192.168.0.0/20"}, .rate = Rate{10'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 800;
  SimSweep sweep(options, {.answers = [](const Address& to, std::uint32_t) {
                   std::vector<SimAnswer> answers;
                   if (to.low % 80 == 0) answers.push_back({.delay_ns = ms});
                   return answers;
                 }});
  sweep.run();
  EXPECT_EQ(sweep.rows(), 4096U);
  EXPECT_EQ(sweep.tally.of(State::alive), 52U);
  EXPECT_LE(most_entries(sweep.transport), 800U);
  EXPECT_TRUE(sweep.worker.was_held_back());
}

TEST(SimGuard, routed_targets_keep_their_rate_while_on_link_ones_are_held_back) {
  OnLinkNetwork network;
  SimSweepOptions options{.targets = {"10.0.0.0/18", "192.168.0.0/20"}, .rate = Rate{10'000'000}};
  options.job.attempts = 1;
  options.on_link = &network.prefixes;
  options.on_link_limit = 100;
  SimSweep sweep(options, {.answers = [](const Address& to, std::uint32_t) {
                   std::vector<SimAnswer> answers;
                   if (!OnLinkNetwork::is_on_link(to)) answers.push_back({.delay_ns = ms});
                   return answers;
                 }});
  sweep.run();
  std::int64_t last_routed_ns = 0;
  for (const auto& sent : sweep.transport.sent())
    if (!OnLinkNetwork::is_on_link(sent.to)) last_routed_ns = sent.at_ns;
  // 16,384 routed targets at 10k pps: 1.64 s, beside a handful of on-link ones.
  EXPECT_LT(last_routed_ns - sweep.transport.sent().front().at_ns, 1'750 * ms);
  EXPECT_EQ(sweep.tally.of(State::alive), 16'384U);
  EXPECT_EQ(sweep.tally.of(State::no_reply), 4'096U);
  EXPECT_LE(most_entries(sweep.transport), 100U);
}

TEST(SimGuard, a_sweep_under_the_limit_is_not_slowed) {
  OnLinkNetwork network;
  SimSweepOptions options{.targets = {"192.168.1.0/24"}, .rate = Rate{1'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 800;
  SimSweep sweep(options, {.answers = [](const Address&, std::uint32_t) { return std::vector<SimAnswer>{}; }});
  sweep.run();
  EXPECT_FALSE(sweep.worker.was_held_back());
  EXPECT_EQ(sweep.tally.of(State::no_reply), 256U);
}

class FixedNeighbours : public NeighbourView {
 public:
  NeighbourState state_of(const Address& address) const override {
    if (address == Address::v4(0xc0a80001) || address == Address::v6(0xfd77000000000000, 1))
      return NeighbourState::valid;
    return address == Address::v4(0xc0a80002) ? NeighbourState::failed : NeighbourState::unknown;
  }
};

TEST(SimGuard, a_silent_target_whose_neighbour_entry_is_valid_is_there_all_the_same) {  // field-bugs 45
  FixedNeighbours neighbours;
  SimSweepOptions options{.targets = {"192.168.0.1-3", "fd77::1"}};
  options.neighbours = &neighbours;
  SimSweep sweep(options, {.answers = [](const Address&, std::uint32_t) { return std::vector<SimAnswer>{}; }});
  sweep.run();
  EXPECT_EQ(sweep.row("192.168.0.1").reason, Reason::arp_reply);
  EXPECT_EQ(sweep.row("192.168.0.2").reason, Reason::no_neighbour);
  EXPECT_EQ(sweep.row("192.168.0.3").reason, Reason::timeout);
  EXPECT_EQ(sweep.row("fd77::1").reason, Reason::nd_reply);
  EXPECT_EQ(sweep.tally.of(State::no_reply), 4U);
}

}  // namespace
}  // namespace ringsweep
