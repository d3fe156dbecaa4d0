// Wakes the writer's thread from others, without a lock: an eventfd, written only while the writer really sleeps.
//
//   producer: make the work visible (sequentially consistent), then wake()
//   writer:   prepare_to_sleep(), look for work once more, then poll fd(); then awake()
//
// wake() costs one atomic operation while the writer is busy and one system call while it sleeps. It never blocks.
#pragma once

#include <atomic>

namespace ringsweep {

class Wakeup {
 public:
  Wakeup();  // throws Error where the system has no descriptor left
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  void wake() {
    if (sleeping_.load() && sleeping_.exchange(false)) signal();
  }

  // Also where the writer does not sleep for work, but waits for its reader.
  void wake_always() { signal(); }

  void prepare_to_sleep() { sleeping_.store(true); }
  void awake();
  int fd() const { return fd_; }

 private:
  void signal();

  int fd_;
  std::atomic<bool> sleeping_{false};
};

}  // namespace ringsweep
