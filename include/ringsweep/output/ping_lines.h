// The lines of `ringsweep ping`, word by word those of iputils 20221126 (ping(8)). Pure; times in microseconds, as ping
// counts them. Lines end with a newline unless said otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"

namespace ringsweep {

// "0.062", "1.23", "12.3", "123": fewer decimals the longer it took.
std::string ping_time_text(std::int64_t rtt_us);

struct PingBanner {
  std::string_view host;     // as it was typed
  std::string_view address;  // of it
  Family family = Family::v4;
  std::size_t payload_bytes = 56;
  std::string_view source = {};  // with -I or -B; empty: not said
  std::string_view device = {};
};
std::string ping_banner(const PingBanner& banner);

struct PingReply {
  std::string_view from;
  std::size_t message_bytes = 64;  // of the ICMP message
  std::uint16_t sequence = 1;
  int ttl = 64;
  std::optional<std::int64_t> rtt_us = {};  // none where the payload has no room for a time stamp
  bool duplicate = false;
  bool different_address = false;
};
std::string ping_reply_line(const PingReply& reply);

// "Destination Host Unreachable", "Time exceeded: Hop limit": of an ICMP error. `information`: the last four bytes of
// its header, which are the MTU or a pointer for some.
std::string ping_error_text(Family family, std::uint8_t type, std::uint8_t code, std::uint32_t information);
std::string ping_error_line(std::string_view from, std::uint16_t sequence, std::string_view text);

struct PingStatistics {
  std::string_view host = {};
  std::uint64_t transmitted = 0;
  std::uint64_t received = 0;  // without duplicates
  std::uint64_t duplicates = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t errors = 0;
  std::int64_t elapsed_us = 0;  // from the first to the last send
  bool has_times = true;        // the payload has room for a time stamp
  std::int64_t min_us = 0, max_us = 0;
  std::int64_t sum_us = 0;  // duplicates included
  std::uint64_t sum_of_squares_us2 = 0;
  std::uint64_t pipe = 1;                    // the most that were in flight at once
  std::optional<std::int64_t> ewma_us = {};  // with -f, -A or -i 0: the mean gap and the smoothed RTT are told as well
};
// From the empty line before it to the line of the times.
std::string ping_statistics(const PingStatistics& statistics);
// The one line that SIGQUIT asks for.
std::string ping_status_line(const PingStatistics& statistics, std::int64_t ewma_us);

}  // namespace ringsweep
