// A socket system call as it was made, for `ping --explain`. A plain value.
#pragma once

#include <functional>
#include <string>

#include "ringsweep/base/address.h"

namespace ringsweep {

struct NetworkCall {
  // Whole, as strace 6.1 writes it: "setsockopt(3, SOL_IP, IP_RECVERR, [1], 4) = 0".
  std::string text;
  // The call and what distinguishes it from others of its name: "setsockopt IP_RECVERR", "socket AF_INET SOCK_DGRAM
  // IPPROTO_ICMP", "recvmsg MSG_ERRQUEUE", "sendto".
  std::string subject;
  int errno_value = 0;  // 0: success
  Address address;      // of connect, getsockname, sendto and recvmsg; else empty
};

// Called on the thread that makes the calls, behind each of them.
using NetworkCallListener = std::function<void(const NetworkCall&)>;

}  // namespace ringsweep
