// Reads the error queues of ping sockets: ICMP errors about our own probes, each with the first bytes of the probe.
//
// One pool of slots serves all sockets of a transport; what was read stays valid until `reset`. An error queue is
// charged to the same memory as the replies, so it must never be left full. Owner: one transport. Hot: nothing
// allocates after construction.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "ringsweep/net/sockets/control_message.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

class ErrorQueue {
 public:
  static constexpr std::size_t slots = 64;

  // `quote_bytes`: as much of a quoted probe as is worth reading.
  explicit ErrorQueue(std::size_t quote_bytes);

  // Forgets what was read: all slots are free again.
  void reset();

  struct Read {
    std::size_t packets;  // written to `out`; their received_ns is CLOCK_REALTIME where kernel_stamp is set
    bool emptied;         // the queue held nothing more; false: out of slots
  };
  // Without sleeping. Pre: out.size() >= slots.
  Read read(int socket, Family family, std::span<ReceivedPacket> out);

 private:
  struct Slot {
    SocketAddress name;
    iovec payload;
    alignas(8) std::array<std::byte, error_control_bytes> control;
  };
  // False where the entry is no ICMP error.
  bool describe(const mmsghdr& message, const Slot& slot, Family family, ReceivedPacket& packet) const;

  std::size_t used_ = 0;
  std::vector<std::byte> bytes_;
  std::array<Slot, slots> slots_;
  std::array<mmsghdr, slots> messages_;
};

}  // namespace ringsweep
