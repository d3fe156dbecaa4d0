// What the responder saw and did: kept in memory as it happens, written as CSV at the end. Blocks of records are
// allocated when they are needed, so that a growing log never moves.
//
//   address,id,seq,probe,received_ns,received_real_ns,sent_ns,sent_real_ns,kind,type,code,responder,copy,rule,run
//
// One row for each packet that was sent, and one (sent_ns -1) for each answer that was not:
//   address, id, seq        of the probe
//   probe                   this was the n-th probe to that address in this run, from 1
//   received_ns, sent_ns    CLOCK_MONOTONIC: after the probe was read, before the answer was written. The kernel's
//   receive
//                           stamp of the answer is later than sent_ns, by some microseconds
//   ..._real_ns             CLOCK_REALTIME of the same moments
//   kind                    Kind, scenario.h
//   type, code, responder   of the packet that was sent, else empty
//   copy                    0, or the n-th copy of `dup`
//   rule                    its line in the scenario; 0: no rule
//   run                     from 1; a SIGUSR1 begins the next
// At the end come lines `# NAME NUMBER`: counters of the whole time (Responder::counters).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ringsweep/base/address.h"
#include "tun/scenario.h"

namespace ringsweep::tun {

struct Moment {
  std::int64_t monotonic_ns = -1, realtime_ns = -1;
};

struct SeenProbe {
  Address target;
  Moment received;
  std::uint32_t number = 0;
  std::uint32_t run = 1;
  std::uint16_t identifier = 0, sequence = 0;
};

struct Event {
  SeenProbe probe;
  Moment sent;
  const Rule* rule = nullptr;      // null: none
  const Answer* answer = nullptr;  // null: none
  std::uint32_t copy = 0;
  Kind kind = Kind::silent;
};

using Counters = std::vector<std::pair<std::string, std::uint64_t>>;

class EventLog {
 public:
  void add(const Event& event) {
    if (used_ == block_size) {
      blocks_.push_back(std::make_unique<Event[]>(block_size));
      used_ = 0;
    }
    blocks_.back()[used_++] = event;
  }

  // Throws a system Error.
  void write(const std::string& path, const Counters& counters) const;

 private:
  static constexpr std::size_t block_size = 16'384;

  std::vector<std::unique_ptr<Event[]>> blocks_;
  std::size_t used_ = block_size;
};

}  // namespace ringsweep::tun
