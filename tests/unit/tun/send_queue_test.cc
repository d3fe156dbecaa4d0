#include "tun/send_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ringsweep::tun::testing {
namespace {

TEST(SendQueue, hands_out_by_time_and_then_by_arrival) {
  SendQueue<std::string> queue;
  queue.add(30) = "c";
  queue.add(10) = "a";
  queue.add(30) = "d";
  queue.add(20) = "b";
  std::string order;
  std::vector<std::int64_t> times;
  for (; !queue.empty(); queue.pop()) {
    order += queue.front();
    times.push_back(queue.next_due_ns());
  }
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(times, (std::vector<std::int64_t>{10, 20, 30, 30}));
}

TEST(SendQueue, places_are_used_again) {
  SendQueue<std::string> queue;
  queue.add(1) = "first";
  const std::string* place = &queue.front();
  queue.pop();
  EXPECT_EQ(&queue.add(2), place);
  EXPECT_EQ(queue.size(), 1U);
}

}  // namespace
}  // namespace ringsweep::tun::testing
