// What a transport hands out, copied, and ways to be sure that all is there. Replies over loopback usually arrive
// inside the send, but where the kernel is busy it delivers them later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ringsweep/net/transport/transport.h"

namespace ringsweep::testing {

struct Heard {
  std::vector<std::byte> icmp;  // from the ICMP header on
  ReceivedPacket packet;        // its bytes are gone
};

// Everything that is waiting, until a reap finds nothing more. No reap has a reply behind an error.
std::vector<Heard> drain(Transport& transport);

// Waits until at least so many packets were heard; gives up after 20 s.
std::vector<Heard> hear(Transport& transport, std::size_t expected);

// Echo replies that this namespace's sockets have been given so far.
std::uint64_t replies_delivered(Family family);
// Until that number is reached; false: not within 20 s. The last of them may not lie in its socket yet.
bool wait_for_replies(Family family, std::uint64_t number);
// Until all that was counted lies in its socket.
void settle();

}  // namespace ringsweep::testing
