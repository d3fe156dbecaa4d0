// Reports a sweep at its start and at its end: for programs (JSON, schema ringsweep.summary/1) and for people (a few
// lines on standard error). The engine fills in plain values. Pure; keys are only ever added.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/core/jobs/tally.h"
#include "ringsweep/core/probe/pacer.h"
#include "ringsweep/core/probe/rtt_histogram.h"

namespace ringsweep {

// A counter of local loss that increased, and what to do about it. In `lower_bound`, the loss could not be repaired, so
// more targets may be alive than are shown.
struct MovedCounter {
  std::string counter;
  std::uint64_t delta = 0;
  std::string remedy;
};
void add_moved(std::vector<MovedCounter>& sums, const MovedCounter& more);

// A guard that slowed the sweep down to protect this machine.
struct GuardReport {
  std::string guard;
  std::string effect;
};

struct SweepSummary {
  std::string version;
  std::string command = "sweep";
  std::uint64_t plan_id = 0;     // printed as 16 hexadecimal digits
  std::uint64_t targets_id = 0;  // the same; of the targets and excludes alone
  std::uint64_t targets = 0;
  std::uint64_t run = 1;             // the number of this run of a resumed sweep
  std::uint64_t decided_before = 0;  // by earlier runs; their states are in the tally, their probes and RTTs are not
  std::uint64_t seed = 0;
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  Rate rate_asked;              // max is null in JSON
  std::int64_t started_ns = 0;  // CLOCK_REALTIME
  std::int64_t finished_ns = 0;
  std::int64_t duration_ns = 0;  // by CLOCK_MONOTONIC
  std::int64_t sending_ns = 0;   // first to last probe: what rate_sent_pps refers to; 0: duration_ns
  bool complete = true;
  int exit_status = 0;
  std::vector<std::string> incomplete_because;  // "interrupted", "output failed: No space left on device"
  std::vector<MovedCounter> lower_bound;
  std::vector<MovedCounter> kernel_counters;  // those that increased meanwhile, also by other traffic
  std::vector<GuardReport> guards;
  std::vector<std::string> notes;  // further observations on this machine's links
  Tally tally;
  RttHistogram rtts;
  std::string engine;       // as --engine names it: "uring", "mmsg"
  std::string sockets;      // as --socket names it: "dgram", "raw"
  std::string engine_note;  // for people, with the reason if it is not the first choice
  std::string sockets_note;
  std::string matching;  // "tagged", "plain"
  unsigned workers = 1;
  std::string kernel;  // as uname says

  double rate_sent_pps() const;
};

// "500", "10k", "0.5", "max": exact.
std::string rate_text(Rate rate);
// Advice about a counter of local loss, or "".
std::string_view remedy_for(std::string_view counter);

std::string summary_json(const SweepSummary& summary);  // pretty, ends with a newline
std::string summary_text(const SweepSummary& summary);  // whole lines
// What --quiet still prints: the reasons for exit status 3. Whole lines; empty if the sweep is complete.
std::string summary_errors(const SweepSummary& summary);

struct StartInfo {
  std::uint64_t targets = 0;
  std::uint64_t decided_before = 0;
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  Rate rate;
  std::string rate_reason;                 // "500 pps for each /24, at most 10k", "asked"
  std::uint64_t packet_bytes = 0;          // of one probe with its IP header
  std::optional<std::int64_t> longest_ns;  // absent if the rate is max or the guard limits it
  std::int64_t names_ns = 0;               // additional time for names; 0: no names are looked up
  std::uint64_t on_link_limit = 0;         // how many on-link targets at once; 0: no limit
  std::uint64_t seed = 0;
  std::string sockets;
  std::string engine;
  unsigned workers = 1;
};
std::string start_line(const StartInfo& info);  // ends with a newline

}  // namespace ringsweep
