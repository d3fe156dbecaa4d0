// The network of these tests: a network namespace of this process alone, with loopback, a veth pair, and no way out.
//
//   127.0.0.0/8, ::1, 198.18.0.0/16, fd77::/32     answer (local routes on lo)
//   198.18.9.0/24, fd77:0:9::/48                   answer with an ICMP error (host / address unreachable)
//   198.18.8.0/24, fd77:0:8::/48                   cannot be sent to (netfilter drops on the way out: EPERM)
//   198.18.7.0/24, fd77:0:7::/48                   say nothing
//   198.19.5.9, fd78::9                            lie behind a device that takes few packets (tbf), and say nothing
//   fe80::1234%near                                answers
//   203.0.113.0/24, 2001:db8::/32                  no route
//   198.19.5.0/24                                  a network of ours (198.19.5.1) where nothing else is
//
// Ping sockets are allowed for all groups. Where the right to make one is missing, every test that asks for
// it is skipped.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "ringsweep/base/address.h"

namespace ringsweep::testing {

// Why the namespace could not be made for want of a right; empty: it was made.
const std::string& why_no_lab();
// What failed while it was filled; empty: nothing.
const std::string& why_lab_is_broken();

// Runs on a thread of its own with the rights of nobody: no capability, real, effective and saved ids 65534.
void as_nobody(const std::function<void()>& body);
// The same with the rights of this process.
void on_own_thread(const std::function<void()>& body);

// Root of the machine, not of a user namespace.
bool is_real_root();

// Ping sockets for all groups that there are.
void allow_ping_sockets();

// The command, a line of the shell, reads `text`; false where it fails.
bool feed(const char* command, const char* text);

// Writes one line to a file under /proc/sys.
void set_sysctl(const std::string& name, const std::string& value);

inline Address v4(const char* text) {
  return *parse_address(text);
}
inline Address v6(const char* text) {
  return *parse_address(text);
}

}  // namespace ringsweep::testing

#define NEEDS_LAB()                                         \
  ASSERT_EQ(::ringsweep::testing::why_lab_is_broken(), ""); \
  if (!::ringsweep::testing::why_no_lab().empty()) {        \
    GTEST_SKIP() << ::ringsweep::testing::why_no_lab();     \
  }                                                         \
  static_assert(true)
