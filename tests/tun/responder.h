// Plays the scenario: reads probes from the device, decides what becomes of each, and sends the answers when they are
// due. One thread, one loop; after it has warmed up, nothing in it allocates but the log's blocks and the state of new
// addresses.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "tun/echo_probe.h"
#include "tun/event_log.h"
#include "tun/rule_table.h"
#include "tun/scenario.h"
#include "tun/send_queue.h"
#include "tun/tun_device.h"

namespace ringsweep::tun {

class Responder {
 public:
  // All outlive it.
  Responder(const Scenario& scenario, TunDevice& device, EventLog& log, std::uint64_t seed);

  // Runs until `signals` (a signalfd) delivers something else than SIGUSR1, which begins a new run and is answered by
  // "run N" on stdout.
  void play(int signals);
  // What is still queued goes to the log as unsent; then the counters of the whole time.
  Counters finish();

 private:
  struct AddressHash {
    std::size_t operator()(const Address& address) const {
      return static_cast<std::size_t>((address.high * 31 + address.low) * 0x9E3779B97F4A7C15U);
    }
  };
  struct AddressState {
    std::uint32_t run = 0;
    std::uint32_t probes = 0;
  };
  // Of the rules with `forge replay`: payload of the first probe of this run, and of that of the run before.
  struct Payloads {
    std::uint32_t run = 0;
    std::vector<std::byte> first, earlier;
  };
  struct Bucket {
    double tokens = 0;
    std::int64_t filled_ns = -1;
  };
  struct Pending {
    Event event;
    std::int64_t due_ns = 0;
    std::vector<std::byte> packet;
  };

  bool read_some();
  void receive(std::span<const std::byte> packet);
  std::uint32_t count_probe(const Address& target);
  void answer(const EchoProbe& probe, Event event);
  std::span<const std::byte> replayed_payload(const EchoProbe& probe);
  bool is_limited(const Answer& answer, std::int64_t now_ns);
  void schedule(const EchoProbe& probe, Event event, std::span<const std::byte> replayed);
  void send_due();
  bool handle_signals(int signals);

  RuleTable rules_;
  TunDevice& device_;
  EventLog& log_;
  std::uint64_t seed_;
  std::uint32_t run_ = 1;
  SendQueue<Pending> queue_;
  std::unordered_map<Address, AddressState, AddressHash> addresses_;
  std::unordered_map<Address, Payloads, AddressHash> payloads_;
  std::unordered_map<const Answer*, Bucket> buckets_;
  DeviceCounters counters_before_;

  std::uint64_t packets_ = 0, probes_ = 0, ignored_ = 0, sent_ = 0, refused_ = 0;
  std::uint64_t streak_ = 0, longest_streak_ = 0, longest_queue_ = 0;
  std::int64_t latest_send_ns_ = 0;
};

}  // namespace ringsweep::tun
