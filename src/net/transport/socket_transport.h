// What both engines share: the sockets, which of them are read and how their bytes are framed, the two clocks, and the
// packets of a reap in their order. Base of UringTransport and MmsgTransport. Owner: one worker; hot.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/transport/error_queue.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/stamp_clock.h"
#include "ringsweep/net/sockets/icmp_socket.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

// A socket that is read. A family has one or two: the receiving half, and the sending half where it is a ping socket.
struct ReceivingSocket {
  int socket = -1;
  unsigned file = 0;  // its place among the halves: v4 sender, v4 receiver, v6 sender, v6 receiver
  Family family = Family::none;
  Framing framing = Framing::ping_v4;
  bool has_error_queue = false;
  bool delivers = false;         // the receiving half, or has ever delivered something
  std::size_t payload_room = 0;  // the largest packet that must be read whole
  std::size_t control_room = 0;
};
inline constexpr std::size_t receiving_sockets_max = 4;

class SocketTransport : public Transport {
 public:
  std::int64_t now_ns() override;
  std::int64_t realtime_offset_ns() override { return clock_.offset_ns(); }
  std::uint16_t identifier(Family family) const override;
  bool kernel_checksums(Family family) const override;
  std::uint64_t socket_drops() override;
  std::uint64_t receive_buffer_bytes() const override;
  bool counts_all_drops() const override;
  TransportCounts counts() const override;

 protected:
  // A wake-up for every reply costs a fifth to a third of the CPU, and stamps make late reading harmless: when the next
  // deadline is as near as this, replies alone do not wake.
  static constexpr std::int64_t short_wait_ns = 3 * ns_per_ms;
  static constexpr std::size_t reap_packets_max = 256;

  explicit SocketTransport(SocketSet sockets);

  const FamilySockets& family_sockets(Family family) const {
    return family == Family::v4 ? *sockets_.v4 : *sockets_.v6;
  }
  std::span<ReceivingSocket> receiving() { return {receiving_.data(), receiving_count_}; }

  // One reap: begin, then add in any order, then read error queues, then finish.
  void begin_reap();
  bool reap_is_full() const { return replies_ + errors_ >= reap_packets_max; }
  void add_packet(ReceivingSocket& from, std::span<const std::byte> bytes, const void* name, std::size_t name_length,
                  void* control, std::size_t control_length, int message_flags);
  // False where there were more errors than the pool of slots can hold.
  bool read_error_queue(const ReceivingSocket& from);
  // Converts the stamps. `dry`: all that arrived before `before_ns` is in this reap or an earlier one.
  Reaped finish_reap(std::int64_t before_ns, bool dry);

  void begin_send() { failure_count_ = 0; }
  void add_failure(std::uint32_t index, int errno_value);
  std::span<const SendFailure> failures() const { return {failures_.data(), failure_count_}; }

  SocketSet sockets_;
  TransportCounts counts_;

 private:
  void add_receiving(const FamilySockets& family, bool sender);
  void convert_stamps();

  std::array<ReceivingSocket, receiving_sockets_max> receiving_;
  std::size_t receiving_count_ = 0;
  StampClock clock_;
  ErrorQueue error_queue_;
  // Replies, then errors that came as packets, then what error queues held. The errors of a reap wait in the second
  // array until the number of replies is known.
  std::vector<ReceivedPacket> packets_;
  std::vector<ReceivedPacket> error_packets_;
  std::size_t replies_ = 0;
  std::size_t errors_ = 0;
  std::array<SendFailure, max_batch> failures_;
  std::size_t failure_count_ = 0;
};

}  // namespace ringsweep
