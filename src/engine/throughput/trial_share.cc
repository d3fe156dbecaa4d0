#include "engine/throughput/trial_share.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ringsweep {
namespace {

constexpr std::size_t worst_targets = 10;
// Only where at least this many probes are decided is half of them significant.
constexpr std::uint64_t telling_probes = 200;

Stride positions_of(const TrialRequest& request, unsigned worker, unsigned workers) {
  return Stride::of(request.targets->count(), 1, 1, worker, workers);
}

// A worker's part is in proportion to its targets, so that every target gets the same; the parts add up to the whole. A
// worker without targets sends nothing, but its part must not be 0.
std::uint64_t part_of(std::uint64_t whole, const TrialRequest& request, const TrialShare::Options& options) {
  std::uint64_t before = 0;
  for (unsigned worker = 0; worker < options.worker; ++worker) {
    before += positions_of(request, worker, options.workers).count();
  }
  const std::uint64_t until = before + positions_of(request, options.worker, options.workers).count();
  const std::uint64_t targets = request.targets->count();
  return std::max<std::uint64_t>(1, whole * until / targets - whole * before / targets);
}

Rate rate_of(const TrialRequest& request, const TrialShare::Options& options) {
  return {part_of(static_cast<std::uint64_t>(std::llround(request.rate_pps * 1000)), request, options)};
}

Worker::Options worker_options(const TrialRequest& request, const TrialShare::Options& options, std::uint64_t targets) {
  Worker::Options result;
  result.sender.rate = rate_of(request, options);
  const double pps = result.sender.rate.pps();
  const double life_s = static_cast<double>(options.timeout_ns + late_window_ns) / 1e9;
  const std::uint64_t most = std::bit_floor(max_table_slots / options.workers);
  result.table_slots = std::bit_ceil(static_cast<std::uint64_t>(std::min(pps * life_s + max_batch, 1e9)) + 1);
  result.table_slots = std::clamp(result.table_slots, min_table_slots, most);
  result.targets_waiting_max = targets + max_batch;
  // Paced like a sweep, since the rate is for sweeps.
  result.sender.batch = std::max(1U, options.batch / options.workers);
  result.sender.payload_size = options.payload_size;
  result.sender.worker = static_cast<std::uint8_t>(options.worker);
  result.sender.run = options.run;
  result.sender.need_v4 = options.need_v4;
  result.sender.need_v6 = options.need_v6;
  result.on_link.limit = OnLinkGuard::unlimited;
  return result;
}

TrialJob::Options job_options(const TrialRequest& request, const TrialShare::Options& options) {
  TrialJob::Options result;
  result.targets = request.targets->count();
  result.max_probes = part_of(request.probes(), request, options);
  result.timeout_ns = options.timeout_ns;
  result.start_ns = options.start_ns;
  result.length_ns = request.length_ns;
  return result;
}

// Notes how many targets lost anything, and those that lost most.
void note_targets(const TrialRequest& request, std::span<const TargetLoss> all, TrialResult& result) {
  std::vector<TargetLoss> losing;
  std::copy_if(all.begin(), all.end(), std::back_inserter(losing),
               [](const TargetLoss& target) { return target.sent > target.answered; });
  result.targets = request.targets->count();
  result.targets_losing = losing.size();
  const std::size_t kept = std::min(losing.size(), worst_targets);
  std::partial_sort(losing.begin(), losing.begin() + static_cast<std::ptrdiff_t>(kept), losing.end(),
                    [](const TargetLoss& a, const TargetLoss& b) {
                      return a.sent - a.answered != b.sent - b.answered ? a.sent - a.answered > b.sent - b.answered
                                                                        : a.address < b.address;
                    });
  losing.resize(kept);
  result.worst = std::move(losing);
}

}  // namespace

TrialShare::TrialShare(const TrialRequest& request, const Options& options, const MachineAddresses& machine,
                       Transport& transport)
    : start_ns_(options.start_ns + static_cast<std::int64_t>(1e9 / request.rate_pps * options.worker)),
      before_(transport.counts()),
      order_(request.targets->count(), options.run),
      source_(*request.targets, order_, positions_of(request, options.worker, options.workers), nullptr),
      key_(options.key),
      job_(job_options(request, options), rtts_),
      worker_(worker_options(request, options, source_.left()), job_, source_, sink_, transport, key_, machine,
              tally_) {}

void TrialShare::run(const std::atomic<StopLevel>& stop, WorkerProgress& progress) {
  worker_.run(start_ns_, stop, progress);
  // The counters of a transport that is lent again go on.
  tally_.local.buffer_ring_empty -= before_.buffer_ring_empty;
  tally_.local.multishot_ended -= before_.multishot_ended;
  tally_.local.completion_overflow -= before_.completion_overflow;
  tally_.local.short_sends -= before_.short_sends;
  tally_.rtt.clock_steps -= before_.clock_steps;
}

bool HalfLost::seen(std::int64_t now_ns, std::span<const std::unique_ptr<WorkerProgress>> workers) {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t silent = 0;
  std::uint64_t errors = 0;
  for (const auto& worker : workers) {
    sent += worker->sent.load(std::memory_order_relaxed);
    answered += worker->answered.load(std::memory_order_relaxed);
    silent += worker->timed_out.load(std::memory_order_relaxed);
    errors += worker->errors.load(std::memory_order_relaxed);
  }
  sent_.push_back({now_ns, sent});
  // Probes sent since then cannot have timed out yet.
  while (sent_.front().at_ns < now_ns - timeout_ns_) sent_.pop_front();
  const std::uint64_t could_time_out = sent_.front().probes;
  const bool by_silence = could_time_out >= telling_probes && 2 * silent > could_time_out;
  const bool by_both = answered + silent + errors >= telling_probes && silent + errors > answered;
  return by_silence || by_both;
}

TrialResult merge(const TrialRequest& request, std::span<const std::unique_ptr<TrialShare>> shares) {
  TrialResult result;
  result.purpose = request.purpose;
  result.asked_pps = request.rate_pps;
  result.length_ns = request.length_ns;
  result.planned = request.probes();
  Tally tally;
  std::int64_t sending_ns = 0;
  std::vector<TargetLoss> targets(request.targets->count());
  for (const auto& share : shares) {
    result += share->job_.counts();
    tally += share->tally_;
    result.rtts += share->rtts_;
    sending_ns = std::max(sending_ns, share->worker_.sending_ns());
    for (std::uint64_t i = 0; i < targets.size(); ++i) {
      targets[i].sent += share->job_.of_target(i).sent;
      targets[i].answered += share->job_.of_target(i).answered;
    }
  }
  for (std::uint64_t i = 0; i < targets.size(); ++i) targets[i].address = request.targets->address_at(i);
  result.late = tally.replies.late;
  result.duplicate = tally.replies.duplicate;
  result.refused += tally.local.lost_here;
  result.dropped = tally.local.socket_drops;
  const auto sent = static_cast<double>(result.sent);
  result.offered_pps =
      result.sent == 0 ? 0 : sent / std::max(static_cast<double>(sending_ns) / 1e9, sent / request.rate_pps);
  result.carried_pps =
      static_cast<double>(result.answered_second_half) / (static_cast<double>(request.length_ns) / 2e9);
  note_targets(request, targets, result);
  return result;
}

}  // namespace ringsweep
