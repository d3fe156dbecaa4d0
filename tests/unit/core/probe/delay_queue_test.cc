#include "ringsweep/core/probe/delay_queue.h"

#include <gtest/gtest.h>

namespace ringsweep {
namespace {

WaitingTarget due(std::int64_t due_ns, std::uint64_t previous = 0) {
  return {due_ns, previous, {}, 1};
}

TEST(DelayQueue, gives_back_in_order_and_names_the_next_due_time) {
  DelayQueue queue(3);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next_due_ns(), never_ns);
  queue.push(due(10, 1));
  queue.push(due(20, 2));
  EXPECT_EQ(queue.next_due_ns(), 10);
  EXPECT_EQ(queue.front().previous, 1U);
  queue.pop();
  EXPECT_EQ(queue.front().previous, 2U);
  EXPECT_EQ(queue.size(), 1U);
}

TEST(DelayQueue, an_entry_out_of_turn_waits_for_the_one_before_it) {
  DelayQueue queue(2);
  queue.push(due(20));
  queue.push(due(10));
  queue.pop();
  EXPECT_EQ(queue.next_due_ns(), 20);
}

TEST(DelayQueue, a_cancelled_entry_is_gone_as_soon_as_those_before_it_are) {
  DelayQueue queue(4);
  queue.push(due(10, 1));
  const std::uint32_t second = queue.push(due(20, 2));
  queue.push(due(30, 3));
  queue.cancel(second);
  EXPECT_EQ(queue.front().previous, 1U);
  queue.pop();
  EXPECT_EQ(queue.front().previous, 3U);
  EXPECT_EQ(queue.size(), 1U);
}

TEST(DelayQueue, with_its_last_entry_cancelled_it_is_empty) {
  DelayQueue queue(2);
  const std::uint32_t first = queue.push(due(10));
  const std::uint32_t second = queue.push(due(20));
  queue.cancel(second);
  queue.cancel(first);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next_due_ns(), never_ns);
}

TEST(DelayQueue, goes_round_its_ring_for_ever) {
  DelayQueue queue(4);
  for (std::int64_t i = 0; i < 1000; ++i) {
    queue.push(due(i));
    queue.push(due(i));
    EXPECT_EQ(queue.size(), 2U);
    queue.pop();
    queue.pop();
  }
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace ringsweep
