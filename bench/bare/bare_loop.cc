// The bare loop: the system calls of a sweep and nothing else, with the same sockets and options (stamps, TTL, buffers,
// batches of 32), as a baseline for sweeps. It has no table, tags, order or rows: replies are counted and not read.
//
//   bare_loop uring|mmsg dgram|raw WORKERS FIRST COUNT     probes COUNT addresses from FIRST on, as fast as it goes
//
// Prints "SENT RECEIVED SECONDS" (from the first send until the last reply). The caller decides where it
// runs; scripts/compare runs it in the lab.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "bare_engine.h"
#include "ringsweep/system/clock.h"

namespace {

using namespace ringsweep;

// After so long without a reply no more are expected.
constexpr std::int64_t patience_ns = 300 * ns_per_ms;

struct Share {
  std::uint32_t first, end;  // positions, every `step`-th
  std::uint32_t step;
};

struct Outcome {
  std::uint64_t sent = 0, received = 0;
  std::int64_t began_ns = 0, ended_ns = 0;
};

Outcome run(bare::Engine& engine, const Address& first, const Share& share) {
  Outcome outcome;
  outcome.began_ns = outcome.ended_ns = monotonic_now_ns();
  std::array<Address, default_batch> batch;
  for (std::uint32_t at = share.first; at < share.end;) {
    std::size_t filled = 0;
    for (; filled < batch.size() && at < share.end; at += share.step)
      batch[filled++] = Address::v4(static_cast<std::uint32_t>(first.low) + at);
    outcome.sent += engine.send({batch.data(), filled});
    outcome.received += engine.receive();
  }
  std::int64_t now_ns = outcome.ended_ns = monotonic_now_ns();
  while (outcome.received < outcome.sent && now_ns < outcome.ended_ns + patience_ns) {
    const std::uint64_t more = engine.receive();
    outcome.received += more;
    now_ns = monotonic_now_ns();
    if (more > 0) outcome.ended_ns = now_ns;
  }
  return outcome;
}

SocketSet sockets_of(const std::string& plan) {
  SocketOptions options;
  options.plan = plan == "raw" ? SocketPlan::raw : SocketPlan::dgram;
  options.receive_buffer_bytes = options.send_buffer_bytes = 32 << 20;
  return open_sockets(options);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto first = words.size() == 5 ? parse_address(words[3]) : std::nullopt;
  if (!first || (words[0] != "uring" && words[0] != "mmsg") || (words[1] != "dgram" && words[1] != "raw")) {
    std::fputs("usage: bare_loop uring|mmsg dgram|raw WORKERS FIRST COUNT\n", stderr);
    return 2;
  }
  const auto workers = static_cast<std::uint32_t>(std::strtoul(words[2].c_str(), nullptr, 10));
  const auto count = static_cast<std::uint32_t>(std::strtoul(words[4].c_str(), nullptr, 10));
  std::vector<Outcome> outcomes(workers);
  std::vector<std::thread> threads;
  std::latch ready(static_cast<std::ptrdiff_t>(workers));
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      const auto engine = bare::make_engine(words[0] == "uring", sockets_of(words[1]));
      ready.arrive_and_wait();
      outcomes[worker] = run(*engine, *first, {worker, count, workers});
    });
  }
  for (std::thread& thread : threads) thread.join();
  Outcome all = outcomes[0];
  for (std::uint32_t worker = 1; worker < workers; ++worker) {
    all.sent += outcomes[worker].sent;
    all.received += outcomes[worker].received;
    all.began_ns = std::min(all.began_ns, outcomes[worker].began_ns);
    all.ended_ns = std::max(all.ended_ns, outcomes[worker].ended_ns);
  }
  std::printf("%lu %lu %.6f\n", all.sent, all.received, static_cast<double>(all.ended_ns - all.began_ns) / 1e9);
  return 0;
}
