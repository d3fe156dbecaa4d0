// What changed between two results of the same network. Pure.
//
// Up is `alive`. A target that is alive on one side only is `up` or `down` where the other side says that it was asked
// and did not answer, and else `unknown`: never is a host called down because a sweep did not get to it.
//
//   the other side has                                         it says
//   its row: no_reply, unreachable, time_exceeded, other_source  not alive; but `lower_bound` where that sweep lost
//                                                                replies and says no_reply
//   its row: send_failed, skipped, unresolved                  `not_asked`: nothing was learned about it
//   no row, the sweep or its file is not whole                 `incomplete`
//   no row                                                     not alive, where the summaries prove it; else `no_row`
//
// The summaries prove it for an address (never for a name, which may have moved) where: both are of the same targets
// and excludes (`targets_id`) and of no shard, or of one plan and shard; this side is complete and its file has as many
// alive rows as were alive, so only rows of others were left out (-a); and none of those that were left out was not
// asked: no `send_failed`, and as many `skipped` as on the other side.
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
  const SweepSummary* summary = nullptr;  // null: there is none
};

struct DiffOptions {
  bool all = false;     // states, responders, TTLs and RTTs as well
  bool states = false;  // unreachable, time_exceeded and no_reply are not one state: routers limit their errors
  std::uint64_t rtt_factor_milli = 3000;
};
// An RTT that changed by less is none, whatever the factor: on short ways it is the machines' own doing.
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

// Why `unknown`.
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
