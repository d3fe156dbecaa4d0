// The counters of a Tally with the names that the summary gives them, in the order in which it prints them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "ringsweep/core/jobs/tally.h"

namespace ringsweep {

template <typename Counts>
using NamedCounter = std::pair<std::string_view, std::uint64_t Counts::*>;

// As many as the struct has counters: a new one without a name here fails the assertion behind the list.
template <typename Counts>
using CounterNames = std::array<NamedCounter<Counts>, sizeof(Counts) / sizeof(std::uint64_t)>;

inline constexpr std::array<std::string_view, outcome_count> outcome_names = {"answered",   "error", "timed_out",
                                                                              "superseded", "void",  "abandoned"};

inline constexpr CounterNames<ReplyCounts> reply_counters = {{
    {"duplicate", &ReplyCounts::duplicate},
    {"late", &ReplyCounts::late},
    {"foreign", &ReplyCounts::foreign},
    {"malformed", &ReplyCounts::malformed},
    {"contradicted", &ReplyCounts::contradicted},
    {"other_source", &ReplyCounts::other_source},
    {"redirect", &ReplyCounts::redirect},
    {"source_quench", &ReplyCounts::source_quench},
    {"own_error", &ReplyCounts::own_error},
}};
static_assert(reply_counters.back().second != nullptr);

inline constexpr CounterNames<LocalCounts> local_counters = {{
    {"lost_here", &LocalCounts::lost_here},
    {"send_full", &LocalCounts::send_full},
    {"send_maybe", &LocalCounts::send_maybe},
    {"send_final", &LocalCounts::send_final},
    {"short_sends", &LocalCounts::short_sends},
    {"socket_drops", &LocalCounts::socket_drops},
    {"buffer_ring_empty", &LocalCounts::buffer_ring_empty},
    {"multishot_ended", &LocalCounts::multishot_ended},
    {"completion_overflow", &LocalCounts::completion_overflow},
    {"receive_backlogs", &LocalCounts::receive_backlogs},
    {"void_probes", &LocalCounts::void_probes},
    {"unrepaired", &LocalCounts::unrepaired},
    {"output_stalls", &LocalCounts::output_stalls},
    {"late_window_cut", &LocalCounts::late_window_cut},
    {"targets_refused", &LocalCounts::targets_refused},
}};
static_assert(local_counters.back().second != nullptr);

inline constexpr CounterNames<RttCounts> rtt_counters = {{
    {"kernel_stamp", &RttCounts::kernel_stamp},
    {"reap_time", &RttCounts::reap_time},
    {"clamped", &RttCounts::clamped},
    {"stretched_batches", &RttCounts::stretched_batches},
    {"clock_steps", &RttCounts::clock_steps},
}};
static_assert(rtt_counters.back().second != nullptr);

}  // namespace ringsweep
