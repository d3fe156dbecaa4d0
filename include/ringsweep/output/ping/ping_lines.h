// The texts of `ringsweep ping`, word for word those of iputils 20221126 (ping(8)). Pure: no clock, no stream, no
// locale; times are microseconds, as ping counts them. Addresses are passed as text, with their name if known ("host
// (10.0.0.1)"). Lines end with a newline unless said otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"
#include "ringsweep/core/ping/ping_packet.h"
#include "ringsweep/core/ping/ping_series.h"

namespace ringsweep {

// "0.062", "1.23", "12.3", "123": longer times have fewer decimals.
std::string ping_time_text(std::int64_t rtt_us);

struct PingBanner {
  std::string_view host;     // as it was typed, or its canonical name
  std::string_view address;  // of it
  Family family = Family::v4;
  std::size_t payload_bytes = 56;
  std::string_view source = {};  // with -I or -B; empty: not said
  std::string_view device = {};
};
std::string ping_banner(const PingBanner& banner);

// "PATTERN: 0x0aff".
std::string ping_pattern_line(std::span<const std::uint8_t> pattern);

// "[1700000000.000001] ", of CLOCK_REALTIME. No line.
std::string ping_stamp(std::int64_t realtime_ns);

struct PingReply {
  std::string_view from;
  std::size_t message_bytes = 64;  // of the ICMP message
  std::uint16_t sequence = 1;
  std::optional<std::uint16_t> identifier = {};  // with -v, if it was chosen
  int ttl = 64;                                  // negative: not known
  bool truncated = false;                        // shorter than the probe: the line ends there
  std::optional<std::int64_t> rtt_us = {};       // absent if the payload has no room for a timestamp
  bool duplicate = false;
  bool corrupted = false;
  bool different_address = false;
};
// Without its newline: a bell and what is wrong with the data may follow.
std::string ping_reply_text(const PingReply& reply);

// The lines after a reply whose `data` differs from the probe's; without the final newline.
std::string ping_difference_text(const PingPacket::Difference& difference, std::span<const std::byte> data);

std::string ping_no_answer_line(std::uint16_t sequence);

// "Destination Host Unreachable", "Time exceeded: Hop limit": of an ICMP error. `information`: MTU, pointer or (as
// text) the gateway, for those that have one. No line.
std::string ping_error_text(Family family, std::uint8_t type, std::uint8_t code, std::uint32_t information,
                            std::string_view gateway = {});
// Whether such an error has a gateway.
bool is_ping_redirect(Family family, std::uint8_t type);
std::string ping_error_line(std::string_view from, std::uint16_t sequence, std::string_view text);
// The line of an error that came as a packet (raw sockets): a colon follows its sender.
std::string ping_error_packet_line(std::string_view from, std::uint16_t sequence, std::string_view text);

struct PingStatistics {
  std::string_view host = {};
  PingCounts counts = {};
  PingRtts rtts = {};
  std::int64_t elapsed_us = 0;  // to the last send
  bool has_times = true;        // the payload has room for a timestamp
  bool tells_gap = false;       // with -f, -A or -i 0: print the mean gap and the smoothed RTT as well
};
// All lines of the statistics, from the empty line before them.
std::string ping_statistics(const PingStatistics& statistics);
// The line that is printed on SIGQUIT.
std::string ping_status_line(const PingStatistics& statistics);

}  // namespace ringsweep
