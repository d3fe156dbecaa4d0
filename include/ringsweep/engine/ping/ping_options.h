// What a user asks of `ping`. A plain value; cli/ping/ping_arguments.h fills it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/net/ping/ping_socket.h"

namespace ringsweep {

struct PingOptions {
  std::string host;
  Family family = Family::none;  // -4, -6; none: whichever the host has
  std::uint64_t count = 0;       // -c; 0: until it is stopped
  std::int64_t interval_ms = 1000;
  bool interval_given = false;
  std::int64_t deadline_s = 0;      // -w; 0: none
  std::int64_t linger_ms = 10'000;  // -W: for the reply to the last probe, where there was none at all
  bool pattern_given = false;       // -p
  std::vector<std::uint8_t> pattern;
  bool adaptive = false;     // -A
  bool audible = false;      // -a
  bool flood = false;        // -f
  bool numeric = false;      // -n
  bool outstanding = false;  // -O
  bool quiet = false;        // -q
  bool stamps = false;       // -D
  bool verbose = false;      // -v
  bool is_root = false;      // else: no short intervals, no large preload
  PingSocketOptions socket;
};

}  // namespace ringsweep
