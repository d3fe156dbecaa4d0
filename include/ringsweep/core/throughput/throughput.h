// The course of a `throughput` run over targets that answer: the search for the rate, then what its first limit is,
// then the latency below it.
//
// Where more is lost than may be and not on this machine, half of the targets are asked, and what happens tells the
// network from the targets: at the same rate in all, each target gets twice as much, so targets that limit what they
// answer now lose much, while a network loses as before; where a target may not be asked so often, at the same rate for
// each, targets lose as before, while the network, which has half to carry, loses nothing. The half has those in it
// that lost most: it may be only a few that are the limit.
//
// Knows neither threads nor sockets: a TrialRunner makes each trial (tests have a simulated one). Owner: main thread.
#pragma once

#include <functional>

#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/core/throughput/throughput_report.h"
#include "ringsweep/core/throughput/trial.h"

namespace ringsweep {

class TrialRunner {
 public:
  virtual ~TrialRunner() = default;
  // Before each trial: queues and buckets on the path fill or empty.
  virtual void pause() = 0;
  // One trial, until its stragglers are in.
  virtual TrialResult run(const TrialRequest& request) = 0;
  // The user wants an end; trials after that are not made.
  virtual bool stopped() const = 0;
  virtual std::int64_t now_ns() = 0;  // CLOCK_MONOTONIC
};

class Throughput {
 public:
  struct Options {
    RateSearch::Options search;
    double per_target_pps = 100;
    std::int64_t budget_ns = 120 * ns_per_s;
    std::int64_t timeout_ns = ns_per_s;
  };
  using OnTrial = std::function<void(const TrialResult& trial)>;

  // `targets` and `runner` outlive it. `on_trial` hears of each trial when it is over.
  Throughput(const Options& options, const TargetSet& targets, TrialRunner& runner, OnTrial on_trial);

  // Fills search_options, trials, search, first_limit and stopped_because. Once only.
  void run(ThroughputReport& report);

 private:
  // Runs a trial and notes it, unless the end was asked for.
  const TrialResult* make(TrialPurpose purpose, double rate_pps, std::int64_t length_ns, const TargetSet& targets);
  // The longest that a trial of this length takes.
  std::int64_t cost_ns(std::int64_t length_ns) const;
  std::int64_t left_ns() const;
  // There is time for one more trial of this length, and for what comes after it.
  bool has_time(std::int64_t length_ns, std::int64_t after_ns = 0) const;
  void search();
  void find_limit();
  // Where overloaded trials lost what they lost, if what they brought back is the rate that was found: then that is the
  // limit, however slowly this machine sent beside it. None: there was no such trial.
  LossPlace place_of_overload() const;
  // Several bad trials bring back the same to two permille, and about the same when far more is asked. A path meters
  // so, also one that slows its sender down; what a sender that is short of time sends differs by percents.
  bool is_metered_beyond() const;
  // What the bad trials at the lowest rates that have some say; where they are not at one, those a little above as
  // well. Those that were only slow do not count where many others lose.
  LossPlace nearest_place() const;
  // Every rate loses, and most of it at our own socket.
  bool floor_is_ours() const;
  // Of a limit that is not here.
  LossPlace network_or_targets();
  // Half of the targets, with those that lost most where more was lost than may be.
  TargetSet lossy_half() const;
  void measure_latency();
  // Of the trials of the latency for so many loads: shorter where time is short.
  std::int64_t latency_length_ns(std::size_t loads) const;
  // At most, where they are as short as they may be, and for the trials over half of the targets.
  std::int64_t latency_cost_ns(std::size_t loads) const;
  std::int64_t reserve_ns() const;

  Options options_;
  const TargetSet& targets_;
  TrialRunner& runner_;
  OnTrial on_trial_;
  std::int64_t started_ns_;
  RateSearch search_;
  ThroughputReport* report_ = nullptr;
};

// Those addresses, in their order; at most `most`, evenly picked.
TargetSet set_of(std::span<const Address> addresses, std::size_t most);

}  // namespace ringsweep
