// A name server for tests: answers A and AAAA over UDP on 127.0.0.1 by what the name begins with.
//
//   both-N, four-N, six-N   198.18.(N / 256).(N mod 256) and/or fd77::N, +1
//   two-N                   two IPv4 addresses
//   none-N                  exists, has no address        unknown-N   does not exist
//   slow-N                  as four-N, 200 ms later       silent-N    no answer at all
//   broken-N                SERVFAIL
//
// and PTR by the first label of what is asked, which is the last number of an IPv4 address:
//
//   0 to 199   host-N.lab                       200   no answer at all        201   does not exist
//   202        SERVFAIL                         203   no records              204   zeta.lab, alpha.lab
//   205        escape characters in a label     206   a name of 300 bytes     207   10.1.2.3
//   208        -rf.lab                          209   "a b.lab", good.lab
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep::testing {

class DnsServer {
 public:
  DnsServer();
  ~DnsServer();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // The most questions that were waiting for a slow answer at one time.
  unsigned most_waiting() const { return most_waiting_; }
  // When each question came, in order.
  std::vector<std::chrono::steady_clock::time_point> times() const;

 private:
  void run();

  FileDescriptor socket_;
  FileDescriptor wake_;
  std::uint16_t port_ = 0;
  std::atomic<unsigned> most_waiting_{0};
  mutable std::mutex mutex_;
  std::vector<std::chrono::steady_clock::time_point> times_;  // under mutex_
  std::thread thread_;
};

}  // namespace ringsweep::testing
