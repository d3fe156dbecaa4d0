#include "ringsweep/output/writer/row_queue.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::verdict_of;

Verdict numbered(std::uint64_t target, State state = State::alive) {
  return verdict_of(target, "198.18.0.1", state, Reason::none);
}

// Takes all published chunks, gives them back, and returns the targets in order.
std::vector<std::uint64_t> take_all(RowQueue& queue) {
  std::vector<std::uint64_t> targets;
  RowQueue::Chunk* chunk = queue.take_published();
  while (chunk != nullptr) {
    for (const Verdict& verdict : RowQueue::rows(chunk)) targets.push_back(verdict.target);
    RowQueue::Chunk* following = RowQueue::next(chunk);
    queue.give_back(chunk);
    chunk = following;
  }
  return targets;
}

std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t end) {
  std::vector<std::uint64_t> result;
  for (std::uint64_t i = first; i < end; ++i) result.push_back(i);
  return result;
}

TEST(RowQueue, hands_over_nothing_before_the_tick_and_then_all) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 100}, wakeup);
  for (std::uint64_t i = 0; i < 3; ++i) queue.decided(numbered(i));
  EXPECT_TRUE(take_all(queue).empty());
  queue.publish();
  EXPECT_EQ(take_all(queue), numbers(0, 3));
  queue.publish();
  EXPECT_TRUE(take_all(queue).empty());
}

TEST(RowQueue, hands_over_a_full_chunk_at_once) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 10'000}, wakeup);
  for (std::uint64_t i = 0; i < RowQueue::rows_per_chunk + 1; ++i) queue.decided(numbered(i));
  EXPECT_EQ(take_all(queue), numbers(0, RowQueue::rows_per_chunk));
}

TEST(RowQueue, keeps_the_order_over_many_chunks) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 10'000}, wakeup);
  for (std::uint64_t i = 0; i < 5000; ++i) queue.decided(numbered(i));
  queue.publish();
  EXPECT_EQ(take_all(queue), numbers(0, 5000));
}

TEST(RowQueue, has_no_room_above_the_high_water_mark_and_room_again_when_rows_were_taken) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 1000, .open_max = 200}, wakeup);
  for (std::uint64_t i = 0; i < 999; ++i) queue.decided(numbered(i));
  EXPECT_TRUE(queue.has_room());
  queue.decided(numbered(999));
  EXPECT_FALSE(queue.has_room());
  queue.publish();
  take_all(queue);
  EXPECT_TRUE(queue.has_room());
}

TEST(RowQueue, takes_every_verdict_of_the_targets_that_were_open_above_the_mark) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 1000, .open_max = 3000}, wakeup);
  for (std::uint64_t i = 0; i < 4000; ++i) {
    queue.decided(numbered(i));
    if (i % 100 == 0) queue.publish();  // the writer takes nothing meanwhile
  }
  queue.publish_rest();
  EXPECT_EQ(queue.rows_overflowed(), 0U);
  EXPECT_EQ(take_all(queue), numbers(0, 4000));
}

TEST(RowQueue, counts_what_a_caller_puts_in_beyond_all_bounds) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 512}, wakeup);
  const std::uint64_t places = 512 * (1 + RowQueue::parts_max + 1);
  for (std::uint64_t i = 0; i < places + 7; ++i) queue.decided(numbered(i));
  EXPECT_EQ(queue.rows_overflowed(), 7U);
  EXPECT_EQ(take_all(queue), numbers(0, places));
}

TEST(RowQueue, part_filled_chunks_do_not_use_up_the_places) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 2000}, wakeup);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    queue.decided(numbered(i));
    queue.publish();  // 2000 ticks with one row each while the writer is stuck
  }
  queue.publish_rest();
  EXPECT_EQ(queue.rows_overflowed(), 0U);
  EXPECT_EQ(take_all(queue), numbers(0, 2000));
}

TEST(RowQueue, uses_few_chunks_again_and_again_while_the_writer_keeps_up) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 1'000'000}, wakeup);
  std::set<const void*> used;
  for (int tick = 0; tick < 1000; ++tick) {
    for (std::uint64_t i = 0; i < 700; ++i) queue.decided(numbered(i));
    queue.publish();
    RowQueue::Chunk* chunk = queue.take_published();
    while (chunk != nullptr) {
      used.insert(chunk);
      RowQueue::Chunk* following = RowQueue::next(chunk);
      queue.give_back(chunk);
      chunk = following;
    }
  }
  EXPECT_EQ(used.size(), 2U);
}

TEST(RowQueue, drops_what_is_never_a_row) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 100}, wakeup);
  queue.decided(numbered(0));
  queue.decided(numbered(1, State::no_reply));
  queue.decided(numbered(2, State::interrupted));
  queue.decided(numbered(3, State::not_sent));
  queue.decided(numbered(4, State::unreachable));
  queue.publish();
  EXPECT_EQ(take_all(queue), (std::vector<std::uint64_t>{0, 1, 4}));
}

TEST(RowQueue, reserves_room_for_a_million_open_targets_without_touching_it) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 1'000'000, .open_max = 1'048'576}, wakeup);
  queue.decided(numbered(0));
  queue.publish();
  EXPECT_EQ(take_all(queue), numbers(0, 1));
}

TEST(RowQueue, loses_nothing_between_two_threads) {
  Wakeup wakeup;
  RowQueue queue({.high_water = 2'000}, wakeup);
  constexpr std::uint64_t count = 100'000;
  std::thread worker([&queue] {
    for (std::uint64_t i = 0; i < count; ++i) {
      while (!queue.has_room()) queue.publish();
      queue.decided(numbered(i));
      if (i % 97 == 0) queue.publish();
    }
    queue.publish_rest();
  });
  std::vector<std::uint64_t> all;
  while (all.size() < count) {
    const std::vector<std::uint64_t> some = take_all(queue);
    all.insert(all.end(), some.begin(), some.end());
    if (some.empty()) std::this_thread::yield();
  }
  worker.join();
  EXPECT_EQ(all, numbers(0, count));
  EXPECT_EQ(queue.rows_overflowed(), 0U);
}

}  // namespace
}  // namespace ringsweep
