// A network and a clock that exist only in memory: the real worker runs on them, hundreds of seeds a second.
//
// Time moves when the engine waits, sends or reads the clock, never by itself. A `SimBehaviour` says what each
// address does; every answer that was put on the wire is logged, so that a test can compare verdicts with the truth.
// The receiving socket has a buffer of so many packets: what arrives while it is full is dropped and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <random>
#include <vector>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

inline constexpr std::int64_t ms = ns_per_ms;

// One packet that comes back for a probe.
struct SimAnswer {
  enum class Kind {
    reply,
    error,
    forged,
    wrong_sequence,
    truncated,
    replayed  // the payload of the first probe to this address, in the header of this one
  };
  Kind kind = Kind::reply;
  std::int64_t delay_ns = 0;
  Address from = {};  // empty: the target itself
  std::uint8_t error_type = 3, error_code = 1;
  std::size_t quoted_bytes = 64;  // of our ICMP message, in an error
};

struct SimBehaviour {
  // What comes back for the n-th probe (from 1) to this address; nothing: silence.
  std::function<std::vector<SimAnswer>(const Address& to, std::uint32_t nth)> answers;
  // errno of the send, 0: it leaves. `sends` counts all tries so far.
  std::function<int(const Address& to, std::uint64_t sends)> send_error = [](const Address&, std::uint64_t) {
    return 0;
  };
};

class SimTransport : public Transport {
 public:
  struct Options {
    std::int64_t start_ns = 1'000 * ns_per_s;
    std::int64_t send_cost_ns = 1'000;  // of one packet in a batch
    std::int64_t clock_cost_ns = 100;   // of reading the clock
    std::size_t handed_out_per_reap = 32;
    std::size_t socket_buffer_packets = 1'000'000;
    std::uint64_t packet_charge_bytes = small_packet_charge_bytes;  // so much of the buffer
    bool kernel_stamps = true;
    // As ping sockets do: an error that finds the buffer full vanishes without being counted.
    bool counts_lost_errors = true;
    std::uint64_t drops_before_start = 0;  // while names were resolved
    // This many reaps in a hundred bring nothing although packets wait: the buffer ring ran empty, or the multishot
    // receive ended.
    unsigned starved_reaps_of_100 = 0;
  };
  SimTransport(const Options& options, SimBehaviour behaviour);

  std::int64_t now_ns() override;
  std::int64_t realtime_offset_ns() override { return realtime_offset_ns_; }
  void wait(std::int64_t until_ns) override;
  Reaped reap() override;
  SendResult send(std::span<const OutgoingPacket> batch) override;
  std::uint16_t identifier(Family family) const override { return family == Family::v4 ? 0x1234 : 0x5678; }
  bool kernel_checksums(Family /*family*/) const override { return true; }
  std::uint64_t socket_drops() override;
  std::uint64_t receive_buffer_bytes() const override {
    return options_.socket_buffer_packets * options_.packet_charge_bytes;
  }
  bool counts_all_drops() const override { return options_.counts_lost_errors; }
  TransportCounts counts() const override { return {}; }

  // The process is stopped at `at_ns` (or as soon as it waits) for `for_ns`.
  void stop_process(std::int64_t at_ns, std::int64_t for_ns);
  // A foreign packet finds the socket full.
  void drop_foreign() { ++drops_; }
  // The wall clock is set.
  void step_wall_clock(std::int64_t by_ns) { realtime_offset_ns_ += by_ns; }
  // Called at the start of each wait: the test's way to act in the middle of a run.
  std::function<void()> on_wait = [] {};

  // What happened, for the test. --------------------------------------------------------------------------------------
  struct Sent {
    Address to;
    std::int64_t at_ns;
  };
  const std::vector<Sent>& sent() const { return sent_; }
  // Arrival times of authentic replies of each address itself.
  const std::map<Address, std::vector<std::int64_t>>& replies() const { return replies_; }
  std::uint64_t probes_to(const Address& to) const;

 private:
  struct Arrival {
    std::int64_t at_ns;
    std::uint64_t order;
    std::vector<std::byte> bytes;
    ReceivedPacket packet;
  };
  struct Later {
    bool operator()(const Arrival& a, const Arrival& b) const {
      return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
    }
  };
  void advance(std::int64_t to_ns);
  void deliver_until(std::int64_t now_ns);
  void answer(const OutgoingPacket& probe, const SimAnswer& answer, std::int64_t sent_ns);

  Options options_;
  std::int64_t realtime_offset_ns_ = 1'700'000'000 * ns_per_s;
  SimBehaviour behaviour_;
  std::int64_t now_ns_;
  std::int64_t stop_at_ns_ = never_ns;
  std::int64_t stop_for_ns_ = 0;
  std::priority_queue<Arrival, std::vector<Arrival>, Later> wire_;
  std::deque<Arrival> socket_;       // arrived, not yet read
  std::vector<Arrival> handed_out_;  // what the last reap points into
  std::vector<ReceivedPacket> packets_;
  std::vector<SendFailure> failures_;
  std::vector<Sent> sent_;
  std::map<Address, std::uint32_t> probes_;
  std::map<Address, std::vector<std::byte>> first_probes_;
  std::map<Address, std::vector<std::int64_t>> replies_;
  std::uint64_t order_ = 0;
  std::uint64_t sends_ = 0;
  std::uint64_t drops_ = 0;
  std::uint64_t reaps_ = 0;
};

}  // namespace ringsweep
