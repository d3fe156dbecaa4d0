#include "ringsweep/engine/worker/worker.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace ringsweep {
namespace {

std::int64_t longest_of(const Schedule& schedule) {
  std::int64_t longest = 0;
  for (std::size_t c = 0; c < schedule.classes(); ++c) longest = std::max(longest, schedule.of_class(c));
  return longest;
}

Receiver::Identity identity_of(const Sender::Options& options, const Transport& transport) {
  Receiver::Identity identity;
  if (options.need_v4) identity.identifier_v4 = transport.identifier(Family::v4);
  if (options.need_v6) identity.identifier_v6 = transport.identifier(Family::v6);
  identity.worker = options.worker;
  identity.run = options.run;
  return identity;
}

}  // namespace

Worker::Worker(const Options& options, Job& job, TargetSource& source, VerdictSink& sink, Transport& transport,
               const TokenKey& key, const MachineAddresses& machine, Tally& tally)
    : job_(job),
      sink_(sink),
      transport_(transport),
      tally_(tally),
      share_(source.left()),
      longest_timeout_ns_(longest_of(job.plan().timeouts)),
      answer_charge_bytes_(packet_charge_bytes(options.sender.payload_size)),
      guard_(options.on_link, job.plan()),
      flight_(job, tally, guard_, options.table_slots, options.targets_waiting_max, options.sender.need_v6),
      receiver_(flight_, key, identity_of(options.sender, transport), machine, tally),
      sender_(options.sender, job, flight_, source, guard_, sink, transport, key, machine, tally) {}

void Worker::run(std::int64_t start_ns, const std::atomic<StopLevel>& stop, WorkerProgress& progress) {
  heard_until_ns_ = start_ns;
  sender_.begin(start_ns);
  flight_.set_wall_offset(transport_.realtime_offset_ns());
  // Packets dropped before the first probe left were not answers to it.
  drops_seen_ = transport_.socket_drops();
  std::int64_t now_ns = transport_.now_ns();
  // A worker whose first probe is far off still looks at its stop level.
  next_tick_ns_ = now_ns + tick_ns;
  while (!done(stop.load(std::memory_order_relaxed), now_ns)) {
    transport_.wait(std::min({sender_.next_ns(), flight_.next_expiry_ns(), next_tick_ns_, drain_until_ns_}));
    receive();
    expire();
    now_ns = transport_.now_ns();
    obey(stop.load(std::memory_order_relaxed), now_ns);
    sender_.send_due(now_ns);
    if (now_ns >= next_tick_ns_) tick(now_ns, progress);
  }
  finish(progress);
}

void Worker::receive() {
  flight_.set_wall_offset(transport_.realtime_offset_ns());
  for (int reaps = 0; reaps < max_reaps_per_turn; ++reaps) {
    const Reaped reaped = transport_.reap();
    for (const ReceivedPacket& packet : reaped.packets) receiver_.take(packet);
    backlog_packets_ += reaped.packets.size();
    if (reaped.dry) {
      heard_until_ns_ = reaped.before_ns;
      check_backlog();
      return;
    }
  }
}

void Worker::check_backlog() {
  const std::uint64_t packets = std::exchange(backlog_packets_, 0);
  // No packet takes more room than an answer; errors quote only a part of a probe.
  if ((packets + 1) * answer_charge_bytes_ <= transport_.receive_buffer_bytes()) return;
  if (transport_.counts_all_drops()) return;
  ++tally_.local.receive_backlogs;
  repair(heard_until_ns_);
}

void Worker::expire() {
  if (flight_.next_expiry_ns() > heard_until_ns_) return;
  // No target is called silent before it is certain that no answer was dropped here.
  check_losses(heard_until_ns_);
  flight_.expire(heard_until_ns_);
}

void Worker::check_losses(std::int64_t now_ns) {
  const std::uint64_t drops = transport_.socket_drops();
  if (drops == drops_seen_) return;
  tally_.local.socket_drops += drops - drops_seen_;
  drops_seen_ = drops;
  repair(now_ns);
}

void Worker::repair(std::int64_t now_ns) {
  if (!job_.plan().repairs) return;
  flight_.void_in_flight(now_ns);
  sender_.slow_down(now_ns);
}

void Worker::tick(std::int64_t now_ns, WorkerProgress& progress) {
  next_tick_ns_ = now_ns + tick_ns;
  check_losses(now_ns);
  sender_.recover(now_ns);
  progress.sent.store(tally_.probes_sent, std::memory_order_relaxed);
  progress.decided.store(tally_.targets_decided(), std::memory_order_relaxed);
  progress.alive.store(tally_.of(State::alive), std::memory_order_relaxed);
  progress.lost_here.store(tally_.local.lost_here, std::memory_order_relaxed);
  progress.socket_drops.store(tally_.local.socket_drops, std::memory_order_relaxed);
  progress.answered.store(tally_.of(Outcome::answered), std::memory_order_relaxed);
  progress.timed_out.store(tally_.of(Outcome::timed_out), std::memory_order_relaxed);
  progress.errors.store(tally_.of(Outcome::error), std::memory_order_relaxed);
  sink_.publish();
}

void Worker::obey(StopLevel level, std::int64_t now_ns) {
  if (level == StopLevel::run || drain_until_ns_ != never_ns) return;
  sender_.stop();
  flight_.drain();
  drain_until_ns_ = now_ns + longest_timeout_ns_;
}

bool Worker::done(StopLevel level, std::int64_t now_ns) const {
  if (level == StopLevel::now || now_ns >= drain_until_ns_) return true;
  const bool nothing_to_send = drain_until_ns_ != never_ns || sender_.finished();
  return nothing_to_send && !flight_.may_hear(now_ns);
}

void Worker::finish(WorkerProgress& progress) {
  flight_.abandon();
  tally_.of(State::not_sent) += share_ - tally_.targets_decided();
  const TransportCounts counts = transport_.counts();
  tally_.local.buffer_ring_empty += counts.buffer_ring_empty;
  tally_.local.multishot_ended += counts.multishot_ended;
  tally_.local.completion_overflow += counts.completion_overflow;
  tally_.local.short_sends += counts.short_sends;
  tally_.rtt.clock_steps += counts.clock_steps;
  tick(transport_.now_ns(), progress);
  assert(tally_.balances(share_));
}

}  // namespace ringsweep
