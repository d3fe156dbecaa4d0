#include "ringsweep/core/probe/pacer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

constexpr std::uint64_t kpps = 1'000'000;  // in thousandths of a probe a second
constexpr std::int64_t start_ns = 1'000 * ns_per_s;
constexpr std::uint32_t batch = 32;

struct Sent {
  std::int64_t at_ns;
  std::uint32_t count;
};

// A worker's loop without a network: it asks at every turn, sends what is granted, else sleeps until next_ns() and
// wakes up as late (or as early) as `oversleep` says.
struct Simulation {
  Pacer pacer;
  std::int64_t now_ns = start_ns;
  std::function<std::int64_t()> oversleep_ns = [] { return 0; };
  std::vector<Sent> sent = {};

  void run_until(std::int64_t end_ns) {
    while (now_ns < end_ns) {
      const auto granted = pacer.grant(now_ns);
      if (granted > 0) {
        pacer.took(granted, now_ns);
        sent.push_back({now_ns, granted});
        continue;
      }
      now_ns = std::max(now_ns + 1, pacer.next_ns() + oversleep_ns());
    }
  }
};

// Wakes up up to 60 us late, and once in 1000 times up to 9 ms; every fourth time a reply wakes it up early.
std::function<std::int64_t()> irregular(unsigned seed) {
  return [random = std::mt19937_64(seed)]() mutable -> std::int64_t {
    const auto roll = random();
    if (roll % 1000 == 0) return static_cast<std::int64_t>(random() % (9 * ns_per_ms));
    if (roll % 4 == 0) return -static_cast<std::int64_t>(random() % (100 * ns_per_us));
    return static_cast<std::int64_t>(random() % (60 * ns_per_us));
  };
}

// Probes sent in [from, to).
std::int64_t sent_between(const std::vector<Sent>& sent, std::int64_t from_ns, std::int64_t to_ns) {
  std::int64_t count = 0;
  const auto first = std::lower_bound(sent.begin(), sent.end(), from_ns,
                                      [](const Sent& one, std::int64_t at_ns) { return one.at_ns < at_ns; });
  for (auto one = first; one != sent.end() && one->at_ns < to_ns; ++one) count += one->count;
  return count;
}

double due(Rate rate, std::int64_t duration_ns) {
  return rate.pps() * static_cast<double>(duration_ns) / 1e9;
}

// What holds whenever the loop wakes up: no burst, batches spaced, never more than the rate gives.
void expect_no_burst(Rate rate, const std::vector<Sent>& sent) {
  double total = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    ASSERT_GE(sent[i].at_ns, start_ns);
    ASSERT_LE(sent[i].count, batch);
    total += sent[i].count;
    ASSERT_LE(total, 1.000001 + due(rate, sent[i].at_ns - start_ns)) << "only one probe is due at the start";
    if (i == 0) continue;
    const auto gap_ns = static_cast<double>(sent[i].at_ns - sent[i - 1].at_ns);
    ASSERT_GE(gap_ns, sent[i - 1].count * 1e9 / (2 * rate.pps())) << "batch " << i;
  }
}

// Over any interval: rate x t, a batch and 10 ms of the rate.
void expect_invariant(Rate rate, const std::vector<Sent>& sent) {
  for (const auto length_ns : {ns_per_ms, 20 * ns_per_ms, 300 * ns_per_ms, 2 * ns_per_s}) {
    std::size_t last = 0;
    std::uint64_t inside = 0;
    for (const auto& one : sent) {
      for (; last < sent.size() && sent[last].at_ns <= one.at_ns + length_ns; ++last) inside += sent[last].count;
      ASSERT_LE(static_cast<double>(inside), due(rate, length_ns + 10 * ns_per_ms) + batch + 0.001);
      inside -= one.count;
    }
  }
}

// Over any 10 s within 1 % or one probe of the rate.
void expect_rate(Rate rate, const std::vector<Sent>& sent, std::int64_t end_ns) {
  constexpr std::int64_t window_ns = 10 * ns_per_s;
  const double expected = due(rate, window_ns);
  for (int i = 0; i <= 20; ++i) {
    const auto from_ns = start_ns + (end_ns - window_ns - start_ns) / 20 * i + i * 1'234;
    if (from_ns + window_ns > end_ns) break;
    const auto count = static_cast<double>(sent_between(sent, from_ns, from_ns + window_ns));
    EXPECT_LE(std::abs(count - expected), std::max(1.0, expected / 100) + 0.001) << "window " << i;
  }
}

class PacerAtRate : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(PacerAtRate, holds_it_and_never_bursts) {  // field bug 20
  const Rate rate{GetParam()};
  const std::int64_t duration_ns = GetParam() < 1'000 ? 120 * ns_per_s : 25 * ns_per_s;
  const std::vector<std::pair<const char*, std::function<std::int64_t()>>> wake_ups = {
      {"exactly when asked", [] { return 0; }},
      {"always 50 us late", [] { return 50 * ns_per_us; }},
      {"irregularly", irregular(1)}};
  for (const auto& [name, oversleep_ns] : wake_ups) {
    SCOPED_TRACE(name);
    Simulation simulation{.pacer = Pacer(rate, batch, start_ns), .oversleep_ns = oversleep_ns};
    simulation.run_until(start_ns + duration_ns);
    expect_no_burst(rate, simulation.sent);
    expect_invariant(rate, simulation.sent);
    expect_rate(rate, simulation.sent, start_ns + duration_ns);
  }
}

TEST_P(PacerAtRate, does_not_catch_up_a_stop_of_five_seconds) {  // field bug 20
  const Rate rate{GetParam()};
  Simulation simulation{.pacer = Pacer(rate, batch, start_ns), .oversleep_ns = irregular(3)};
  simulation.run_until(start_ns + 30 * ns_per_s);
  simulation.now_ns += 5 * ns_per_s;  // SIGSTOP
  const auto continued_ns = simulation.now_ns;
  simulation.run_until(continued_ns + 30 * ns_per_s);
  expect_no_burst(rate, simulation.sent);
  expect_invariant(rate, simulation.sent);
  const auto after = static_cast<double>(sent_between(simulation.sent, continued_ns, continued_ns + ns_per_s));
  EXPECT_LE(after, due(rate, ns_per_s + 10 * ns_per_ms) + batch);
}

INSTANTIATE_TEST_SUITE_P(MilliPps, PacerAtRate,
                         ::testing::Values(100, 500, 1'000, 7'000, 500'000, kpps, 20 * kpps, 50 * kpps, 100 * kpps,
                                           300 * kpps),
                         [](const auto& rate) { return std::to_string(rate.param); });

TEST(Pacer, first_probe_is_due_at_the_start) {
  Pacer pacer(Rate{1'000}, batch, start_ns);
  EXPECT_EQ(pacer.next_ns(), start_ns);
  EXPECT_EQ(pacer.grant(start_ns - 1), 0U);
  EXPECT_EQ(pacer.grant(start_ns), 1U);
  EXPECT_EQ(pacer.grant(start_ns), 1U) << "asking takes nothing";
}

TEST(Pacer, sends_every_second_at_one_a_second) {
  Simulation simulation{.pacer = Pacer(Rate{1'000}, batch, start_ns)};
  simulation.run_until(start_ns + 4 * ns_per_s + 1);
  ASSERT_EQ(simulation.sent.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(simulation.sent[i].at_ns, start_ns + static_cast<std::int64_t>(i) * ns_per_s);
    EXPECT_EQ(simulation.sent[i].count, 1U);
  }
}

TEST(Pacer, short_delays_do_not_add_up) {
  // Each wake-up is 9 ms late, and yet each probe is 9 ms late, not 9, 18, 27, ...
  Simulation simulation{.pacer = Pacer(Rate{1'000}, batch, start_ns), .oversleep_ns = [] { return 9 * ns_per_ms; }};
  simulation.run_until(start_ns + 101 * ns_per_s);
  ASSERT_GE(simulation.sent.size(), 100U);
  EXPECT_EQ(simulation.sent[99].at_ns, start_ns + 99 * ns_per_s + 9 * ns_per_ms);
}

TEST(Pacer, credit_at_one_a_second_is_at_most_1_01_probes) {
  Pacer pacer(Rate{1'000}, batch, start_ns);
  const auto late_ns = start_ns + 100 * ns_per_s;
  EXPECT_EQ(pacer.grant(late_ns), 1U);
  pacer.took(1, late_ns);
  EXPECT_EQ(pacer.grant(late_ns), 0U);
  EXPECT_EQ(pacer.next_ns(), late_ns + 990 * ns_per_ms);
  EXPECT_EQ(pacer.grant(late_ns + 990 * ns_per_ms - 1), 0U);
  EXPECT_EQ(pacer.grant(late_ns + 990 * ns_per_ms), 1U);
}

TEST(Pacer, wakes_up_for_three_milliseconds_worth) {
  // 1000 pps: 3 probes. The first is due at the start, the third 2 ms later; then 3 ms for each three.
  Simulation simulation{.pacer = Pacer(Rate{kpps}, batch, start_ns)};
  simulation.run_until(start_ns + 9 * ns_per_ms);
  ASSERT_EQ(simulation.sent.size(), 3U);
  EXPECT_EQ(simulation.sent[0].at_ns, start_ns + 2 * ns_per_ms);
  EXPECT_EQ(simulation.sent[1].at_ns, start_ns + 5 * ns_per_ms);
  EXPECT_EQ(simulation.sent[2].at_ns, start_ns + 8 * ns_per_ms);
  for (const auto& one : simulation.sent) EXPECT_EQ(one.count, 3U);
}

TEST(Pacer, wakes_up_for_a_batch_where_that_is_less) {
  // 20,000 pps: 60 in 3 ms, but a batch is 32: the 32nd is due 31 x 50 us after the first.
  Pacer pacer(Rate{20 * kpps}, batch, start_ns);
  EXPECT_EQ(pacer.next_ns(), start_ns + 1'550 * ns_per_us);
  EXPECT_EQ(pacer.grant(start_ns), 0U);
  EXPECT_EQ(pacer.grant(start_ns + 1'550 * ns_per_us - 1), 0U);
  EXPECT_EQ(pacer.grant(start_ns + 1'550 * ns_per_us), 32U);
}

TEST(Pacer, delay_is_caught_up_at_twice_the_rate) {
  Pacer pacer(Rate{100 * kpps}, batch, start_ns);
  auto now_ns = start_ns + 5 * ns_per_ms;  // 501 due
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(pacer.grant(now_ns), 32U);
    pacer.took(32, now_ns);
    EXPECT_EQ(pacer.grant(now_ns), 0U);
    EXPECT_EQ(pacer.next_ns(), now_ns + 160 * ns_per_us);  // 32 / 200,000 s
    EXPECT_EQ(pacer.grant(now_ns + 160 * ns_per_us - 1), 0U);
    now_ns = pacer.next_ns();
  }
}

TEST(Pacer, spacing_is_that_of_what_was_taken) {
  Pacer pacer(Rate{100 * kpps}, batch, start_ns);
  const auto now_ns = start_ns + 5 * ns_per_ms;
  ASSERT_EQ(pacer.grant(now_ns), 32U);
  pacer.took(3, now_ns);
  EXPECT_EQ(pacer.next_ns(), now_ns + 15 * ns_per_us);
  pacer.took(0, now_ns + 4);  // nothing left after all: nothing changes
  EXPECT_EQ(pacer.next_ns(), now_ns + 15 * ns_per_us);
}

TEST(Pacer, odd_rates_lose_nothing_to_rounding) {
  // 0.007 pps and 333.333 pps: neither interval is a whole number of nanoseconds.
  for (const std::uint64_t milli_pps : {7ULL, 333'333ULL}) {
    const Rate rate{milli_pps};
    Simulation simulation{.pacer = Pacer(rate, batch, start_ns)};
    const auto duration_ns = static_cast<std::int64_t>(1e14) / static_cast<std::int64_t>(milli_pps) * 100;
    simulation.run_until(start_ns + duration_ns);
    EXPECT_NEAR(static_cast<double>(sent_between(simulation.sent, 0, INT64_MAX)), due(rate, duration_ns) + 0.5, 0.6);
  }
}

TEST(Pacer, rate_may_exceed_32_bits) {  // field bug 20
  for (const std::uint64_t milli_pps : {4'300 * kpps, 5'000 * kpps, 100'000 * kpps}) {
    const Rate rate{milli_pps};
    Simulation simulation{.pacer = Pacer(rate, batch, start_ns)};
    constexpr auto duration_ns = 10 * ns_per_ms;
    simulation.run_until(start_ns + duration_ns);
    EXPECT_NEAR(static_cast<double>(sent_between(simulation.sent, 0, INT64_MAX)), due(rate, duration_ns), batch);
    expect_no_burst(rate, simulation.sent);
  }
}

TEST(Pacer, stop_of_years_overflows_nothing) {
  for (const std::uint64_t milli_pps : {1ULL, 1'000ULL, 100'000 * 1'000'000ULL, ~0ULL}) {
    Pacer pacer(Rate{milli_pps}, batch, 0);
    EXPECT_GE(pacer.grant(INT64_MAX / 2), 1U);
    EXPECT_LE(pacer.grant(INT64_MAX / 2), batch);
    EXPECT_EQ(pacer.next_ns(), INT64_MAX / 2);
  }
}

TEST(Pacer, clock_that_stands_still_or_goes_back_earns_nothing) {
  Pacer pacer(Rate{1'000}, batch, start_ns);
  ASSERT_EQ(pacer.grant(start_ns), 1U);
  pacer.took(1, start_ns);
  EXPECT_EQ(pacer.grant(start_ns - ns_per_s), 0U);
  EXPECT_EQ(pacer.grant(start_ns), 0U);
  EXPECT_EQ(pacer.next_ns(), start_ns + ns_per_s);
}

TEST(Pacer, next_is_the_earliest_time_at_which_something_is_granted) {
  for (const std::uint64_t milli_pps : {1ULL, 333ULL, 7'001ULL, 999'999ULL, 123'456'789ULL}) {
    Pacer pacer(Rate{milli_pps}, batch, start_ns);
    for (int i = 0; i < 100; ++i) {
      const auto next_ns = pacer.next_ns();
      Pacer early = pacer;
      ASSERT_EQ(early.grant(next_ns - 1), 0U);
      const auto granted = pacer.grant(next_ns);
      ASSERT_GT(granted, 0U);
      pacer.took(1 + static_cast<std::uint32_t>(i) % granted, next_ns);
    }
  }
}

TEST(Pacer, max_grants_a_batch_always) {
  Pacer pacer(Rate{0}, batch, start_ns);
  for (const auto now_ns : {std::int64_t{0}, start_ns, start_ns, start_ns + 1}) {
    EXPECT_EQ(pacer.next_ns(), 0);
    EXPECT_EQ(pacer.grant(now_ns), 32U);
    pacer.took(32, now_ns);
  }
}

TEST(Pacer, half_the_rate_from_now_on) {
  Simulation simulation{.pacer = Pacer(Rate{20 * kpps}, batch, start_ns), .oversleep_ns = irregular(4)};
  simulation.run_until(start_ns + 10 * ns_per_s);
  const auto halved_ns = simulation.now_ns;
  simulation.pacer.set_rate(Rate{10 * kpps}, halved_ns);
  EXPECT_EQ(simulation.pacer.rate().milli_pps, 10 * kpps);
  simulation.run_until(halved_ns + 10 * ns_per_s);
  EXPECT_NEAR(static_cast<double>(sent_between(simulation.sent, halved_ns, halved_ns + 10 * ns_per_s)), 100'000, 1'000);
  simulation.pacer.set_rate(Rate{20 * kpps}, simulation.now_ns);
  const auto again_ns = simulation.now_ns;
  simulation.run_until(again_ns + 10 * ns_per_s);
  EXPECT_NEAR(static_cast<double>(sent_between(simulation.sent, again_ns, again_ns + 10 * ns_per_s)), 200'000, 2'000);
}

TEST(Pacer, new_rate_keeps_the_credit_within_the_new_cap) {
  Pacer pacer(Rate{100 * kpps}, batch, start_ns);
  const auto now_ns = start_ns + ns_per_s;  // 1032 probes of credit
  ASSERT_EQ(pacer.grant(now_ns), 32U);
  pacer.set_rate(Rate{1'000}, now_ns);
  ASSERT_EQ(pacer.grant(now_ns), 1U);
  pacer.took(1, now_ns);
  EXPECT_EQ(pacer.next_ns(), now_ns + 990 * ns_per_ms);
}

TEST(Pacer, new_rate_applies_to_the_spacing_of_the_last_batch) {
  Pacer pacer(Rate{1}, batch, start_ns);  // one in 1000 s: spacing 500 s
  ASSERT_EQ(pacer.grant(start_ns), 1U);
  pacer.took(1, start_ns);
  pacer.set_rate(Rate{kpps}, start_ns);
  EXPECT_EQ(pacer.next_ns(), start_ns + 3 * ns_per_ms);
}

TEST(Pacer, from_max_to_a_rate_begins_without_credit) {
  Pacer pacer(Rate{0}, batch, start_ns);
  pacer.took(pacer.grant(start_ns), start_ns);
  pacer.set_rate(Rate{1'000}, start_ns + 5);
  EXPECT_EQ(pacer.grant(start_ns + 5), 0U);
  EXPECT_EQ(pacer.next_ns(), start_ns + 5 + ns_per_s);
  pacer.set_rate(Rate{0}, start_ns + 6);
  EXPECT_EQ(pacer.grant(start_ns + 6), 32U);
}

}  // namespace
}  // namespace ringsweep
