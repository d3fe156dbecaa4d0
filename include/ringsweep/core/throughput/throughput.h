// The course of a `throughput` run over targets that answer: the search for the rate, then its first limit, then the
// latency below it.
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
  // Before each trial, so that queues on the path drain and token buckets refill.
  virtual void pause() = 0;
  // Runs one trial and waits for its stragglers.
  virtual TrialResult run(const TrialRequest& request) = 0;
  // The user wants to stop; no trial is made after that.
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

  // `targets` and `runner` outlive it. `on_trial` is called after each trial.
  Throughput(const Options& options, const TargetSet& targets, TrialRunner& runner, OnTrial on_trial);

  // Fills search_options, trials, search, first_limit and stopped_because. Once only.
  void run(ThroughputReport& report);

 private:
  // Runs a trial and records it, unless the user wants to stop.
  const TrialResult* make(TrialPurpose purpose, double rate_pps, std::int64_t length_ns, const TargetSet& targets);
  // The longest time that a trial of this length takes.
  std::int64_t cost_ns(std::int64_t length_ns) const;
  std::int64_t left_ns() const;
  // Whether there is time for one more trial of this length and for what comes after it.
  bool has_time(std::int64_t length_ns, std::int64_t after_ns = 0) const;
  void search();
  void find_limit();
  // Where overloaded trials lost their probes, if they brought back the rate that was found: then that is the limit,
  // however slowly this machine sent near it. LossPlace::none if there was no such trial.
  LossPlace place_of_overload() const;
  // Several bad trials bring back the same to two permille, and about the same when far more is asked. A path meters
  // so, also one that slows its sender down; what a sender that is short of time sends differs by percents.
  bool is_metered_beyond() const;
  // The verdict of the bad trials at the lowest rates that have any; if these disagree, those at slightly higher rates
  // vote as well. Trials that were merely slow do not count if many others lose.
  LossPlace nearest_place() const;
  // Every rate loses, and most of it at our own socket.
  bool floor_is_ours() const;
  // For a limit that is not on this machine.
  LossPlace network_or_targets();
  // Half of the targets, including those that lost most in trials that lost too much.
  TargetSet lossy_half() const;
  void measure_latency();
  // Length of a latency trial if so many loads remain: shorter if time is short.
  std::int64_t latency_length_ns(std::size_t loads) const;
  // The longest time that these trials take at their shortest; and with the trials over half of the targets.
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

// A set of these addresses; if there are more than `most`, so many evenly picked ones.
TargetSet set_of(std::span<const Address> addresses, std::size_t most);

}  // namespace ringsweep
