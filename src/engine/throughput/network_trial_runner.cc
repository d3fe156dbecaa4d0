#include "ringsweep/engine/throughput/network_trial_runner.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "engine/preparation/worker_options.h"
#include "engine/throughput/trial_share.h"
#include "ringsweep/base/error.h"
#include "ringsweep/core/jobs/sweep_job.h"
#include "ringsweep/net/kernel/local_counters.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/random_bytes.h"

namespace ringsweep {
namespace {

constexpr std::int64_t poll_ns = 20 * ns_per_ms;
// Time from the request to its first probe; the shares are made meanwhile.
constexpr std::int64_t lead_ns = 20 * ns_per_ms;
// How long after its time a sender that is slower than asked is stopped.
constexpr std::int64_t grace_ns = 50 * ns_per_ms;
constexpr std::int64_t pause_ns = 200 * ns_per_ms;

// Collects the addresses that answer. Allocates before the first probe leaves.
class AliveSink : public VerdictSink {
 public:
  explicit AliveSink(std::uint64_t targets) { alive_.reserve(targets); }
  void decided(const Verdict& verdict) override {
    if (verdict.state == State::alive && alive_.size() < alive_.capacity()) alive_.push_back(verdict.address);
  }
  std::vector<Address> take() { return std::move(alive_); }

 private:
  std::vector<Address> alive_;
};

std::uint64_t silent_discards(const LocalCounters& before) {
  std::uint64_t sum = 0;
  for (const LocalCounters::Moved& moved : LocalCounters::read().since(before)) {
    if (moved.name == "Ip6OutDiscards") sum += moved.by;
  }
  return sum;
}

}  // namespace

NetworkTrialRunner::NetworkTrialRunner(const SweepOptions& options, SweepSockets sockets, MachineAddresses machine,
                                       Signals& signals)
    : options_(options),
      sockets_(to_text(sockets.plan)),
      v6_drops_hidden_(sockets.v6_drops_hidden),
      machine_(std::move(machine)),
      signals_(signals),
      crew_(std::move(sockets.sets), transport_kind(options.engine), signals) {
  fill_with_random(key_.data(), key_.size());
  fill_with_random(&run_, sizeof(run_));
  for (unsigned i = 0; i < crew_.size(); ++i) progress_.push_back(std::make_unique<WorkerProgress>());
}

std::int64_t NetworkTrialRunner::now_ns() {
  return monotonic_now_ns();
}

void NetworkTrialRunner::take_signal(int number) {
  if (number == SIGUSR1) return;
  stop_ = stop_asked_ ? StopLevel::now : StopLevel::drain;
  stop_asked_ = true;
}

void NetworkTrialRunner::wait(const std::function<bool()>& over) {
  while (crew_.busy()) {
    if (const auto number = signals_.wait(poll_ns)) take_signal(*number);
    if (stop_ == StopLevel::run && over()) stop_ = StopLevel::drain;
  }
  crew_.check();
}

std::vector<Address> NetworkTrialRunner::first_pass(const SweepPlan& plan, const TargetSet& targets,
                                                    const NameLookup* names, const OnLink& on_link) {
  AliveSink sink(targets.count());
  const std::uint16_t run = ++run_;
  crew_.start([&](unsigned index, Transport& transport) {
    if (index > 0) return;
    TargetSource source(targets, plan.order, plan.share(0), names, on_link.prefixes());
    Tally tally;
    RttHistogram rtts;
    SweepJob job(plan.job, sink, tally, rtts, on_link.neighbours());
    const Worker::Options worker = sweep_worker_options(options_, plan, on_link, index, run);
    const TokenKey key(key_);
    Worker(worker, job, source, sink, transport, key, machine_, tally).run(monotonic_now_ns(), stop_, *progress_[0]);
  });
  wait([] { return false; });
  std::vector<Address> alive = sink.take();
  std::sort(alive.begin(), alive.end());
  // Two names may have one address.
  alive.erase(std::unique(alive.begin(), alive.end()), alive.end());
  return alive;
}

void NetworkTrialRunner::pause() {
  const std::int64_t until_ns = monotonic_now_ns() + pause_ns;
  for (std::int64_t left_ns = pause_ns; left_ns > 0 && !stop_asked_; left_ns = until_ns - monotonic_now_ns()) {
    if (const auto number = signals_.wait(left_ns)) take_signal(*number);
  }
}

TrialResult NetworkTrialRunner::run(const TrialRequest& request) {
  stop_ = StopLevel::run;
  for (const auto& progress : progress_) {
    progress->sent = 0;
    progress->answered = 0;
    progress->timed_out = 0;
    progress->errors = 0;
  }
  std::vector<std::unique_ptr<TrialShare>> shares(crew_.size());
  TrialShare::Options share;
  share.workers = crew_.size();
  share.batch = options_.batch;
  share.payload_size = options_.payload_size;
  share.timeout_ns = options_.timeout_ns;
  share.run = ++run_;
  share.key = key_;
  share.need_v4 = request.targets->v4_count() > 0;
  share.need_v6 = request.targets->address_count() > request.targets->v4_count();
  share.start_ns = monotonic_now_ns() + lead_ns;
  const std::int64_t started_ns = realtime_now_ns() + lead_ns;
  const std::int64_t end_ns = share.start_ns + request.length_ns + request.length_ns / 100 + grace_ns;
  const LocalCounters before = LocalCounters::read();
  crew_.start([&](unsigned index, Transport& transport) {
    TrialShare::Options mine = share;
    mine.worker = index;
    shares[index] = std::make_unique<TrialShare>(request, mine, machine_, transport);
    shares[index]->run(stop_, *progress_[index]);
  });
  HalfLost half(options_.timeout_ns);
  bool too_much_lost = false;
  wait([&] {
    const std::int64_t now_ns = monotonic_now_ns();
    too_much_lost = too_much_lost || half.seen(now_ns, progress_);
    return too_much_lost || now_ns >= end_ns;
  });
  TrialResult result = merge(request, shares);
  result.started_ns = started_ns;
  result.cut_short = too_much_lost && result.not_sent() > 0;
  if (v6_drops_hidden_) result.discarded = silent_discards(before);
  return result;
}

}  // namespace ringsweep
