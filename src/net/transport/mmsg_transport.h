// The engine of sendmmsg, recvmmsg and ppoll: for kernels and containers that refuse io_uring, as the honest baseline,
// and for `ping`, so that strace shows what happens. Owner: one worker; hot.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <vector>

#include "net/transport/socket_transport.h"

namespace ringsweep {

class MmsgTransport : public SocketTransport {
 public:
  explicit MmsgTransport(SocketSet sockets);

  void wait(std::int64_t until_ns) override;
  Reaped reap() override;
  SendResult send(std::span<const OutgoingPacket> batch) override;

 private:
  struct ReceiveSlot {
    SocketAddress name;
    iovec payload;
    alignas(8) std::array<std::byte, raw_v6_control_bytes> control;
  };
  // Receives until the socket is empty or the reap is full; true: empty.
  bool receive_all(ReceivingSocket& from);
  // Sends batch[first, last), which is of one family.
  void send_run(std::span<const OutgoingPacket> batch, std::size_t first, std::size_t last);

  std::vector<std::byte> bytes_;
  std::size_t used_ = 0;  // slots that this reap has filled
  std::array<ReceiveSlot, reap_packets_max> slots_;
  std::array<mmsghdr, reap_packets_max> received_;
  std::array<pollfd, receiving_sockets_max> polled_;
  std::array<SocketAddress, max_batch> to_;
  std::array<iovec, max_batch> payloads_;
  std::array<mmsghdr, max_batch> outgoing_;
};

}  // namespace ringsweep
