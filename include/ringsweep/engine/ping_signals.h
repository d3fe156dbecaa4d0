// The signals of `ping`: INT asks for the statistics and the end, QUIT for a line of status. Taken while it waits, so
// none is lost between a look and a sleep. Like ping it heeds them even where its caller ignores them. Blocked from
// construction on, for all threads that begin later.
#pragma once

#include <csignal>
#include <cstdint>

#include "ringsweep/net/file_descriptor.h"

namespace ringsweep {

class PingSignals {
 public:
  PingSignals();  // throws Error where the system has no descriptor left
  ~PingSignals();
  PingSignals(const PingSignals&) = delete;
  PingSignals& operator=(const PingSignals&) = delete;

  // Sleeps until there is something to read from the descriptor, until a signal, or for `timeout_ns`. What poll says of
  // the descriptor (POLLIN, POLLERR), or 0.
  short wait(int fd, std::int64_t timeout_ns);

  bool stopped() const { return stopped_; }
  // True once for each QUIT, or for several of them.
  bool take_status_request();

 private:
  FileDescriptor signals_;
  sigset_t before_;
  bool stopped_ = false;
  bool status_requested_ = false;
};

}  // namespace ringsweep
