// Runs one sweep with the real worker over the simulated network, and gives back everything that can be checked.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/core/jobs/sweep_job.h"
#include "ringsweep/core/probe/rtt_histogram.h"
#include "ringsweep/engine/worker/worker.h"
#include "sim/sim_transport.h"

namespace ringsweep {

// Keeps the verdicts; full while `room` is 0.
class CollectingSink : public VerdictSink {
 public:
  void decided(const Verdict& verdict) override {
    if (verdicts.size() == verdicts.capacity()) overflowed = true;
    verdicts.push_back(verdict);
  }
  bool has_room() const override { return verdicts.size() < room; }

  std::vector<Verdict> verdicts;
  std::uint64_t room = ~std::uint64_t{0};
  bool overflowed = false;
};

inline std::vector<SimAnswer> reply_after(std::int64_t delay_ns) {
  return {{.delay_ns = delay_ns}};
}

inline SimBehaviour all_alive(std::int64_t delay_ns) {
  return {.answers = [delay_ns](const Address&, std::uint32_t) { return reply_after(delay_ns); }};
}

inline SimBehaviour all_silent() {
  return {.answers = [](const Address&, std::uint32_t) { return std::vector<SimAnswer>{}; }};
}

struct SimSweepOptions {
  std::vector<std::string> targets = {};
  std::vector<std::string> excludes = {};
  Rate rate{10'000'000};  // 10k pps
  std::uint32_t batch = default_batch;
  std::size_t payload_size = token_size;
  SweepJob::Options job = {};
  std::uint64_t table_slots = 65'536;
  std::uint64_t seed = 1;
  unsigned worker = 0;
  unsigned workers = 1;
  std::int64_t first_probe_after_ns = 0;
  SimTransport::Options transport = {};
  MachineAddresses machine = {};
  const NameLookup* names = nullptr;
  const OnLinkPrefixes* on_link = nullptr;
  std::uint64_t on_link_limit = OnLinkGuard::unlimited;
  const NeighbourView* neighbours = nullptr;
};

struct SimSweep {
  SimSweep(const SimSweepOptions& options, SimBehaviour behaviour)
      : targets(build(options)),
        order(targets.count(), options.seed),
        source(targets, order, Stride::of(targets.count(), 1, 1, options.worker, options.workers), options.names,
               options.on_link),
        transport(options.transport, std::move(behaviour)),
        job(with_slots(options), sink, tally, rtts, options.neighbours),
        start_ns(options.transport.start_ns + options.first_probe_after_ns),
        worker(worker_options(options), job, source, sink, transport, key, machine, tally) {
    machine = options.machine;
    sink.verdicts.reserve(targets.count() + 1);
  }

  void run() { worker.run(start_ns, stop, progress); }

  // The row of an address; fails unless there is exactly one.
  Verdict row(const std::string& address) const {
    const Address wanted = parse_address(address).value();
    const Verdict* found = nullptr;
    for (const Verdict& verdict : sink.verdicts) {
      if (verdict.address != wanted) continue;
      EXPECT_EQ(found, nullptr) << "two rows for " << address;
      found = &verdict;
    }
    EXPECT_NE(found, nullptr) << "no row for " << address;
    return found == nullptr ? Verdict{} : *found;
  }
  // How many rows there are; each target has at most one.
  std::uint64_t rows() const {
    std::map<std::uint64_t, int> seen;
    for (const Verdict& verdict : sink.verdicts) EXPECT_EQ(++seen[verdict.target], 1) << "target " << verdict.target;
    return seen.size();
  }

  static TargetSet build(const SimSweepOptions& options) {
    TargetSetBuilder builder({default_max_targets, true, true, {}});
    for (const std::string& spec : options.targets) builder.add(spec, "test");
    for (const std::string& spec : options.excludes) builder.exclude(spec, "test");
    return builder.build();
  }
  static SweepJob::Options with_slots(const SimSweepOptions& options) {
    SweepJob::Options job_options = options.job;
    job_options.open_targets_max = options.table_slots;
    return job_options;
  }
  static Worker::Options worker_options(const SimSweepOptions& options) {
    Worker::Options result;
    result.table_slots = options.table_slots;
    result.on_link = {options.on_link_limit, 3 * ns_per_s, 45 * ns_per_s, options.neighbours};
    result.targets_waiting_max = options.table_slots;
    result.sender.rate = options.rate;
    result.sender.batch = options.batch;
    result.sender.payload_size = options.payload_size;
    result.sender.run = 77;
    result.sender.need_v6 = true;
    return result;
  }

  TargetSet targets;
  Permutation order;
  TargetSource source;
  SimTransport transport;
  CollectingSink sink;
  Tally tally;
  RttHistogram rtts;
  MachineAddresses machine;
  TokenKey key{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
  std::atomic<StopLevel> stop{StopLevel::run};
  WorkerProgress progress;
  SweepJob job;
  std::int64_t start_ns;
  Worker worker;
};

}  // namespace ringsweep
