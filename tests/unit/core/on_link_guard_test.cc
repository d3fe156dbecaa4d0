#include "ringsweep/core/on_link_guard.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

TEST(OnLinkGuard, gives_no_more_places_than_its_limit) {
  OnLinkGuard guard(2, 3 * ns_per_s);
  EXPECT_TRUE(guard.may_start(0));
  guard.started();
  guard.started();
  EXPECT_FALSE(guard.held_back());
  EXPECT_FALSE(guard.may_start(0));
  EXPECT_TRUE(guard.held_back());
  EXPECT_EQ(guard.next_place_ns(), never_ns);
}

TEST(OnLinkGuard, an_answered_target_keeps_its_place_for_five_seconds_more) {
  OnLinkGuard guard(1, 3 * ns_per_s);
  guard.started();
  guard.answered(7 * ns_per_s);
  EXPECT_EQ(guard.next_place_ns(), 12 * ns_per_s);
  EXPECT_FALSE(guard.may_start(12 * ns_per_s - 1));
  EXPECT_TRUE(guard.may_start(12 * ns_per_s));
  EXPECT_EQ(guard.next_place_ns(), 0);
}

TEST(OnLinkGuard, a_silent_targets_place_is_free_when_its_entry_has_failed) {
  // One attempt of 1 s: the verdict falls at 1 s, the entry fails 3 s after the probe, counted as 3.2 s.
  OnLinkGuard one_attempt(1, ns_per_s);
  one_attempt.started();
  one_attempt.silent(10 * ns_per_s);
  EXPECT_EQ(one_attempt.next_place_ns(), 12'200 * ns_per_ms);
  // Five attempts of 1 s: it has failed before the verdict.
  OnLinkGuard five_attempts(1, 5 * ns_per_s);
  five_attempts.started();
  five_attempts.silent(10 * ns_per_s);
  EXPECT_TRUE(five_attempts.may_start(10 * ns_per_s));
}

TEST(OnLinkGuard, without_a_limit_nothing_is_ever_held_back) {
  OnLinkGuard guard(OnLinkGuard::unlimited, ns_per_s);
  for (int i = 0; i < 100'000; ++i) guard.started();
  EXPECT_TRUE(guard.may_start(0));
  EXPECT_EQ(guard.next_place_ns(), 0);
  EXPECT_FALSE(guard.held_back());
}

}  // namespace
}  // namespace ringsweep
