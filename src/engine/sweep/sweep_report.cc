// What a Sweep reports about itself while it runs and at its end.
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>

#include "engine/sweep/completeness.h"
#include "engine/sweep/sweep_parts.h"
#include "ringsweep/engine/sweep/sweep.h"
#include "ringsweep/system/clock.h"

namespace ringsweep {
namespace {

// Adds the states of the targets that earlier runs decided; probes, replies and RTTs are those of this run.
void add_earlier_runs(SweepSummary& summary, const Journal& journal) {
  const JournalRecord& before = journal.begin();
  summary.run = before.runs;
  summary.decided_before = journal.decided_before().set.count();
  for (std::size_t i = 0; i < state_count; ++i) summary.tally.states[i] += before.states[i];
  summary.tally.local.targets_refused += before.targets_refused;
  summary.tally.local.unrepaired += before.unrepaired;
}

std::string kernel_release() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.release) : std::string();
}

}  // namespace

void Sweep::print_start() const {
  StartInfo info;
  info.targets = plan().targets_here;
  info.shard = options_.shard;
  info.shards = options_.shards;
  info.rate = plan().rate;
  info.rate_reason = plan().rate_reason;
  info.packet_bytes = plan().packet_bytes;
  info.longest_ns = plan().longest_duration_ns();
  if (info.longest_ns && *info.longest_ns < never_ns) *info.longest_ns += on_link().longest_wait_ns();
  if (const std::uint64_t limit = on_link().limit(); limit != 0 && limit < info.targets) {
    info.longest_ns.reset();
    info.on_link_limit = limit;
  }
  info.names_ns = columns_.longest_wait_ns(info.targets);
  info.seed = plan().seed;
  if (setup_.journal != nullptr) info.decided_before = setup_.journal->decided_before().set.count();
  info.sockets = setup_.prepared.sockets.description;
  info.engine = crew_.description();
  info.workers = plan().workers;
  const std::string line = start_line(info);
  [[maybe_unused]] const auto put = write(STDERR_FILENO, line.data(), line.size());
}

ProgressSnapshot Sweep::snapshot() const {
  ProgressSnapshot now;
  now.elapsed_ns = monotonic_now_ns() - started_ns_;
  now.targets = plan().targets_here;
  if (setup_.journal != nullptr) {
    const JournalRecord& before = setup_.journal->begin();
    now.decided_before = setup_.journal->decided_before().set.count();
    now.decided = now.decided_before;
    now.alive = before.states[static_cast<std::size_t>(State::alive)];
  }
  for (const auto& part : parts_) {
    const WorkerProgress& progress = part->progress;
    now.decided += progress.decided.load(std::memory_order_relaxed);
    now.sent += progress.sent.load(std::memory_order_relaxed);
    now.alive += progress.alive.load(std::memory_order_relaxed);
    now.lost_here +=
        progress.lost_here.load(std::memory_order_relaxed) + progress.socket_drops.load(std::memory_order_relaxed);
  }
  return now;
}

SweepSummary Sweep::summarize(const WriterResult& written, const StoreResult& stored) const {
  SweepSummary summary;
  summary.version = setup_.version;
  summary.command = options_.command;
  summary.plan_id = plan().plan_id;
  summary.targets_id = plan().targets_id;
  summary.targets = plan().targets_here;
  summary.seed = plan().seed;
  summary.shard = options_.shard;
  summary.shards = options_.shards;
  summary.rate_asked = plan().rate;
  summary.started_ns = started_wall_ns_;
  summary.duration_ns = finished_ns_ - started_ns_;
  summary.finished_ns = started_wall_ns_ + summary.duration_ns;
  bool held_back = false;
  for (const auto& part : parts_) {
    held_back = held_back || part->share->worker.was_held_back();
    summary.tally += part->tally;
    summary.rtts += part->rtts;
    summary.sending_ns = std::max(summary.sending_ns, part->share->worker.sending_ns());
  }
  if (setup_.journal != nullptr) add_earlier_runs(summary, *setup_.journal);
  summary.engine = to_text(crew_.kind());
  summary.engine_note = crew_.description();
  summary.sockets = to_text(setup_.prepared.sockets.plan);
  summary.sockets_note = setup_.prepared.sockets.description;
  summary.matching = "tagged";
  summary.workers = plan().workers;
  summary.kernel = kernel_release();
  on_link().report(summary, held_back);
  if (std::string names = columns_.report(); !names.empty()) summary.notes.push_back(std::move(names));
  CompletenessFacts facts{options_,
                          setup_.output_name,
                          interrupts_ > 0,
                          LocalCounters::read().since(counters_before_),
                          setup_.prepared.sockets.v6_drops_hidden,
                          stored};
  if (setup_.journal != nullptr) facts.lost_before = setup_.journal->begin().lost;
  assess_completeness(summary, written, facts);
  return summary;
}

}  // namespace ringsweep
