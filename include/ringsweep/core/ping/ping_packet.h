// The probe of `ping` as bytes, and what comes back as fields.
//
//   byte  0      1      2          4            6          8             24
//         | type | code | checksum | identifier | sequence | time of day | 0x10 0x11 0x12 ... or the pattern of -p |
//
// The time of day (two 64-bit numbers, seconds and microseconds) stands there as in every ping, for people and for
// tools that read captures; no RTT is computed from it. With fewer than 16 data bytes there is no time, and the
// counting begins at 0. The checksum is filled in for IPv4; IPv6's covers addresses and is the kernel's affair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/probe/icmp_codec.h"

namespace ringsweep {

inline constexpr std::size_t ping_time_bytes = 16;

class PingPacket {
 public:
  // `pattern` repeats over all data bytes; empty: they count.
  PingPacket(Family family, std::uint16_t identifier, std::size_t data_bytes, std::span<const std::uint8_t> pattern);

  // The probe with this sequence and time.
  std::span<const std::byte> patch(std::uint16_t sequence, std::int64_t realtime_ns);
  bool has_time() const;

  struct Difference {
    std::size_t at;  // data byte, from 0
    std::uint8_t expected, received;
  };
  // The first data byte of a reply, behind the time, that is not ours. Pre: `data` is at least as long as ours.
  std::optional<Difference> difference(std::span<const std::byte> data) const;

 private:
  std::span<std::byte> data();

  Family family_;
  std::vector<std::byte> bytes_;
};

// Room for a packet that comes back, in bytes. As much as ping has, for a reply that is longer than its probe is shown
// as long as the room; but no more than a packet can need.
std::size_t ping_receive_room(Family family, std::size_t data_bytes);

// An ICMP message that came in at a ping's socket.
struct PingMessage {
  std::span<const std::byte> icmp;  // from the ICMP header on
  std::uint8_t type = 0, code = 0;
  std::uint16_t identifier = 0, sequence = 0;
  std::uint32_t info = 0;  // the same four bytes as one number: of a redirect the gateway
  int ttl = -1;            // of the IPv4 header of a raw socket; -1: not here
  // The checksum is right; looked at for raw IPv4 only, and only where the whole packet is here.
  bool sound = true;

  bool is_request(Family family) const { return type == echo_request_type(family); }
  bool is_reply(Family family) const { return type == echo_reply_type(family); }
};
// Nothing where it is too short for its own headers. `raw_v4`: begins with the IPv4 header. `cut`: there was no room
// for all of it.
std::optional<PingMessage> read_ping_message(std::span<const std::byte> packet, bool raw_v4, bool cut = false);

}  // namespace ringsweep
