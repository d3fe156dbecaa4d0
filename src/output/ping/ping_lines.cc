#include "ringsweep/output/ping/ping_lines.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

constexpr std::int64_t us_per_ms = 1000;

// "0.062": always three decimals.
std::string ms_of(std::int64_t us) {
  return fmt::format("{}.{:03}", us / us_per_ms, us % us_per_ms);
}

// A count that is worth a word only where there is one.
std::string also(std::uint64_t count, std::string_view what) {
  return count == 0 ? std::string() : fmt::format(", +{} {}", count, what);
}

std::uint64_t lost(const PingCounts& counts) {
  return counts.transmitted - std::min(counts.transmitted, counts.received);
}

std::string loss_percent(const PingCounts& counts) {
  const double percent = static_cast<double>(lost(counts)) * 100.0 / static_cast<double>(counts.transmitted);
  return fmt::format("{:g}", static_cast<float>(percent));
}

constexpr std::array<std::string_view, 16> unreachable_v4 = {
    "Destination Net Unreachable",
    "Destination Host Unreachable",
    "Destination Protocol Unreachable",
    "Destination Port Unreachable",
    "",  // with the MTU
    "Source Route Failed",
    "Destination Net Unknown",
    "Destination Host Unknown",
    "Source Host Isolated",
    "Destination Net Prohibited",
    "Destination Host Prohibited",
    "Destination Net Unreachable for Type of Service",
    "Destination Host Unreachable for Type of Service",
    "Packet filtered",
    "Precedence Violation",
    "Precedence Cutoff",
};

constexpr std::array<std::string_view, 4> redirects = {
    "Redirect Network", "Redirect Host", "Redirect Type of Service and Network", "Redirect Type of Service and Host"};
constexpr std::uint8_t redirect_type = 5;

std::string redirect_text(std::uint8_t code, std::string_view gateway) {
  const std::string text =
      code < redirects.size() ? std::string(redirects[code]) : fmt::format("Redirect, Bad Code: {}", code);
  return fmt::format("{}(New nexthop: {})", text, gateway);
}

std::string error_text_v4(std::uint8_t type, std::uint8_t code, std::uint32_t information, std::string_view gateway) {
  switch (type) {
    case 3:
      if (code == 4) return fmt::format("Frag needed and DF set (mtu = {})", information);
      if (code < unreachable_v4.size()) return std::string(unreachable_v4[code]);
      return fmt::format("Dest Unreachable, Bad Code: {}", code);
    case 4:
      return "Source Quench";
    case redirect_type:
      return redirect_text(code, gateway);
    case 11:
      if (code == 0) return "Time to live exceeded";
      if (code == 1) return "Frag reassembly time exceeded";
      return fmt::format("Time exceeded, Bad Code: {}", code);
    case 12:
      return fmt::format("Parameter problem: pointer = {}", information);
    default:
      return fmt::format("Bad ICMP type: {}", type);
  }
}

constexpr std::array<std::string_view, 5> unreachable_v6 = {"No route", "Administratively prohibited",
                                                            "Beyond scope of source address", "Address unreachable",
                                                            "Port unreachable"};
constexpr std::array<std::string_view, 3> parameter_problems_v6 = {"Wrong header field ", "Unknown header ",
                                                                   "Unknown option "};

std::string error_text_v6(std::uint8_t type, std::uint8_t code, std::uint32_t information) {
  switch (type) {
    case 1:
      if (code < unreachable_v6.size()) return fmt::format("Destination unreachable: {}", unreachable_v6[code]);
      return fmt::format("Destination unreachable: Unknown code {}", code);
    case 2:
      return fmt::format("Packet too big: mtu={}", information) + (code == 0 ? "" : fmt::format(", code={}", code));
    case 3:
      if (code == 0) return "Time exceeded: Hop limit";
      if (code == 1) return "Time exceeded: Defragmentation failure";
      return fmt::format("Time exceeded: code {}", code);
    case 4:
      if (code < parameter_problems_v6.size()) {
        return fmt::format("Parameter problem: {}at {}", parameter_problems_v6[code], information);
      }
      return fmt::format("Parameter problem: code {} at {}", code, information);
    default:
      return fmt::format("unknown icmp type: {}", type);
  }
}

}  // namespace

std::string ping_time_text(std::int64_t rtt_us) {
  if (rtt_us >= 100'000 - 50) return fmt::format("{}", (rtt_us + 500) / 1000);
  if (rtt_us >= 10'000 - 5) return fmt::format("{}.{:01}", (rtt_us + 50) / 1000, (rtt_us + 50) % 1000 / 100);
  if (rtt_us >= 1'000) return fmt::format("{}.{:02}", (rtt_us + 5) / 1000, (rtt_us + 5) % 1000 / 10);
  return ms_of(rtt_us);
}

std::string ping_banner(const PingBanner& banner) {
  constexpr std::size_t headers_v4 = v4_header_size + icmp_header_size;
  const bool is_v4 = banner.family == Family::v4;
  std::string text = fmt::format("PING {}{}({}) ", banner.host, is_v4 ? " " : "", banner.address);
  if (!banner.source.empty()) text += fmt::format("from {} {}: ", banner.source, banner.device);
  if (!is_v4) return text + fmt::format("{} data bytes\n", banner.payload_bytes);
  return text + fmt::format("{}({}) bytes of data.\n", banner.payload_bytes, banner.payload_bytes + headers_v4);
}

std::string ping_pattern_line(std::span<const std::uint8_t> pattern) {
  std::string text = "PATTERN: 0x";
  for (const std::uint8_t byte : pattern) text += fmt::format("{:02x}", byte);
  return text + "\n";
}

std::string ping_stamp(std::int64_t realtime_ns) {
  return fmt::format("[{}.{:06}] ", realtime_ns / ns_per_s, realtime_ns % ns_per_s / ns_per_us);
}

std::string ping_reply_text(const PingReply& reply) {
  std::string text = fmt::format("{} bytes from {}: icmp_seq={}", reply.message_bytes, reply.from, reply.sequence);
  if (reply.identifier) text += fmt::format(" ident={}", *reply.identifier);
  if (reply.ttl >= 0) text += fmt::format(" ttl={}", reply.ttl);
  if (reply.truncated) return text + " (truncated)";
  if (reply.rtt_us) text += fmt::format(" time={} ms", ping_time_text(*reply.rtt_us));
  if (reply.duplicate) text += " (DUP!)";
  if (reply.corrupted) text += " (BAD CHECKSUM!)";
  if (reply.different_address) text += " (DIFFERENT ADDRESS!)";
  return text;
}

std::string ping_difference_text(const PingPacket::Difference& difference, std::span<const std::byte> data) {
  constexpr std::size_t row_bytes = 32;
  std::string text = fmt::format("\nwrong data byte #{} should be {:#x} but was {:#x}", difference.at,
                                 difference.expected, difference.received);
  for (std::size_t i = ping_time_bytes; i < data.size(); ++i) {
    if (i % row_bytes == ping_time_bytes) text += fmt::format("\n#{}\t", i);
    text += fmt::format("{:x} ", std::to_integer<unsigned>(data[i]));
  }
  return text;
}

std::string ping_no_answer_line(std::uint16_t sequence) {
  return fmt::format("no answer yet for icmp_seq={}\n", sequence);
}

bool is_ping_redirect(Family family, std::uint8_t type) {
  return family == Family::v4 && type == redirect_type;
}

std::string ping_error_text(Family family, std::uint8_t type, std::uint8_t code, std::uint32_t information,
                            std::string_view gateway) {
  return family == Family::v4 ? error_text_v4(type, code, information, gateway)
                              : error_text_v6(type, code, information);
}

std::string ping_error_line(std::string_view from, std::uint16_t sequence, std::string_view text) {
  return fmt::format("From {} icmp_seq={} {}\n", from, sequence, text);
}

std::string ping_error_packet_line(std::string_view from, std::uint16_t sequence, std::string_view text) {
  return fmt::format("From {}: icmp_seq={} {}\n", from, sequence, text);
}

std::string ping_statistics(const PingStatistics& statistics) {
  const PingCounts& counts = statistics.counts;
  const PingRtts& rtts = statistics.rtts;
  std::string text = fmt::format("\n--- {} ping statistics ---\n{} packets transmitted, {} received", statistics.host,
                                 counts.transmitted, counts.received);
  text += also(counts.duplicates, "duplicates") + also(counts.corrupted, "corrupted") + also(counts.errors, "errors");
  if (counts.transmitted > 0) {
    text += fmt::format(", {}% packet loss, time {}ms", loss_percent(counts),
                        (statistics.elapsed_us + us_per_ms / 2) / us_per_ms);
  }
  text += "\n";
  std::string_view comma;
  if (counts.received > 0 && statistics.has_times) {
    text += fmt::format("rtt min/avg/max/mdev = {}/{}/{}/{} ms", ms_of(rtts.min_us), ms_of(rtts.mean_us()),
                        ms_of(rtts.max_us), ms_of(rtts.deviation_us()));
    comma = ", ";
  }
  if (counts.pipe > 1) {
    text += fmt::format("{}pipe {}", comma, counts.pipe);
    comma = ", ";
  }
  if (statistics.tells_gap && counts.received > 0 && counts.transmitted > 1) {
    const std::int64_t gap_us = statistics.elapsed_us / static_cast<std::int64_t>(counts.transmitted - 1);
    text += fmt::format("{}ipg/ewma {}/{} ms", comma, ms_of(gap_us), ms_of(rtts.average8_us / 8));
  }
  return text + "\n";
}

std::string ping_status_line(const PingStatistics& statistics) {
  const PingCounts& counts = statistics.counts;
  const PingRtts& rtts = statistics.rtts;
  const std::uint64_t percent = counts.transmitted == 0 ? 0 : lost(counts) * 100 / counts.transmitted;
  std::string text = fmt::format("\r{}/{} packets, {}% loss", counts.received, counts.transmitted, percent);
  if (counts.received > 0 && statistics.has_times) {
    text += fmt::format(", min/avg/ewma/max = {}/{}/{}/{} ms", ms_of(rtts.min_us), ms_of(rtts.mean_us()),
                        ms_of(rtts.average8_us / 8), ms_of(rtts.max_us));
  }
  return text + "\n";
}

}  // namespace ringsweep
