#include "sim/fault_network.h"

#include <cerrno>
#include <cstdlib>

namespace ringsweep {
namespace {

constexpr std::int64_t copy_gap_ns = 700'000;
constexpr std::int64_t tail_longest_ms = 2'400;
// How far a verdict's time may be off because sending and looking take time.
constexpr std::int64_t slack_ns = 30 * ms;
constexpr std::int64_t rtt_slack_ns = 20'000;

const Address router = Address::v4(0x0a090909);

std::vector<SimAnswer> forgery(const Nature& nature, std::uint32_t nth) {
  constexpr SimAnswer::Kind forgeries[] = {SimAnswer::Kind::forged, SimAnswer::Kind::wrong_sequence,
                                           SimAnswer::Kind::truncated, SimAnswer::Kind::replayed};
  const SimAnswer::Kind kind = forgeries[nature.copies % 4];
  // For the first probe a replay would be genuine.
  if (kind == SimAnswer::Kind::replayed && nth == 1) return {};
  return {{.kind = kind, .delay_ns = nature.delay_ns}};
}

std::vector<SimAnswer> answers_of(const Nature& nature, const Address& to, std::uint32_t nth) {
  std::vector<SimAnswer> answers;
  switch (nature.kind) {
    case Nature::Kind::alive:
    case Nature::Kind::heavy_tailed:
    case Nature::Kind::late:
      for (int i = 0; i < nature.copies; ++i) answers.push_back({.delay_ns = nature.delay_ns + i * copy_gap_ns});
      break;
    case Nature::Kind::flaky:
      if (nth % 3 == nature.answered % 3) answers.push_back({.delay_ns = nature.delay_ns});
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
      return forgery(nature, nth);
    case Nature::Kind::silent:
    case Nature::Kind::filtered:
    case Nature::Kind::unroutable:
      break;
  }
  return answers;
}

// The state that the network's answer means, if it arrived and this machine lost nothing.
State state_of(Nature::Kind kind) {
  switch (kind) {
    case Nature::Kind::alive:
    case Nature::Kind::flaky:
    case Nature::Kind::heavy_tailed:
    case Nature::Kind::late:
      return State::alive;
    case Nature::Kind::error:
      return State::unreachable;
    case Nature::Kind::other_source:
      return State::other_source;
    case Nature::Kind::filtered:
    case Nature::Kind::unroutable:
      return State::send_failed;
    case Nature::Kind::silent:
    case Nature::Kind::forged:
      break;
  }
  return State::no_reply;
}

// True if silence is a correct result: the answer may have come too late, or to a probe that was never sent.
bool may_be_silent(const Nature& nature, const RunFacts& run) {
  const std::int64_t heard_ns = run.job.attempts * run.job.timeout_ns + run.job.linger_ns - slack_ns;
  switch (nature.kind) {
    case Nature::Kind::late:
      return true;
    case Nature::Kind::heavy_tailed:
      // If the ring is too small, a late answer no longer finds its probe.
      return nature.delay_ns > run.job.timeout_ns - slack_ns && (nature.delay_ns > heard_ns || run.late_window_cut);
    case Nature::Kind::flaky:
      // To the target, a probe that replaces one lost here is like any other.
      return nature.answered > run.job.attempts || run.voided;
    default:
      return false;
  }
}

// From the first reply, or from a copy of it if this machine dropped the earlier ones.
bool is_rtt(std::int64_t rtt_ns, const Nature& nature) {
  for (int copy = 0; copy < nature.copies; ++copy) {
    if (std::abs(rtt_ns - nature.delay_ns - copy * copy_gap_ns) <= rtt_slack_ns) return true;
  }
  return false;
}

}  // namespace

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 31;
  value *= 0x9e3779b97f4a7c15U;
  value ^= value >> 29;
  value *= 0xbf58476d1ce4e5b9U;
  return value ^ (value >> 32);
}

Nature Nature::of(std::uint64_t seed, const Address& address) {
  const std::uint64_t hash = mix(seed * 1'000'003 + address.low + address.high);
  Nature nature;
  nature.kind = static_cast<Kind>(hash % kinds);
  nature.delay_ns = static_cast<std::int64_t>(mix(hash) % 400) * ms + 100'000;
  if (nature.kind == Kind::heavy_tailed) {
    // Half of them stay under a sixteenth of the longest, and so on.
    const std::int64_t longest_ms = tail_longest_ms >> (mix(hash + 2) % 8);
    nature.delay_ns = static_cast<std::int64_t>(mix(hash + 3)) % longest_ms;
    nature.delay_ns = std::abs(nature.delay_ns) * ms + 100'000;
  }
  if (nature.kind == Kind::late) nature.delay_ns = 20'000 * ms;
  nature.copies = 1 + static_cast<int>(mix(hash + 1) % 4);
  nature.answered = 1 + static_cast<std::uint32_t>(mix(hash + 4) % 3);
  return nature;
}

SimBehaviour fault_network(std::uint64_t seed, std::uint64_t refused_of_100, int refusal) {
  SimBehaviour behaviour;
  behaviour.answers = [seed](const Address& to, std::uint32_t nth) {
    return answers_of(Nature::of(seed, to), to, nth);
  };
  behaviour.send_error = [=](const Address& to, std::uint64_t sends) {
    const Nature::Kind kind = Nature::of(seed, to).kind;
    if (kind == Nature::Kind::filtered) return EPERM;
    if (kind == Nature::Kind::unroutable) return ENETUNREACH;
    return mix(sends + seed) % 100 < refused_of_100 ? refusal : 0;
  };
  return behaviour;
}

Judgement judge_row(const Verdict& row, const Nature& nature, const RunFacts& run) {
  const State expected = state_of(nature.kind);
  if (row.state == expected) {
    if (row.state != State::alive || !run.kernel_stamps) return Judgement::right;
    return is_rtt(row.rtt_ns, nature) ? Judgement::right : Judgement::wrong_rtt;
  }
  if (row.state != State::no_reply || expected == State::send_failed) return Judgement::wrong;
  // Without kernel stamps, a reply that came in time may look late after a stop.
  return may_be_silent(nature, run) || !run.kernel_stamps ? Judgement::right : Judgement::missed;
}

}  // namespace ringsweep
