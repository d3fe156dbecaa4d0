// What stands before the first probe of `ping`: the sockets, the host's address, the route to it, the source address.
// In ping's order, with ping's words. Set-up code: throws Error.
#pragma once

#include <string>

#include "ringsweep/base/address.h"
#include "ringsweep/engine/ping/ping_options.h"
#include "ringsweep/net/ping/network_calls.h"
#include "ringsweep/net/ping/ping_socket.h"
#include "ringsweep/output/ping/ping_explanation.h"
#include "ringsweep/output/ping/ping_printer.h"

namespace ringsweep {

struct PingTarget {
  PingSocket socket;
  std::string host;     // as it is shown
  Address address;      // as it is shown
  Address destination;  // as it is sent to: with a zone where -I gives one
  Address source;
  bool names_wanted = false;  // addresses are shown with their names
  bool multicast = false;     // or broadcast: many may answer
  bool any_source = false;    // others may answer for it: the same, and the anycast address of a subnet's routers
};

// To standard error, behind the program's name. `printer` outlives it.
Complain complain_to(PingPrinter& printer);

// `options` learn what follows from the target: -M do for multicast, and the one family that has a socket. `calls`
// outlives what it returns. `explanation`: none, or it is told each step.
PingTarget find_ping_target(PingOptions& options, PingPrinter& printer, const NetworkCalls& calls,
                            PingExplanation* explanation);

}  // namespace ringsweep
