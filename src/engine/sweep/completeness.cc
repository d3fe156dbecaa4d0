#include "engine/sweep/completeness.h"

#include <fmt/core.h>

#include <cstring>

#include "ringsweep/base/error.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

bool lost_silently(const std::string& counter, bool v6_drops_hidden) {
  if (counter == "Ip6OutDiscards") return v6_drops_hidden;
  return counter == "IPReversePathFilter" || counter == "conntrack_drop";
}

void take_counters(SweepSummary& summary, const CompletenessFacts& facts) {
  if (const std::uint64_t unrepaired = summary.tally.local.unrepaired; unrepaired > 0)
    summary.lower_bound.push_back({"unrepaired", unrepaired, std::string(remedy_for("unrepaired"))});
  // If every target answered or an error explains why not, nothing is missing.
  const bool some_silent = summary.tally.of(State::no_reply) > 0;
  auto& silent = some_silent ? summary.lower_bound : summary.kernel_counters;
  for (const auto& [counter, by] : facts.lost_before)
    add_moved(silent, {counter, by, std::string(remedy_for(counter))});
  for (const LocalCounters::Moved& moved : facts.counters) {
    // IPv6 that leaves by raw sockets shows its local drops, as IPv4 does.
    const bool shown_v6 = moved.name == "Ip6OutDiscards" && !facts.v6_drops_hidden;
    const std::string_view remedy = remedy_for(shown_v6 ? "IpOutDiscards" : std::string_view(moved.name));
    if (remedy.empty()) continue;
    auto& list = lost_silently(moved.name, facts.v6_drops_hidden) ? silent : summary.kernel_counters;
    add_moved(list, {moved.name, moved.by, std::string(remedy)});
  }
}

void find_gaps(SweepSummary& summary, const WriterResult& written, const CompletenessFacts& facts) {
  auto& because = summary.incomplete_because;
  const Tally& tally = summary.tally;
  if (facts.interrupted) because.push_back("interrupted");
  if (const std::uint64_t unsent = tally.of(State::not_sent) + tally.of(State::interrupted); unsent > 0)
    because.push_back(fmt::format("{} not decided", counted_text(unsent, "target")));
  if (!written.complete()) {
    because.push_back(fmt::format("{}: {}, {} not written", facts.output_name, std::strerror(written.errno_value),
                                  counted_text(written.rows_lost, "row")));
  }
  if (const StoreResult& stored = facts.stored; !stored.failure.empty()) {
    because.push_back(stored.failure);
    if (stored.rows_lost > 0) because.back() += fmt::format(", {} not stored", counted_text(stored.rows_lost, "row"));
  }
  if (tally.local.targets_refused > 0) {
    because.push_back(fmt::format(
        "{} could not be sent to (filtered_locally: see nft list ruleset; no_buffer: the neighbour table stayed full)",
        counted_text(tally.local.targets_refused, "target")));
  }
}

bool expectation_met(const SweepSummary& summary, const SweepOptions& options) {
  const std::uint64_t alive = summary.tally.of(State::alive);
  if (options.expect_all && alive + summary.tally.of(State::skipped) != summary.targets) return false;
  return !options.expect_alive || alive >= *options.expect_alive;
}

}  // namespace

std::vector<LocalCounters::Moved> silent_losses(std::vector<LocalCounters::Moved> counters, bool v6_drops_hidden) {
  std::erase_if(counters, [&](const auto& moved) { return !lost_silently(moved.name, v6_drops_hidden); });
  return counters;
}

void assess_completeness(SweepSummary& summary, const WriterResult& written, const CompletenessFacts& facts) {
  take_counters(summary, facts);
  find_gaps(summary, written, facts);
  summary.complete = summary.incomplete_because.empty() && summary.lower_bound.empty();
  ExitCode exit = ExitCode::ok;
  if (!expectation_met(summary, facts.options)) exit = ExitCode::expectation_not_met;
  if (!summary.complete) exit = ExitCode::incomplete;
  summary.exit_status = static_cast<int>(exit);
}

}  // namespace ringsweep
