// Signals as events for the main thread: INT, TERM and HUP ask for an end, USR1 for a line of progress. They are
// blocked from construction on, so construct it before any thread starts; the threads then inherit the blocked mask.
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>

namespace ringsweep {

class Signals {
 public:
  Signals();   // throws Error where the system has no descriptor left
  ~Signals();  // what came and was not waited for is dropped; what comes later acts as before construction
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Sleeps until a signal, until `notify` was called, or for `timeout_ns`; returns the signal's number where it was
  // one.
  std::optional<int> wait(std::int64_t timeout_ns);
  // From any thread: ends the present or next wait.
  void notify();

 private:
  int signal_fd_;
  int event_fd_;
  sigset_t before_;
};

}  // namespace ringsweep
