// The network of these tests: a network namespace of this process alone, with loopback and no way out.
//
//   127.0.0.0/8, ::1, 198.18.0.0/16, fd77::/32     answer (local routes on lo)
//   198.18.9.0/24, fd77:0:9::/48                   answer with an ICMP error (host / address unreachable)
//   198.18.8.0/24, fd77:0:8::/48                   cannot be sent to (netfilter drops on the way out: EPERM)
//   198.18.7.0/24, fd77:0:7::/48                   say nothing
//   203.0.113.0/24, 2001:db8::/32                  no route
//   198.19.5.255                                   a broadcast address (198.19.5.1/24 is ours)
//
// Ping sockets are allowed for all groups. Where it could not be made, every test that asks for it is skipped.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "ringsweep/base/address.h"

namespace ringsweep::testing {

// Empty where the namespace stands, else why it does not.
const std::string& why_no_lab();

// Runs on a thread of its own with the rights of nobody: no capability, real, effective and saved ids 65534.
void as_nobody(const std::function<void()>& body);
// The same with the rights of this process.
void on_own_thread(const std::function<void()>& body);

// Writes one line to a file under /proc/sys.
void set_sysctl(const std::string& name, const std::string& value);

inline Address v4(const char* text) {
  return *parse_address(text);
}
inline Address v6(const char* text) {
  return *parse_address(text);
}

}  // namespace ringsweep::testing

#define NEEDS_LAB()                                          \
  if (!::ringsweep::testing::why_no_lab().empty()) {         \
    GTEST_SKIP() << ::ringsweep::testing::why_no_lab();      \
  }                                                          \
  static_assert(true)
