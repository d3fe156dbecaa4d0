// Builds the packet that answers a probe, true or false in the ways that Shape (scenario.h) names, from the IP header
// on. Pure. `out` keeps its memory from packet to packet.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tun/echo_probe.h"
#include "tun/scenario.h"

namespace ringsweep::tun {

// `replayed` is the payload of a `forge replay`, as far as it is as long as the probe's.
void build_answer(const EchoProbe& probe, const Shape& shape, const Address& responder,
                  std::span<const std::byte> replayed, std::vector<std::byte>& out);

}  // namespace ringsweep::tun
