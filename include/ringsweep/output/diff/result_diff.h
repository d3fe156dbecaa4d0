// What changed between two results of the same network. Pure.
//
// A target that is `alive` on one side only is `up` or `down` if the other side probed it without an answer, otherwise
// `unknown`: no host is called down because a sweep did not reach it.
//
//   the other side has                                         which means
//   its row: no_reply, unreachable, time_exceeded, other_source  not alive; but `lower_bound` where that sweep lost
//                                                                replies and says no_reply
//   its row: send_failed, skipped, unresolved                  `not_asked`: the other sweep did not probe it
//   no row, and the sweep or its file is incomplete                 `incomplete`
//   no row                                                     not alive, where the summaries prove it; else `no_row`
//
// The summaries prove it for an address (never for a name, whose address may have changed) if: both have the same
// targets and excludes (`targets_id`) without shards, or the same plan and shard; this side is complete and its file
// has a row for each alive target, so that only other rows were left out (-a); and each target without a row was
// probed: there is no `send_failed`, and there are as many `skipped` as on the other side.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ringsweep/output/results/result_set.h"
#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

struct DiffSide {
  const ResultSet& result;
  const SweepSummary* summary = nullptr;  // null: unknown
};

struct DiffOptions {
  bool all = false;     // also report changes of states, responders, TTLs and RTTs
  bool states = false;  // tell unreachable, time_exceeded and no_reply apart; they vary, as routers limit errors
  std::uint64_t rtt_factor_milli = 3000;
};
// Smaller changes of an RTT are ignored, whatever the factor: on short paths the machines themselves cause them.
inline constexpr std::int64_t least_rtt_change_ns = 1'000'000;

enum class ChangeKind : std::uint8_t {
  up,
  down,
  unknown,
  state,
  responder,
  ttl,
  rtt
};
inline constexpr std::size_t change_kind_count = 7;
std::string_view to_text(ChangeKind kind);

// Why a change is `unknown`.
enum class Doubt : std::uint8_t {
  none,
  no_row,
  incomplete,
  not_asked,
  lower_bound
};
std::string_view to_text(Doubt doubt);  // "no_row"; empty for none

struct Change {
  ChangeKind kind;
  Doubt doubt = Doubt::none;
  const Verdict* before = nullptr;  // a row of OLD; null: it has none
  const Verdict* now = nullptr;     // of NEW
};

struct Difference {
  std::vector<Change> changes;  // in the order of keys
  std::array<std::uint64_t, change_kind_count> counts{};
  std::uint64_t in_both = 0;
  std::uint64_t only_before = 0;
  std::uint64_t only_now = 0;
  std::uint64_t of(ChangeKind kind) const { return counts[static_cast<std::size_t>(kind)]; }
};

// The sets outlive the difference and share their ResultZones.
Difference compare_results(const DiffSide& before, const DiffSide& now, const DiffOptions& options);

}  // namespace ringsweep
