// The signals of `ping`: INT asks for the statistics and the end, QUIT for a line of status. Taken while it waits, so
// none is lost between a look and a sleep. Like ping it heeds them even where its caller ignores them. Blocked from
// construction on to the end of the process, for all threads that begin later: one that comes while the statistics are
// written must not take them away.
#pragma once

#include <cstdint>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class PingSignals {
 public:
  PingSignals();  // throws Error where the system has no descriptor left
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
  bool stopped_ = false;
  bool status_requested_ = false;
};

}  // namespace ringsweep
