#include "ringsweep/engine/judgement.h"

#include <fmt/format.h>

#include <cstring>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

void find_lower_bounds(SweepSummary& summary, const Evidence& evidence) {
  if (const std::uint64_t unrepaired = summary.tally.local.unrepaired; unrepaired > 0) {
    summary.lower_bound.push_back({"socket_drops", unrepaired, std::string(remedy_for("socket_drops"))});
  }
  // Every other way of sending reports a local drop, and what was lost is sent again.
  if (!evidence.v6_drops_hidden) return;
  for (const LocalCounters::Moved& moved : evidence.counters) {
    if (moved.name != "Ip6OutDiscards") continue;
    summary.lower_bound.push_back({moved.name, moved.by, std::string(remedy_for(moved.name))});
  }
}

void find_gaps(SweepSummary& summary, const WriterResult& written, const Evidence& evidence) {
  auto& because = summary.incomplete_because;
  const Tally& tally = summary.tally;
  if (evidence.interrupted) because.push_back("interrupted");
  if (const std::uint64_t unsent = tally.of(State::not_sent) + tally.of(State::interrupted); unsent > 0)
    because.push_back(fmt::format("{} targets were not decided", unsent));
  if (!written.complete()) {
    because.push_back(fmt::format("{}: {}, {} rows were not written", evidence.output_name,
                                  std::strerror(written.errno_value), written.rows_lost));
  }
  if (tally.local.targets_refused > 0) {
    because.push_back(fmt::format("{} targets could not be sent to (filtered locally: see nft list ruleset)",
                                  tally.local.targets_refused));
  }
}

bool expectation_met(const SweepSummary& summary, const SweepOptions& options) {
  const std::uint64_t alive = summary.tally.of(State::alive);
  if (options.expect_all && alive + summary.tally.of(State::skipped) != summary.targets) return false;
  return !options.expect_alive || alive >= *options.expect_alive;
}

}  // namespace

void judge(SweepSummary& summary, const WriterResult& written, const Evidence& evidence) {
  find_lower_bounds(summary, evidence);
  find_gaps(summary, written, evidence);
  summary.complete = summary.incomplete_because.empty() && summary.lower_bound.empty();
  ExitCode exit = ExitCode::ok;
  if (!expectation_met(summary, evidence.options)) exit = ExitCode::expectation_not_met;
  if (!summary.complete) exit = ExitCode::incomplete;
  summary.exit_status = static_cast<int>(exit);
}

}  // namespace ringsweep
