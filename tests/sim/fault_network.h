// A network in which a hash of the seed decides how each address behaves: so a test knows the truth without asking the
// network, and can tell whether a verdict is possible.
#pragma once

#include <cstdint>

#include "ringsweep/core/jobs/sweep_job.h"
#include "ringsweep/core/jobs/tally.h"
#include "ringsweep/core/jobs/verdict.h"
#include "sim/sim_transport.h"

namespace ringsweep {

struct Nature {
  enum class Kind {
    alive,
    flaky,         // answers one of three probes
    heavy_tailed,  // answers each probe, but up to 2.4 s later
    late,          // 20 s later
    silent,
    error,
    other_source,
    forged,      // wrong tag, wrong sequence, replay of its first probe, or cut
    filtered,    // this machine refuses to send to it, each time
    unroutable,  // this machine has no route to it
  };
  static constexpr int kinds = 10;

  Kind kind = Kind::silent;
  std::int64_t delay_ns = 0;
  int copies = 1;
  std::uint32_t answered = 0;  // of a flaky one: the first probe that is

  static Nature of(std::uint64_t seed, const Address& address);
};

// A well-mixed number for each value.
std::uint64_t mix(std::uint64_t value);

// The network of a seed; of 100 sends `refused_of_100` fail with `refusal`, and may be tried again.
SimBehaviour fault_network(std::uint64_t seed, std::uint64_t refused_of_100, int refusal);

// The facts about the run that decide which verdicts are possible.
struct RunFacts {
  SweepJob::Options job;
  bool kernel_stamps = true;
  bool late_window_cut = false;
  bool voided = false;
};

enum class Judgement {
  right,
  missed,     // it is no_reply although the network answered: only a loss on this machine can explain that
  wrong_rtt,  // only a stretched batch, which is reported, can explain that
  wrong
};
Judgement judge_row(const Verdict& row, const Nature& nature, const RunFacts& run);

}  // namespace ringsweep
