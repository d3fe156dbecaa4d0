#include "ringsweep/core/jobs/on_link_guard.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

constexpr std::int64_t ms = ns_per_ms;
const Address somebody = Address::v4(0xc0a80001);

// What the kernel does by default: it asks for 3 s, and holds an answer for 45 s at most.
OnLinkGuard::Options places(std::uint64_t limit) {
  return {limit, 3 * ns_per_s, 45 * ns_per_s, nullptr};
}

ProbePlan plan(std::uint32_t attempts, std::int64_t timeout_ns) {
  ProbePlan plan;
  plan.attempts = attempts;
  plan.timeouts = Schedule::constant(timeout_ns);
  return plan;
}

// How long after its verdict a silent target keeps its place.
std::int64_t hold_of_silent_ns(std::uint32_t attempts, std::int64_t timeout_ns) {
  OnLinkGuard guard(places(1), plan(attempts, timeout_ns));
  guard.started();
  guard.silent({}, somebody, 100 * ns_per_s);
  return guard.next_place_ns() - 100 * ns_per_s;
}

TEST(OnLinkGuard, gives_no_more_places_than_its_limit) {
  OnLinkGuard guard(places(2), plan(3, ns_per_s));
  EXPECT_TRUE(guard.may_start(0));
  guard.started();
  EXPECT_TRUE(guard.may_start(0));
  EXPECT_EQ(guard.next_place_ns(), 0);
  guard.started();
  EXPECT_FALSE(guard.may_start(0));
  EXPECT_EQ(guard.next_place_ns(), never_ns);
}

TEST(OnLinkGuard, an_answered_target_keeps_its_place_until_the_kernel_can_give_its_entry_up) {
  OnLinkGuard guard(places(1), plan(3, ns_per_s));
  guard.started();
  guard.answered(7 * ns_per_s);
  // Reachable for 45 s, noticed an eighth later (50.625 s), and fresh for 5 s more.
  const std::int64_t free_at_ns = 62'625 * ms;
  EXPECT_EQ(guard.next_place_ns(), free_at_ns);
  EXPECT_FALSE(guard.may_start(free_at_ns - 1));
  EXPECT_TRUE(guard.may_start(free_at_ns));
  EXPECT_EQ(guard.next_place_ns(), 0);
}

TEST(OnLinkGuard, a_silent_targets_place_is_free_when_the_kernel_has_asked_in_vain) {
  // For 3 s from the first probe, and an eighth for late timers: 3.375 s.
  EXPECT_EQ(hold_of_silent_ns(1, ns_per_s), 2'375 * ms);
  EXPECT_EQ(hold_of_silent_ns(3, ns_per_s), 375 * ms);
  EXPECT_EQ(hold_of_silent_ns(10, 100 * ms), 2'375 * ms);
  EXPECT_EQ(hold_of_silent_ns(1, 10 * ns_per_s), 0);
}

TEST(OnLinkGuard, a_probe_that_comes_after_the_kernel_gave_up_makes_it_ask_again) {
  // The fourth leaves 3 s after the first; the kernel asks until 3.375 s later; the verdict falls 1 s after the last.
  EXPECT_EQ(hold_of_silent_ns(4, ns_per_s), 2'375 * ms);
  EXPECT_EQ(hold_of_silent_ns(5, ns_per_s), 2'375 * ms);
  EXPECT_EQ(hold_of_silent_ns(2, 5 * ns_per_s), 0);
}

class OneNeighbour : public NeighbourView {
 public:
  NeighbourState state_of(const Address& address) const override {
    return address == somebody ? NeighbourState::valid : NeighbourState::unknown;
  }
};

TEST(OnLinkGuard, a_silent_target_that_is_there_all_the_same_keeps_its_place_like_one_that_answered) {
  const OneNeighbour neighbours;
  OnLinkGuard::Options options = places(2);
  options.neighbours = &neighbours;
  OnLinkGuard guard(options, plan(3, ns_per_s));
  guard.started();
  guard.started();
  guard.silent({}, somebody, 0);
  EXPECT_EQ(guard.next_place_ns(), 55'625 * ms);
  guard.silent({}, Address::v4(0xc0a80002), 0);
  EXPECT_EQ(guard.next_place_ns(), 375 * ms);
}

class Known : public NeighbourView {
 public:
  explicit Known(NeighbourState state) : state_(state) {}
  NeighbourState state_of(const Address&) const override { return state_; }

 private:
  NeighbourState state_;
};

// How long after a silent target's last timeout the guard waits for the kernel's report.
std::int64_t neighbour_wait_ns(NeighbourState state, std::uint32_t attempts, std::int64_t timeout_ns) {
  const Known neighbours(state);
  OnLinkGuard::Options options = places(OnLinkGuard::unlimited);
  options.neighbours = &neighbours;
  return OnLinkGuard(options, plan(attempts, timeout_ns)).neighbour_wait_ns(somebody);
}

TEST(OnLinkGuard, a_place_is_free_as_soon_as_the_kernel_said_that_nobody_is_there) {
  const Known nobody_there(NeighbourState::failed);
  OnLinkGuard::Options options = places(1);
  options.neighbours = &nobody_there;
  OnLinkGuard guard(options, plan(3, ns_per_s));
  guard.started();
  guard.silent({}, somebody, 0);
  EXPECT_TRUE(guard.may_start(0));
  // A fourth attempt made it ask again.
  OnLinkGuard four(options, plan(4, ns_per_s));
  four.started();
  four.silent({}, somebody, 0);
  EXPECT_FALSE(four.may_start(0));
}

TEST(OnLinkGuard, a_probe_sent_out_of_plan_keeps_the_place_for_as_long_as_the_kernel_may_ask_for_it) {
  const Known nobody_there(NeighbourState::failed);
  OnLinkGuard::Options options = places(2);
  options.neighbours = &nobody_there;
  OnLinkGuard guard(options, plan(3, ns_per_s));
  guard.started();
  guard.started();
  TargetMemory memory;
  memory.repaired = true;
  guard.silent(memory, somebody, 0);
  EXPECT_FALSE(guard.may_start(0));
  EXPECT_EQ(guard.next_place_ns(), 3'375 * ms);
  memory = {};
  memory.local_tries = 1;
  guard.silent(memory, somebody, ns_per_s);
  EXPECT_FALSE(guard.may_start(3'375 * ms - 1));
  EXPECT_TRUE(guard.may_start(3'375 * ms));
}

TEST(OnLinkGuard, the_kernels_word_is_waited_for_where_it_is_near) {
  // It asks for a known neighbour 5 s after the first probe, for 3 s, and may be an eighth late.
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::asked, 3, ns_per_s), 9 * ns_per_s);
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::asked, 1, 100 * ms), 9 * ns_per_s);
  // For an unknown one it reports 3 to 3.375 s after the first probe.
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::unknown, 3, ns_per_s), 375 * ms);
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::unknown, 2, 1'600 * ms), 175 * ms);
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::unknown, 4, ns_per_s), 0);
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::unknown, 1, 2'900 * ms), 0) << "too far off";
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::valid, 3, ns_per_s), 0);
  EXPECT_EQ(neighbour_wait_ns(NeighbourState::failed, 3, ns_per_s), 0);
  EXPECT_EQ(OnLinkGuard(places(1), plan(3, ns_per_s)).neighbour_wait_ns(somebody), 0) << "nobody listens to the kernel";
}

TEST(OnLinkGuard, without_a_limit_nothing_is_ever_held_back) {
  OnLinkGuard guard(places(OnLinkGuard::unlimited), plan(3, ns_per_s));
  for (int i = 0; i < 100'000; ++i) guard.started();
  EXPECT_TRUE(guard.may_start(0));
  EXPECT_EQ(guard.next_place_ns(), 0);
}

}  // namespace
}  // namespace ringsweep
