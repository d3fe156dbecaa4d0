// What the kernel says beside a packet: its receive stamp, its TTL, and from an error queue which error it is.
// Hot: nothing allocates or throws.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ringsweep/base/address.h"

namespace ringsweep {

// Room for all control messages that our sockets ask for: stamp 32, TTL 24 bytes.
inline constexpr std::size_t receive_control_bytes = 56;
// And a raw IPv6 socket, whose checksums we check: the address that the packet came to, 40 bytes.
inline constexpr std::size_t raw_v6_control_bytes = receive_control_bytes + 40;
// In a buffer of the ring they stand behind a header (struct io_uring_recvmsg_out) and the sender's address, so that
// they lie on a multiple of 8; the packet follows.
inline constexpr std::size_t ring_header_bytes = 16;
constexpr std::size_t receive_name_bytes(Family family) {
  return family == Family::v4 ? 16 : 32;
}
// Room for those of an error queue, where an extended error with its offender (64 bytes) comes beside them.
inline constexpr std::size_t error_control_bytes = 128;

struct ControlFields {
  std::optional<std::int64_t> realtime_ns;
  std::int16_t ttl = -1;
  Address destination;
  bool has_error = false;
  std::uint8_t error_origin = 0;
  std::uint8_t error_type = 0;
  std::uint8_t error_code = 0;
  std::uint32_t error_errno = 0;
  std::uint32_t error_info = 0;  // MTU, pointer or gateway, as the error has it
  Address offender;
};

ControlFields parse_control(void* control, std::size_t length);

}  // namespace ringsweep
