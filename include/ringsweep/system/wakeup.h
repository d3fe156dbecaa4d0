// Wakes a thread that looks for work, without a lock: its event descriptor is written only while it really sleeps.
//
//   producer: make the work visible (sequentially consistent), then wake()
//   sleeper:  prepare_to_sleep(), look for work once more, then poll fd(); then awake()
//
// wake() costs one atomic operation while the sleeper is busy and one system call while it sleeps. It never blocks.
#pragma once

#include <atomic>

#include "ringsweep/system/event_descriptor.h"

namespace ringsweep {

class Wakeup {
 public:
  void wake() {
    if (sleeping_.load() && sleeping_.exchange(false)) event_.signal();
  }

  // Wakes it also from a sleep that does not wait for work (the writer waits for its reader).
  void wake_always() { event_.signal(); }

  void prepare_to_sleep() { sleeping_.store(true); }
  void awake() {
    sleeping_.store(false);
    event_.clear();
  }
  int fd() const { return event_.fd(); }

 private:
  EventDescriptor event_;
  std::atomic<bool> sleeping_{false};
};

}  // namespace ringsweep
