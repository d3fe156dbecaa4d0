// The seam between the engine and the network: sleeping, receiving and sending, one call a batch, never one a probe.
//
// A Transport belongs to one worker and is made and used on that worker's thread. It is the only thing under `engine`
// that reads a clock; the simulator gives its own. The order of use in each turn of the loop is
//
//   wait(until)  ->  reap() ... reap()  ->  send(batch)
//
// Received packets point into the transport's buffers and are valid until the next call of `reap` or `wait`.
// Nothing here throws or allocates after construction. Implementations: UringTransport (io_uring, kernel 6.1),
// MmsgTransport (sendmmsg/recvmmsg), SimTransport (tests/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/tally.h"

namespace ringsweep {

// How the bytes of a packet are framed, by the socket that they came from.
enum class Framing : std::uint8_t {
  raw_v4,   // begins with the IPv4 header; the ICMP checksum has not been checked
  ping_v4,  // begins with the ICMP header; checked by the kernel
  raw_v6,   // begins with the ICMPv6 header; the checksum has not been checked
  icmp_v6,  // the same; checked by the kernel
  quote,    // from an error queue: begins with the ICMP header of our own probe, at least 8 bytes of it
};

struct ReceivedPacket {
  std::span<const std::byte> bytes;
  Address source;                // who sent it; for Framing::quote the offender that the kernel names (may be none)
  Address destination;           // for Framing::quote: where our probe was going; for raw_v6: our address
  std::int64_t received_ns = 0;  // CLOCK_MONOTONIC
  bool kernel_stamp = false;     // received_ns is the kernel's stamp, else the time of the reap
  bool truncated = false;        // longer than our buffer: only its beginning is here
  Framing framing = Framing::ping_v4;
  Family family = Family::v4;
  std::int16_t ttl = -1;        // TTL or hop limit; -1 unknown (raw_v4: read it from the header)
  std::uint8_t error_type = 0;  // for Framing::quote: ICMP type and code of the error
  std::uint8_t error_code = 0;
};

struct Reaped {
  std::span<const ReceivedPacket> packets;  // echo replies first, errors after them
  std::int64_t before_ns = 0;               // the clock before this reap
  bool dry = false;                         // nothing was waiting: all that arrived before `before_ns` has been seen
};

struct OutgoingPacket {
  Address to;
  std::span<const std::byte> bytes;  // the ICMP message, checksum included where the socket plan needs it
};

struct SendFailure {
  std::uint32_t index;  // into the batch
  int errno_value;
};

struct SendResult {
  std::int64_t before_ns = 0;  // the clock right before the first send and right after the last one
  std::int64_t after_ns = 0;
  std::span<const SendFailure> failures;  // in the order of the batch; all others have left
};

// Counters that only the transport can see; all grow from 0.
struct TransportCounts {
  std::uint64_t buffer_ring_empty = 0;
  std::uint64_t multishot_ended = 0;
  std::uint64_t completion_overflow = 0;
  std::uint64_t short_sends = 0;
  std::uint64_t clock_steps = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;

  virtual std::int64_t now_ns() = 0;  // CLOCK_MONOTONIC
  // CLOCK_REALTIME minus CLOCK_MONOTONIC, as last read.
  virtual std::int64_t realtime_offset_ns() = 0;

  // Sleeps until something was received or `until_ns`, whichever is first. May return early and without a packet.
  virtual void wait(std::int64_t until_ns) = 0;

  // Hands out what is waiting, without sleeping. Errors that this socket queue holds come after the replies.
  virtual Reaped reap() = 0;

  // Sends at most max_batch packets at once, in order, without sleeping.
  virtual SendResult send(std::span<const OutgoingPacket> batch) = 0;

  // The ICMP identifier of our probes, per family (host order).
  virtual std::uint16_t identifier(Family family) const = 0;
  // True where the kernel fills the ICMP checksum (all but raw IPv4).
  virtual bool kernel_checksums(Family family) const = 0;

  // Datagrams that our receiving sockets had to drop so far: their buffers were full. One system call a socket.
  virtual std::uint64_t socket_drops() = 0;
  // Effective receive buffer in bytes as the kernel accounts it (SO_RCVBUF as read back), the smallest of the sockets.
  virtual std::uint64_t receive_buffer_bytes() const = 0;
  // False where the kernel throws away uncounted what finds a receive buffer full: ICMP errors for a ping socket.
  virtual bool counts_all_drops() const = 0;
  virtual TransportCounts counts() const = 0;
};

}  // namespace ringsweep
