// Signals as events of the main thread. They are blocked from construction on, so construct this before any thread
// starts: threads inherit the blocked mask. A signal that arrives between two waits is kept for the next one.
#pragma once

#include <poll.h>

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "ringsweep/system/event_descriptor.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class Signals {
 public:
  // What happens to the signals that arrive after the object's life.
  enum class Afterwards : std::uint8_t {
    act,     // they act as before construction; those that nobody waited for are dropped
    blocked  // they stay blocked until the process ends
  };

  // Of a sweep and of a throughput test: INT, TERM and HUP ask for the end, unless the caller ignores them (nohup, a
  // job in the background); USR1 asks for a line of progress. Throws Error if the process has no descriptor left.
  Signals();
  // These, even if the caller ignores them. Throws likewise.
  Signals(std::initializer_list<int> numbers, Afterwards afterwards);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Sleeps until a signal arrives, until notify() is called, until `also` has one of its events, or for `timeout_ns`.
  // Returns the number of the signal, if there was one; `also->revents` is set in any case.
  std::optional<int> wait(std::int64_t timeout_ns, pollfd* also = nullptr);
  // From any thread: ends the present or the next wait.
  void notify() { notified_.signal(); }

 private:
  Signals(const sigset_t& wanted, Afterwards afterwards);

  Afterwards afterwards_;
  EventDescriptor notified_;
  FileDescriptor signals_;
  sigset_t before_;
};

}  // namespace ringsweep
