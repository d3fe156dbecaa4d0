// A name server for tests: answers A and AAAA over UDP on 127.0.0.1 by what the name begins with.
//
//   both-N, four-N, six-N   198.18.(N / 256).(N mod 256) and/or fd77::N, +1
//   two-N                   two IPv4 addresses
//   none-N                  exists, has no address        unknown-N   does not exist
//   slow-N                  as four-N, 200 ms later       silent-N    no answer at all
//   broken-N                SERVFAIL
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "ringsweep/net/file_descriptor.h"

namespace ringsweep::testing {

class DnsServer {
 public:
  DnsServer();
  ~DnsServer();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // The most questions that were waiting for a slow answer at one time.
  unsigned most_waiting() const { return most_waiting_; }

 private:
  void run();

  FileDescriptor socket_;
  FileDescriptor wake_;
  std::uint16_t port_ = 0;
  std::atomic<unsigned> most_waiting_{0};
  std::thread thread_;
};

}  // namespace ringsweep::testing
