// A simulated path for trials, with a bottleneck, random loss, bursts of loss, rate-limited targets and a small receive
// buffer, on the simulated clock; and a TrialRunner over it with the real worker.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "engine/throughput/trial_share.h"
#include "ringsweep/core/throughput/throughput.h"
#include "sim/sim_sweep.h"

namespace ringsweep {

// A bucket of tokens that refills at a rate, with a queue.
struct TokenBucket {
  double rate_pps = 1e9;
  double bucket = 1;   // packets that pass at once
  double queue_s = 0;  // what does not pass at once waits, this long at most

  // How long this packet waits; negative: it is lost.
  double pass(std::int64_t now_ns) {
    const double now_s = static_cast<double>(now_ns) / 1e9;
    free_at_s = std::max(free_at_s, now_s - (bucket - 1) / rate_pps);
    const double wait_s = std::max(0.0, free_at_s - now_s);
    if (wait_s > queue_s) return -1;
    free_at_s += 1 / rate_pps;
    return wait_s;
  }

  double free_at_s = 0;  // when the next packet need not wait
};

struct TrialNetwork {
  TokenBucket path = {};
  TokenBucket each_target = {};  // one for each
  Address only_limited = {};     // but for this one alone, if it is given
  double random_loss = 0;
  bool unreachable = false;    // a router says so of every target
  double lossy_of_second = 0;  // of every second this part loses all: others' bursts
  std::size_t socket_buffer_packets = 1'000'000;
  double device_pps = 0;  // of this machine's own device; 0: no limit
  Address refused = {};   // this machine refuses to send there
  int refusal = 0;        // errno
  std::int64_t rtt_ns = 2 * ns_per_ms;
  std::int64_t farther_ns = 0;  // the odd ones of the targets, by so much
  std::int64_t timeout_ns = 100 * ns_per_ms;
  std::int64_t reading_pause_ns = 0;  // the process is away for so long, once a trial
};

class SimTrialRunner : public TrialRunner {
 public:
  SimTrialRunner(const TrialNetwork& network, std::uint64_t seed)
      : network_(network),
        device_{.rate_pps = network.device_pps > 0 ? network.device_pps : 1e9, .bucket = 40},
        random_(seed) {}

  void pause() override { now_ns_ += 200 * ns_per_ms; }

  TrialResult run(const TrialRequest& request) override {
    SimTransport* wire = nullptr;
    SimBehaviour behaviour;
    behaviour.answers = [&](const Address& to, std::uint32_t) { return answers(to, wire->sent().back().at_ns); };
    behaviour.send_error = [&](const Address& to, std::uint64_t) {
      if (to == network_.refused) return network_.refusal;
      // The clock as it was before this batch: good enough for a queue that is emptied far more slowly.
      return network_.device_pps > 0 && device_.pass(send_clock_ns_ += 1'000) < 0 ? 105 /* ENOBUFS */ : 0;
    };
    SimTransport::Options options;
    options.start_ns = now_ns_;
    options.socket_buffer_packets = network_.socket_buffer_packets;
    SimTransport transport(options, behaviour);
    wire = &transport;
    transport.on_wait = [&] { send_clock_ns_ = std::max(send_clock_ns_, transport.now_ns()); };
    if (network_.reading_pause_ns > 0)
      transport.stop_process(now_ns_ + request.length_ns / 3, network_.reading_pause_ns);

    TrialShare::Options share;
    share.start_ns = now_ns_;
    share.run = ++runs_;
    share.timeout_ns = network_.timeout_ns;
    std::vector<std::unique_ptr<TrialShare>> shares;
    shares.push_back(std::make_unique<TrialShare>(request, share, machine_, transport));
    // A sender that cannot keep its rate is stopped when its time is over, and a trial that loses over half before.
    stop_ = StopLevel::run;
    HalfLost half(share.timeout_ns);
    bool too_much_lost = false;
    progress_.front() = std::make_unique<WorkerProgress>();
    const std::int64_t end_ns = now_ns_ + request.length_ns + request.length_ns / 50;
    const auto keep_clock = transport.on_wait;
    transport.on_wait = [&, keep_clock] {
      keep_clock();
      too_much_lost = too_much_lost || half.seen(transport.now_ns(), progress_);
      if (too_much_lost || transport.now_ns() > end_ns) stop_ = StopLevel::drain;
    };
    shares.front()->run(stop_, *progress_.front());
    now_ns_ = transport.now_ns();
    TrialResult result = merge(request, shares);
    result.cut_short = too_much_lost && result.not_sent() > 0;
    highest_pps = std::max(highest_pps, request.rate_pps);
    highest_of_target_pps =
        std::max(highest_of_target_pps, request.rate_pps / static_cast<double>(request.targets->count()));
    if (stop_after != 0 && runs_ >= stop_after) stopped_ = true;
    return result;
  }
  bool stopped() const override { return stopped_; }
  std::int64_t now_ns() override { return now_ns_; }

  double highest_pps = 0;
  double highest_of_target_pps = 0;
  std::uint16_t stop_after = 0;  // trials; the user ends it in the last of them

 private:
  std::vector<SimAnswer> answers(const Address& to, std::int64_t at_ns) {
    const double in_second = static_cast<double>(at_ns % ns_per_s) / 1e9;
    if (in_second < network_.lossy_of_second) return {};
    if (network_.unreachable) return {{.kind = SimAnswer::Kind::error, .delay_ns = network_.rtt_ns}};
    if (network_.random_loss > 0 && std::bernoulli_distribution(network_.random_loss)(random_)) return {};
    const double waits_s = network_.path.pass(at_ns);
    if (waits_s < 0) return {};
    const bool is_limited = network_.only_limited == Address{} || network_.only_limited == to;
    const auto bucket = targets_.try_emplace(to, network_.each_target).first;
    const double waits_there_s = is_limited ? bucket->second.pass(at_ns) : 0;
    if (waits_there_s < 0) return {};
    const bool is_odd = to.v4_value() % 2 == 1;
    return {{.delay_ns = network_.rtt_ns + (is_odd ? network_.farther_ns : 0) +
                         static_cast<std::int64_t>((waits_s + waits_there_s) * 1e9)}};
  }

  TrialNetwork network_;
  TokenBucket device_;
  std::mt19937_64 random_;
  std::map<Address, TokenBucket> targets_;
  MachineAddresses machine_;
  std::atomic<StopLevel> stop_{StopLevel::run};
  std::vector<std::unique_ptr<WorkerProgress>> progress_ = std::vector<std::unique_ptr<WorkerProgress>>(1);
  std::int64_t now_ns_ = 1'000 * ns_per_s;
  std::int64_t send_clock_ns_ = 0;
  std::uint16_t runs_ = 0;
  bool stopped_ = false;
};

}  // namespace ringsweep
