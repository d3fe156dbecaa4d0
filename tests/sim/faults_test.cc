// Hundreds of seeded networks with all faults mixed: whatever happens, one row a target, the balance holds, and no
// verdict is false. A failing seed prints itself: RINGSWEEP_SEED=n runs that one alone.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <random>

#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

constexpr std::int64_t ms = ns_per_ms;

// What an address does for a seed: decided by a hash, so that the test knows it without asking the network.
struct Nature {
  enum class Kind {
    alive,
    flaky,
    silent,
    slow,
    error,
    other_source,
    forged
  } kind;
  std::int64_t delay_ns;
  int copies;
};

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 31;
  value *= 0x9e3779b97f4a7c15U;
  value ^= value >> 29;
  value *= 0xbf58476d1ce4e5b9U;
  return value ^ (value >> 32);
}

Nature nature_of(std::uint64_t seed, const Address& address) {
  const std::uint64_t hash = mix(seed * 1'000'003 + address.low + address.high);
  Nature nature{};
  nature.kind = static_cast<Nature::Kind>(hash % 7);
  nature.delay_ns = static_cast<std::int64_t>(mix(hash) % 400) * ms + 100'000;
  nature.copies = 1 + static_cast<int>(mix(hash + 1) % 3);
  return nature;
}

SimBehaviour network_of(std::uint64_t seed, std::mt19937_64& random) {
  const Address router = Address::v4(0x0a090909);
  SimBehaviour behaviour;
  behaviour.answers = [seed, router](const Address& to, std::uint32_t nth) {
    const Nature nature = nature_of(seed, to);
    std::vector<SimAnswer> answers;
    switch (nature.kind) {
      case Nature::Kind::alive:
        for (int i = 0; i < nature.copies; ++i) answers.push_back({.delay_ns = nature.delay_ns + i * 700'000});
        break;
      case Nature::Kind::flaky:  // answers only one of three probes
        if (nth % 3 == mix(to.low + seed) % 3) answers.push_back({.delay_ns = nature.delay_ns});
        break;
      case Nature::Kind::slow:  // after the timeout, before the attempts are used up
        answers.push_back({.delay_ns = 1'050 * ms + nature.delay_ns});
        break;
      case Nature::Kind::error:
        answers.push_back({.kind = SimAnswer::Kind::error,
                           .delay_ns = nature.delay_ns,
                           .from = router,
                           .error_type = to.is_v4() ? std::uint8_t{3} : std::uint8_t{1},
                           .error_code = 1,
                           .quoted_bytes = nature.copies == 1 ? std::size_t{8} : std::size_t{64}});
        break;
      case Nature::Kind::other_source:
        answers.push_back({.delay_ns = nature.delay_ns, .from = router});
        break;
      case Nature::Kind::forged:
        answers.push_back({.kind = nature.copies == 1   ? SimAnswer::Kind::forged
                                   : nature.copies == 2 ? SimAnswer::Kind::wrong_sequence
                                                        : SimAnswer::Kind::truncated,
                           .delay_ns = nature.delay_ns});
        break;
      case Nature::Kind::silent:
        break;
    }
    return answers;
  };
  const std::uint64_t refused_of_100 = random() % 20;
  const std::array<int, 4> errors{EAGAIN, ENOBUFS, ENOMEM, EINTR};
  const int error = errors[random() % errors.size()];
  behaviour.send_error = [=](const Address&, std::uint64_t sends) {
    return mix(sends + seed) % 100 < refused_of_100 ? error : 0;
  };
  return behaviour;
}

State expected_state(Nature::Kind kind) {
  switch (kind) {
    case Nature::Kind::alive:
    case Nature::Kind::flaky:
    case Nature::Kind::slow:
      return State::alive;
    case Nature::Kind::error:
      return State::unreachable;
    case Nature::Kind::other_source:
      return State::other_source;
    case Nature::Kind::silent:
    case Nature::Kind::forged:
      return State::no_reply;
  }
  return State::no_reply;
}

void run_seed(std::uint64_t seed) {
  SCOPED_TRACE("RINGSWEEP_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  SimSweepOptions options{.targets = {"10.1.0.0/24", "fd77::/122"}, .seed = seed};
  options.rate = Rate{1'000'000 + random() % 200'000'000};
  options.batch = 1 + static_cast<std::uint32_t>(random() % max_batch);
  options.table_slots = std::uint64_t{64} << (random() % 8);
  options.transport.handed_out_per_reap = 1 + random() % 64;
  options.transport.kernel_stamps = random() % 4 != 0;
  options.transport.send_cost_ns = 200 + static_cast<std::int64_t>(random() % 5'000);
  SimSweep sweep(options, network_of(seed, random));
  if (random() % 2 == 0) {
    sweep.transport.stop_process(options.transport.start_ns + static_cast<std::int64_t>(random() % 1'500) * ms,
                                 static_cast<std::int64_t>(random() % 1'000) * ms);
  }
  sweep.run();
  EXPECT_EQ(sweep.rows(), 320U);
  EXPECT_TRUE(sweep.tally.balances(320));
  EXPECT_FALSE(sweep.sink.overflowed);
  for (const Verdict& row : sweep.sink.verdicts) {
    const Nature nature = nature_of(seed, row.address);
    // A retry may come out of a ring so small that its first probe's late answer is no longer known.
    if (nature.kind == Nature::Kind::slow && row.state == State::no_reply && sweep.tally.local.late_window_cut > 0)
      continue;
    // Stamped when read: after a stop, what came in time may look late.
    if (!options.transport.kernel_stamps && row.state == State::no_reply) continue;
    EXPECT_EQ(row.state, expected_state(nature.kind)) << to_text(row.address);
    if (row.state == State::alive && options.transport.kernel_stamps) {
      const std::int64_t delay_ns = nature.kind == Nature::Kind::slow ? 1'050 * ms + nature.delay_ns : nature.delay_ns;
      EXPECT_NEAR(static_cast<double>(row.rtt_ns), static_cast<double>(delay_ns), 20'000.0) << to_text(row.address);
    }
  }
}

TEST(SimFaults, no_seed_gives_a_false_verdict_a_missing_row_or_an_unbalanced_tally) {
  if (const char* one = std::getenv("RINGSWEEP_SEED")) {
    run_seed(std::strtoull(one, nullptr, 10));
    return;
  }
  for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) run_seed(seed);
  const std::uint64_t fresh = std::random_device{}();
  if (!HasFailure()) run_seed(fresh);
}

}  // namespace
}  // namespace ringsweep
