// Addresses of many names at once: asks at most `in_flight_max` at a time (c-ares), on a thread of its own, so that a
// sweep neither waits for the slowest name nor for all of them. The system's resolv.conf and hosts file hold.
//
// `look_up` and `addresses` may be called from any thread; an answer, once given, never changes. The first address is
// that of RFC 6724. Destroying a Resolver ends it at once; what is pending then stays pending.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/targets/target_source.h"

namespace ringsweep {

class Resolver : public NameLookup {
 public:
  struct Options {
    bool allow_v4 = true;
    bool allow_v6 = true;
    unsigned in_flight_max = 200;
    int timeout_ms = 2000;  // of the first try; later ones wait longer
    int tries = 3;
    std::string servers;  // "ADDRESS:PORT,..." instead of resolv.conf's (tests)
  };
  // Starts at once. Throws Error where there is no resolver to be had (exit 4).
  Resolver(std::vector<std::string> names, const Options& options);
  ~Resolver() override;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  NameAnswer look_up(std::uint64_t name) const override;
  // All addresses of a name, in RFC 6724 order; empty while pending and where unresolved.
  std::vector<Address> addresses(std::uint64_t name) const;
  // Sleeps until every name has an answer, or `timeout_ms` has passed; true: all have.
  bool wait_for_all(std::int64_t timeout_ms) const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace ringsweep
