// From targets to packets: takes what is due, seals tokens, hands a batch to the transport, and deals with what did not
// leave (src/README.md, 3.7 and 3.8).
//
// Order of a sweep: what was lost here, then due retries, then new targets; a trial starts every target once first.
// Everything that leaves is inside the rate. Local refusals back off without limit of tries (full), with one (maybe),
// or end the target at once (final). Owner: one worker; hot: never throws or allocates after construction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "ringsweep/core/jobs/flight.h"
#include "ringsweep/core/jobs/machine_addresses.h"
#include "ringsweep/core/probe/delay_queue.h"
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/core/probe/pacer.h"
#include "ringsweep/core/probe/probe_token.h"
#include "ringsweep/core/targets/target_source.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

class Sender {
 public:
  struct Options {
    Rate rate;
    std::uint32_t batch = default_batch;
    std::size_t payload_size = token_size;
    std::uint8_t worker = 0;
    std::uint16_t run = 0;
    bool need_v4 = true;
    bool need_v6 = false;
  };
  Sender(const Options& options, Job& job, Flight& flight, TargetSource& source, OnLinkGuard& guard,
         const VerdictSink& sink, Transport& transport, const TokenKey& key, const MachineAddresses& machine,
         Tally& tally);

  // The first probe is due then. Call once, before all else.
  void begin(std::int64_t start_ns);
  // Sends what pacer, table, output and transport grant at `now_ns`: at most one batch.
  void send_due(std::int64_t now_ns);
  // When send_due may have something to do: never_ns where only a reply, a timeout or a stop can change that.
  std::int64_t next_ns() const;
  // Every target was started, nothing waits for another probe.
  bool finished() const;
  // The guard kept some on-link target waiting.
  bool was_held_back() const { return held_back_; }
  // No new target and no retry from now on.
  void stop() { stopped_ = true; }

  // Replies were lost here: half the rate, again where losses go on, until a second without any.
  void slow_down(std::int64_t now_ns);
  // From the first probe to the last one that left; 0 while none has.
  std::int64_t sending_ns() const { return last_sent_ns_ - first_sent_ns_; }
  // The tick: the asked rate again, when that second is over.
  void recover(std::int64_t now_ns);

 private:
  // Fills the batch with at most `limit` probes.
  void fill(std::uint32_t limit, std::int64_t now_ns);
  // Takes one target that is due, or a new one; false if there is none to take now.
  bool take_one(std::int64_t now_ns);
  // Puts the next probe of this target into the batch, unless it turns out to need none.
  void add(const WaitingTarget& target, std::int64_t now_ns);
  // A new target whose address is not known yet, or that has to wait for a place, has its turn again soon.
  void ask_again(const WaitingTarget& entry, std::int64_t now_ns);
  // Gives a new target on our own links its place in the guard; false if none is free yet.
  bool take_place(TargetMemory& memory, const Address& address, std::int64_t now_ns);
  // The address of a target; nothing where it was decided without a probe, or waits for its name.
  std::optional<Address> address_to_probe(const WaitingTarget& entry, std::int64_t now_ns);
  // When table and guard allow a new target; never_ns if only an event can.
  std::int64_t next_new_target_ns() const;
  bool cap_reached() const;
  void settle(const SendResult& result);
  // Returns false where the refusal means that nothing can leave for now.
  bool settle_failure(std::uint64_t number, int errno_value, std::int64_t now_ns);
  std::uint64_t fastest_milli_pps(std::int64_t now_ns) const;
  void back_off(bool some_left, std::int64_t now_ns);
  void note_span(const SendResult& result);

  Options options_;
  Job& job_;
  Flight& flight_;
  TargetSource& source_;
  OnLinkGuard& guard_;
  const VerdictSink& sink_;
  Transport& transport_;
  const TokenKey& key_;
  const MachineAddresses& machine_;
  Tally& tally_;
  std::optional<Pacer> pacer_;  // since begin()

  std::optional<ProbePackets> packets_v4_;
  std::optional<ProbePackets> packets_v6_;
  std::array<OutgoingPacket, max_batch> batch_;
  std::array<std::uint64_t, max_batch> numbers_{};
  std::uint32_t filled_ = 0;

  DelayQueue names_;  // targets whose name is not resolved yet, or lies on-link where there is no place
  std::uint64_t launched_ = 0;
  std::int64_t blocked_until_ns_ = 0;  // after a refusal; also while the output is full
  std::int64_t backoff_ns_ = 0;
  std::int64_t usual_span_ns_ = 25'000;  // of one probe in a batch, smoothed; at first what a slow machine takes
  std::int64_t slowed_until_ns_ = never_ns;
  std::int64_t next_halving_ns_ = 0;
  std::int64_t first_sent_ns_ = 0;
  std::int64_t last_sent_ns_ = 0;
  bool held_back_ = false;
  bool output_full_ = false;
  bool stopped_ = false;
};

}  // namespace ringsweep
