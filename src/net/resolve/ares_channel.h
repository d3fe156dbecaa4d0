// A c-ares channel and what its thread sleeps on: the sockets that c-ares watches, its timeouts, and a descriptor by
// which others end the sleep. The system's resolv.conf and hosts file hold. Belongs to one thread; wake() to any.
#pragma once

#include <ares.h>
#include <poll.h>

#include <string>
#include <vector>

#include "ringsweep/system/event_descriptor.h"

namespace ringsweep {

class AresChannel {
 public:
  struct Options {
    int timeout_ms = 2000;  // of the first try
    int tries = 3;          // of each server
    std::string servers;    // "ADDRESS:PORT,..." instead of resolv.conf's
    std::string lookups;    // "f": the hosts file alone; empty: as the system has it
  };
  // Throws Error (exit 4) where there is no resolver to be had.
  explicit AresChannel(const Options& options);
  ~AresChannel();  // calls back with ARES_EDESTRUCTION what is under way
  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  ares_channel get() const { return channel_; }
  int server_count() const;
  void wake();
  // Sleeps until an answer, a timeout of c-ares or wake(), or for so long (-1: no limit); calls back.
  void sleep_and_process(int longest_ms);

 private:
  static void watch(void* channel, ares_socket_t socket, int readable, int writable);

  ares_channel channel_ = nullptr;
  EventDescriptor wake_;
  std::vector<pollfd> watched_;  // the first is `wake_`
};

}  // namespace ringsweep
