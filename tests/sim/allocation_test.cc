#include <gtest/gtest.h>

#include <memory>

#include "sim/allocation_watch.h"
#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

TEST(AllocationWatch, sees_an_allocation_and_not_those_in_a_pause) {
  AllocationWatch::start();
  auto seen = std::make_unique<int>(1);
  {
    const AllocationWatch::Pause pause;
    seen = std::make_unique<int>(2);
  }
  EXPECT_EQ(AllocationWatch::stop(), 1U);
}

TEST(SimSweep, the_loop_allocates_nothing) {
  // Some of everything: answers, silence, errors, other sources, refused sends, a slow table, an output that is full.
  SimSweepOptions options{.targets = {"10.0.0.0/20", "fd77::/120"}, .rate = Rate{20'000'000}, .table_slots = 2048};
  SimSweep sweep(options, {.answers =
                               [](const Address& to, std::uint32_t) {
                                 std::vector<SimAnswer> answers;
                                 if (to.low % 5 == 1) answers.push_back({.delay_ns = 3 * ns_per_ms});
                                 if (to.low % 5 == 2)
                                   answers.push_back({.kind = SimAnswer::Kind::error, .from = Address::v4(1)});
                                 if (to.low % 5 == 3) answers.push_back({.from = Address::v4(2)});
                                 return answers;
                               },
                           .send_error = [](const Address&, std::uint64_t sends) { return sends % 7 == 0 ? 11 : 0; }});
  AllocationWatch::start();
  sweep.run();
  EXPECT_EQ(AllocationWatch::stop(), 0U);
  EXPECT_EQ(sweep.rows(), 4352U);
}

}  // namespace
}  // namespace ringsweep
