// On-link targets under the guard: the kernel's neighbour table is modelled by what the sweep may have unresolved.
#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <map>

#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

struct OnLinkNetwork {
  OnLinkNetwork() {
    prefixes.add(Address::v4(0xc0a80000), Address::v4(0xc0a8ffff));
    prefixes.sort();
  }
  static bool is_on_link(const Address& address) { return (address.low >> 16) == 0xc0a8; }
  OnLinkPrefixes prefixes;
};

// Entries that the kernel could not give up: for an address that no host has, until 3 s after a probe; for one that
// answers (or only answers ARP), until 50 s after the answer.
std::uint64_t most_entries(const SimTransport& transport, const std::function<bool(const Address&)>& is_there) {
  std::map<Address, std::int64_t> until;
  std::multimap<std::int64_t, int> changes;
  for (const auto& sent : transport.sent()) {
    if (!OnLinkNetwork::is_on_link(sent.to)) continue;
    std::int64_t& end_ns = until[sent.to];
    if (sent.at_ns < end_ns) continue;
    end_ns = sent.at_ns + (is_there(sent.to) ? 50 : 3) * ns_per_s;
    changes.emplace(sent.at_ns, 1);
    changes.emplace(end_ns, -1);
  }
  int now = 0;
  int most = 0;
  for (const auto& [when, change] : changes) most = std::max(most, now += change);
  return static_cast<std::uint64_t>(most);
}

bool nobody(const Address&) {
  return false;
}

SimBehaviour answered_by(bool (*is_there)(const Address&)) {
  return {.answers = [is_there](const Address& to, std::uint32_t) {
    std::vector<SimAnswer> answers;
    if (is_there(to)) answers.push_back({.delay_ns = ms});
    return answers;
  }};
}

TEST(SimGuard, unresolved_on_link_targets_stay_under_the_limit_and_all_are_decided) {  // field bug 32
  OnLinkNetwork network;
  const auto one_in_80 = [](const Address& to) { return to.low % 80 == 0; };
  SimSweepOptions options{.targets = {"192.168.0.0/20"}, .rate = Rate{10'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 800;
  SimSweep sweep(options, answered_by(one_in_80));
  sweep.run();
  EXPECT_EQ(sweep.rows(), 4096U);
  EXPECT_EQ(sweep.tally.of(State::alive), 52U);
  EXPECT_LE(most_entries(sweep.transport, one_in_80), 800U);
  EXPECT_TRUE(sweep.worker.was_held_back());
}

TEST(SimGuard, a_link_full_of_hosts_stays_under_the_limit_as_well) {
  OnLinkNetwork network;
  const auto everybody = [](const Address&) { return true; };
  SimSweepOptions options{.targets = {"192.168.0.0/20"}, .rate = Rate{10'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 800;
  SimSweep sweep(options, answered_by(everybody));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 4096U);
  EXPECT_LE(most_entries(sweep.transport, everybody), 800U);
}

class HalfOfThem : public NeighbourView {
 public:
  NeighbourState state_of(const Address& address) const override {
    return is_there(address) ? NeighbourState::valid : NeighbourState::failed;
  }
  static bool is_there(const Address& address) { return address.low % 2 == 0; }
};

TEST(SimGuard, so_does_one_full_of_hosts_that_answer_arp_alone) {
  OnLinkNetwork network;
  HalfOfThem neighbours;
  SimSweepOptions options{.targets = {"192.168.0.0/21"}, .rate = Rate{10'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 300;
  options.neighbours = &neighbours;
  SimSweep sweep(options, answered_by(nobody));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::no_reply), 2048U);
  EXPECT_EQ(sweep.tally.silent_but_there, 1024U);
  EXPECT_LE(most_entries(sweep.transport, HalfOfThem::is_there), 300U);
}

TEST(SimGuard, attempts_that_make_the_kernel_ask_again_are_allowed_for) {
  for (const std::uint32_t attempts : {1U, 2U, 4U, 5U, 9U}) {
    OnLinkNetwork network;
    SimSweepOptions options{.targets = {"192.168.0.0/21"}, .rate = Rate{10'000'000}};
    options.job.attempts = attempts;
    options.on_link = &network.prefixes;
    options.on_link_limit = 300;
    SimSweep sweep(options, answered_by(nobody));
    sweep.run();
    EXPECT_EQ(sweep.tally.of(State::no_reply), 2048U);
    EXPECT_LE(most_entries(sweep.transport, nobody), 300U) << attempts << " attempts";
  }
}

TEST(SimGuard, a_place_that_only_routed_targets_are_behind_holds_nobody_back) {
  OnLinkNetwork network;
  SimSweepOptions options{.targets = {"192.168.0.0/28", "10.0.0.0/22"}, .rate = Rate{10'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 16;
  SimSweep sweep(options, answered_by(nobody));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::no_reply), 1040U);
  EXPECT_FALSE(sweep.worker.was_held_back());
}

class OnLinkNames : public NameLookup {
 public:
  NameAnswer look_up(std::uint64_t name) const override {
    return {NameAnswer::Kind::address, Address::v4(0xc0a80000 + static_cast<std::uint32_t>(name)), Reason::none};
  }
};

TEST(SimGuard, names_take_places_like_addresses) {
  OnLinkNetwork network;
  OnLinkNames names;
  SimSweepOptions options{.targets = {}, .rate = Rate{10'000'000}};
  for (int name = 0; name < 500; ++name) options.targets.push_back("host" + std::to_string(name) + ".test");
  options.names = &names;
  options.on_link = &network.prefixes;
  options.on_link_limit = 100;
  SimSweep sweep(options, answered_by(nobody));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::no_reply), 500U);
  EXPECT_LE(most_entries(sweep.transport, nobody), 100U);
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
  EXPECT_LE(most_entries(sweep.transport, nobody), 100U);
}

TEST(SimGuard, a_sweep_under_the_limit_is_not_slowed) {
  OnLinkNetwork network;
  SimSweepOptions options{.targets = {"192.168.1.0/24"}, .rate = Rate{1'000'000}};
  options.on_link = &network.prefixes;
  options.on_link_limit = 800;
  SimSweep sweep(options, answered_by(nobody));
  sweep.run();
  EXPECT_FALSE(sweep.worker.was_held_back());
  EXPECT_EQ(sweep.tally.of(State::no_reply), 256U);
}

// IPv6 reports EINVAL if the neighbour table is full.
TEST(SimGuard, an_ipv6_neighbour_table_that_is_full_for_a_while_is_no_verdict) {
  OnLinkPrefixes prefixes;
  prefixes.add(Address::v6(0xfd77000000000000, 0), Address::v6(0xfd77000000000000, 0xffff));
  prefixes.sort();
  SimSweepOptions options{.targets = {"fd77::/120", "fd99::1"}};
  options.on_link = &prefixes;
  SimBehaviour behaviour = answered_by([](const Address&) { return true; });
  behaviour.send_error = [](const Address& to, std::uint64_t sends) {
    return to.low % 16 == 7 && sends < 5'000 ? EINVAL : to.high == 0xfd99000000000000 ? EINVAL : 0;
  };
  SimSweep sweep(options, behaviour);
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 256U);
  EXPECT_EQ(sweep.row("fd99::1").reason, Reason::no_route) << "off the link EINVAL is final: a black hole";
}

TEST(SimGuard, one_that_stays_full_ends_its_target_and_the_sweep) {
  OnLinkPrefixes prefixes;
  prefixes.add(Address::v6(0xfd77000000000000, 0), Address::v6(0xfd77000000000000, 0xffff));
  prefixes.sort();
  SimSweepOptions options{.targets = {"fd77::/120"}};
  options.on_link = &prefixes;
  SimBehaviour behaviour = answered_by([](const Address&) { return true; });
  behaviour.send_error = [](const Address& to, std::uint64_t) { return to.low == 7 ? EINVAL : 0; };
  SimSweep sweep(options, behaviour);
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 255U);
  EXPECT_EQ(sweep.row("fd77::7").state, State::send_failed);
  EXPECT_EQ(sweep.row("fd77::7").reason, Reason::no_buffer);
  EXPECT_EQ(sweep.tally.local.targets_refused, 1U);
}

class FixedNeighbours : public NeighbourView {
 public:
  NeighbourState state_of(const Address& address) const override {
    if (address == Address::v4(0xc0a80001) || address == Address::v6(0xfd77000000000000, 1))
      return NeighbourState::valid;
    return address == Address::v4(0xc0a80002) ? NeighbourState::failed : NeighbourState::unknown;
  }
};

// The kernel asks for known neighbours 5 s after they were used: .1 answers, .2 is gone, .3 remains unknown.
class Acquaintances : public NeighbourView {
 public:
  explicit Acquaintances(const std::int64_t& now_ns) : now_ns_(now_ns) {}
  NeighbourState state_of(const Address& address) const override {
    const std::uint64_t host = address.low & 0xff;
    if (host > 3) return NeighbourState::unknown;
    if (host == 3 || now_ns_ < word_at_ns) return NeighbourState::asked;
    return host == 1 ? NeighbourState::valid : NeighbourState::failed;
  }
  static constexpr std::int64_t word_at_ns = 1'005 * ns_per_s;

 private:
  const std::int64_t& now_ns_;
};

struct AcquaintedSweep {
  explicit AcquaintedSweep(const SimBehaviour& behaviour) : sweep(options(network, neighbours), behaviour) {
    sweep.transport.on_wait = [this] {
      now_ns = sweep.transport.now_ns();
      if (now_ns >= stop_at_ns) sweep.stop = StopLevel::drain;
    };
  }
  static SimSweepOptions options(const OnLinkNetwork& network, const Acquaintances& neighbours) {
    SimSweepOptions options{.targets = {"192.168.0.1-4"}};
    options.on_link = &network.prefixes;
    options.neighbours = &neighbours;
    return options;
  }
  std::int64_t after_start_ns(const std::string& host) {
    return sweep.row(host).time_ns - sweep.transport.realtime_offset_ns() - 1'000 * ns_per_s;
  }

  OnLinkNetwork network;
  std::int64_t now_ns = 0;
  std::int64_t stop_at_ns = never_ns;
  Acquaintances neighbours{now_ns};
  SimSweep sweep;
};

TEST(SimGuard, the_kernels_word_on_an_old_neighbour_is_waited_for_and_nothing_else_is) {
  AcquaintedSweep run(answered_by(nobody));
  run.sweep.run();
  EXPECT_EQ(run.sweep.rows(), 4U);
  EXPECT_EQ(run.sweep.row("192.168.0.1").reason, Reason::arp_reply);
  EXPECT_EQ(run.sweep.row("192.168.0.2").reason, Reason::no_neighbour);
  EXPECT_EQ(run.sweep.row("192.168.0.3").reason, Reason::timeout);
  EXPECT_EQ(run.sweep.row("192.168.0.4").reason, Reason::timeout);
  EXPECT_EQ(run.sweep.tally.silent_but_there, 1U);
  for (const char* host : {"192.168.0.1", "192.168.0.2", "192.168.0.3", "192.168.0.4"})
    EXPECT_EQ(run.sweep.row(host).attempts, 3U);
  // Three attempts of 1 s; the kernel asks after 5 s; the guard waits until 9 s after the last timeout.
  // .4 is unknown: the kernel has only the delay of its timers left to report it.
  EXPECT_LT(run.after_start_ns("192.168.0.4"), 3'475 * ms);
  EXPECT_GE(run.after_start_ns("192.168.0.1"), 5'000 * ms);
  EXPECT_LT(run.after_start_ns("192.168.0.2"), 5'200 * ms);
  EXPECT_LT(run.after_start_ns("192.168.0.3"), 12'200 * ms);
}

TEST(SimGuard, a_late_reply_decides_a_target_that_waits_for_the_kernels_word) {
  AcquaintedSweep run({.answers = [](const Address& to, std::uint32_t nth) {
    std::vector<SimAnswer> answers;
    if (to.low % 256 == 1 && nth == 3) answers.push_back({.delay_ns = 1'500 * ms});
    return answers;
  }});
  run.sweep.run();
  EXPECT_EQ(run.sweep.row("192.168.0.1").state, State::alive);
  EXPECT_EQ(run.sweep.row("192.168.0.1").rtt_ns, 1'500 * ms);
  EXPECT_EQ(run.sweep.rows(), 4U);
}

TEST(SimGuard, a_stop_does_not_wait_for_the_kernels_word) {
  AcquaintedSweep run(answered_by(nobody));
  run.stop_at_ns = 1'004 * ns_per_s;
  run.sweep.run();
  EXPECT_EQ(run.sweep.tally.of(State::no_reply), 4U);
  EXPECT_EQ(run.sweep.tally.of(State::interrupted), 0U);
  EXPECT_LT(run.now_ns, 1'004'200 * ms);
}

TEST(SimGuard, a_silent_target_whose_neighbour_entry_is_valid_is_there_all_the_same) {  // field bug 45
  FixedNeighbours neighbours;
  OnLinkNetwork network;
  network.prefixes.add(Address::v6(0xfd77000000000000, 0), Address::v6(0xfd77000000000000, ~0ULL));
  network.prefixes.sort();
  SimSweepOptions options{.targets = {"192.168.0.1-3", "fd77::1"}};
  options.on_link = &network.prefixes;
  options.neighbours = &neighbours;
  SimSweep sweep(options, answered_by(nobody));
  sweep.run();
  EXPECT_EQ(sweep.row("192.168.0.1").reason, Reason::arp_reply);
  EXPECT_EQ(sweep.row("192.168.0.2").reason, Reason::no_neighbour);
  EXPECT_EQ(sweep.row("192.168.0.3").reason, Reason::timeout);
  EXPECT_EQ(sweep.row("fd77::1").reason, Reason::nd_reply);
  EXPECT_EQ(sweep.tally.of(State::no_reply), 4U);
}

TEST(SimGuard, of_targets_behind_a_router_the_neighbour_table_says_nothing) {
  FixedNeighbours neighbours;
  SimSweepOptions options{.targets = {"192.168.0.1-3"}};
  options.neighbours = &neighbours;
  SimSweep sweep(options, answered_by(nobody));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::no_reply), 3U);
  for (const Verdict& row : sweep.sink.verdicts) EXPECT_EQ(row.reason, Reason::timeout);
}

// A resolver that takes a while and then fails for every name.
class NoSuchNames : public NameLookup {
 public:
  NameAnswer look_up(std::uint64_t) const override {
    if (++looks_ <= 300) return {NameAnswer::Kind::pending, {}, Reason::none};
    return {NameAnswer::Kind::unresolved, {}, Reason::name_unknown};
  }

 private:
  mutable int looks_ = 0;
};

TEST(SimGuard, names_without_an_address_wait_for_room_in_the_output_as_well) {
  const NoSuchNames names;
  SimSweepOptions options{.targets = {}};
  for (int name = 0; name < 100; ++name) options.targets.push_back("host" + std::to_string(name) + ".test");
  options.names = &names;
  SimSweep sweep(options, all_silent());
  sweep.sink.room = 10;
  sweep.transport.on_wait = [&sweep] {
    EXPECT_LE(sweep.sink.verdicts.size(), sweep.sink.room);
    if (!sweep.sink.verdicts.empty()) ++sweep.sink.room;
  };
  sweep.run();
  EXPECT_LE(sweep.sink.verdicts.size(), sweep.sink.room);
  EXPECT_EQ(sweep.tally.of(State::unresolved), 100U);
}

}  // namespace
}  // namespace ringsweep
