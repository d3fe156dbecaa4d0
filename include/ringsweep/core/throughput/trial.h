// A trial of `throughput`, as it is asked for and what it came to, as plain values, and where it lost what it lost.
// Pure.
//
// A probe of a trial is planned, then sent or not, then answered in time or lost:
//
//   planned = sent + not sent       not sent: this machine was too slow, or refused (`refused`: how often)
//   sent    = answered + lost       lost: no answer within the timeout; `late` and `errors` are among them
//
// Answers that came back in time may still have taken longer and longer: then a queue grows (`piled`), and a longer
// trial would lose probes.
//
// Not sent, and dropped at our own receiving socket (`dropped`), is loss on this machine. What else is lost is lost in
// the network or at the targets, which a single trial cannot tell apart (core/throughput/throughput.h does).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/probe/rtt_histogram.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/core/throughput/rate_search.h"
#include "ringsweep/core/throughput/trial_job.h"

namespace ringsweep {

enum class TrialPurpose : std::uint8_t {
  up,
  beyond,
  bisect,
  confirm,
  half_same_sum,   // half of the targets at the same rate in all: each gets twice as much
  half_same_each,  // half of the targets, each at the same rate: half in all
  latency,
};
std::string_view to_text(TrialPurpose purpose);
TrialPurpose purpose_of(SearchPhase phase);

enum class LossPlace : std::uint8_t {
  none,
  not_sent,  // here
  dropped,   // here, at our socket
  network,
  targets,
  beyond,  // one of the last two
};
// "none", "here (not sent)", "here (dropped at our socket)", "network", "targets", "network or targets".
std::string_view to_text(LossPlace place);

struct TargetLoss {
  Address address;
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
};

// One trial, of all workers.
struct TrialRequest {
  TrialPurpose purpose = TrialPurpose::up;
  double rate_pps = 0;
  std::int64_t length_ns = 0;
  const TargetSet* targets = nullptr;  // addresses only; outlives the trial

  // At least one.
  std::uint64_t probes() const;
};

// The sums of what its workers counted, and what only the whole can tell.
struct TrialResult : TrialCounts {
  TrialPurpose purpose = TrialPurpose::up;
  double asked_pps = 0;
  std::int64_t length_ns = 0;  // of the sending, as asked
  std::uint64_t targets = 0;
  std::int64_t started_ns = 0;  // CLOCK_REALTIME

  std::uint64_t planned = 0;
  std::uint64_t late = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t discarded = 0;  // by the kernel here, without an error to us
  std::uint64_t dropped = 0;    // at our socket
  double offered_pps = 0;       // what left
  double carried_pps = 0;       // answers a second in the second half of the sending
  bool cut_short = false;       // over half was lost, or it was interrupted
  RttHistogram rtts;
  std::uint64_t targets_losing = 0;  // targets that lost a probe
  std::vector<TargetLoss> worst;     // those that lost most, at most 10

  std::uint64_t lost() const { return sent - answered; }
  std::uint64_t not_sent() const { return planned > sent ? planned - sent : 0; }
  double loss() const { return sent == 0 ? 1.0 : static_cast<double>(lost()) / static_cast<double>(sent); }
  double answered_pps() const { return offered_pps * (1.0 - loss()); }
  // This machine would not send some of it / sent it more slowly than asked.
  bool was_refused() const;
  bool slow() const;
  // The share of the sent probes that stays on the way while RTTs grow as they do from the second quarter to the last.
  // 0: no more than jitter and chance explain.
  double piled() const;
  // What is lost, and what will be lost once the queue is full.
  double missing() const { return loss() + piled(); }
  TrialPoint point() const;
};

// Whether a trial lost more than it may; whether it did or a growing queue will; and where.
bool loses_too_much(const TrialResult& trial, const AllowedLoss& allowed);
bool exceeds_allowed_loss(const TrialResult& trial, const AllowedLoss& allowed);
LossPlace place_of_loss(const TrialResult& trial, const AllowedLoss& allowed);

}  // namespace ringsweep
