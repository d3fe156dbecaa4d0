// Two machines on two links, for the tests of neighbours: `here`, where the test's code runs, and `there`, a network
// namespace each with no way out.
//
//   near (198.19.40.254/24, fd78:40::254/64)    far (02:00:00:00:00:99, far_commands: what it answers for)
//   near2 (198.19.41.254/24)                    far2 (02:00:00:00:00:88)
//
// Neighbours are asked 3 times, 10 ms apart, and a known one is asked again as soon as it is used.
#pragma once

#include <functional>
#include <string>

#include "netns/net/lab_namespace.h"
#include "ringsweep/base/address.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep::testing {

class TwoHosts {
 public:
  // Moves the calling thread to `here`.
  TwoHosts();

  // Commands of `ip -batch`; a failure fails the test.
  void here(const std::string& commands) const;
  void there(const std::string& commands) const;
  // `there` takes no packet for `address`, but answers when it is asked who has it.
  void drop_all_for(const Address& address) const;
  // Sends a datagram, so that the kernel asks who has `address`.
  void use(const Address& address) const;

 private:
  FileDescriptor there_, here_;
};

// Runs on a thread of its own, which ends with its namespaces.
void with_two_hosts(const std::function<void(const TwoHosts&)>& body);

// Until `is_so` holds; false: not within 20 s.
bool becomes(const std::function<bool()>& is_so);

}  // namespace ringsweep::testing
