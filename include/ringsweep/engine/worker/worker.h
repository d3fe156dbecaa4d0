// One loop, one ring, one table, one thread (src/README.md, 3.1).
//
//   wait -> replies until dry -> expire -> obey the stop level -> send -> tick
//
// A Worker is made and run on its own thread; everything that it is given outlives it. It shares nothing with others
// but what its VerdictSink does, the stop level, and a block of relaxed counters for progress. The loop never blocks on
// output, never throws and never allocates.
#pragma once

#include <atomic>
#include <cstdint>

#include "ringsweep/core/jobs/flight.h"
#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/jobs/tally.h"
#include "ringsweep/core/probe/probe_token.h"
#include "ringsweep/core/targets/target_source.h"
#include "ringsweep/engine/worker/receiver.h"
#include "ringsweep/engine/worker/sender.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

// How to end a run: `drain` sends nothing more and listens for at most one timeout, `now` ends at once.
enum class StopLevel : int {
  run = 0,
  drain = 1,
  now = 2
};

// What others may see of a running worker; written at its tick, read by anyone.
struct WorkerProgress {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> decided{0};
  std::atomic<std::uint64_t> alive{0};
  std::atomic<std::uint64_t> lost_here{0};
  std::atomic<std::uint64_t> socket_drops{0};
  std::atomic<std::uint64_t> answered{0};   // probes
  std::atomic<std::uint64_t> timed_out{0};  // probes
  std::atomic<std::uint64_t> errors{0};     // probes
};

class Worker {
 public:
  struct Options {
    Sender::Options sender;
    std::uint64_t table_slots = min_table_slots;
    std::uint64_t targets_waiting_max = min_table_slots;
    OnLinkGuard::Options on_link;
  };
  Worker(const Options& options, Job& job, TargetSource& source, VerdictSink& sink, Transport& transport,
         const TokenKey& key, const MachineAddresses& machine, Tally& tally);

  // Until every target of `source` is decided, or the run is stopped; the first probe is due at `start_ns`. Once only.
  // Afterwards the tally balances.
  void run(std::int64_t start_ns, const std::atomic<StopLevel>& stop, WorkerProgress& progress);
  std::int64_t sending_ns() const { return sender_.sending_ns(); }
  bool was_held_back() const { return sender_.was_held_back(); }

 private:
  // Looks at all that arrived; keeps `heard_until_ns_`.
  void receive();
  void expire();
  void check_losses(std::int64_t now_ns);
  // Checks whether so much was waiting that the kernel may have dropped errors without counting them.
  void check_backlog();
  // Answers were lost here: sends again what is in flight, more slowly.
  void repair(std::int64_t now_ns);
  void tick(std::int64_t now_ns, WorkerProgress& progress);
  void obey(StopLevel level, std::int64_t now_ns);
  bool done(StopLevel level, std::int64_t now_ns) const;
  void finish(WorkerProgress& progress);

  Job& job_;
  VerdictSink& sink_;
  Transport& transport_;
  Tally& tally_;
  std::uint64_t share_;  // targets of this worker
  std::int64_t longest_timeout_ns_ = 0;
  std::uint64_t answer_charge_bytes_ = 0;  // to the socket's receive buffer
  OnLinkGuard guard_;
  Flight flight_;
  Receiver receiver_;
  Sender sender_;

  std::int64_t heard_until_ns_ = 0;
  std::int64_t next_tick_ns_ = 0;
  std::uint64_t drops_seen_ = 0;
  std::uint64_t backlog_packets_ = 0;  // looked at since nothing was waiting
  std::int64_t drain_until_ns_ = never_ns;
};

}  // namespace ringsweep
