#include "ringsweep/output/ping_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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

std::string loss_percent(const PingStatistics& statistics) {
  const double lost = static_cast<double>(statistics.transmitted) - static_cast<double>(statistics.received);
  return fmt::format("{:g}", static_cast<float>(lost * 100.0 / static_cast<double>(statistics.transmitted)));
}

std::uint64_t integer_root(std::uint64_t square) {
  auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(square)));
  while (root * root > square) --root;
  while ((root + 1) * (root + 1) <= square) ++root;
  return root;
}

// "rtt min/avg/max/mdev = 0.062/0.062/0.062/0.000 ms"
std::string times_text(const PingStatistics& statistics) {
  const std::uint64_t answers = statistics.received + statistics.duplicates;
  const std::int64_t mean_us = statistics.sum_us / static_cast<std::int64_t>(answers);
  const std::uint64_t mean_of_squares = statistics.sum_of_squares_us2 / answers;
  const auto square_of_mean = static_cast<std::uint64_t>(mean_us * mean_us);
  const std::uint64_t variance = mean_of_squares > square_of_mean ? mean_of_squares - square_of_mean : 0;
  return fmt::format("rtt min/avg/max/mdev = {}/{}/{}/{} ms", ms_of(statistics.min_us), ms_of(mean_us),
                     ms_of(statistics.max_us), ms_of(static_cast<std::int64_t>(integer_root(variance))));
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

std::string error_text_v4(std::uint8_t type, std::uint8_t code, std::uint32_t information) {
  switch (type) {
    case 3:
      if (code == 4) return fmt::format("Frag needed and DF set (mtu = {})", information & 0xffff);
      if (code < unreachable_v4.size()) return std::string(unreachable_v4[code]);
      return fmt::format("Dest Unreachable, Bad Code: {}", code);
    case 4:
      return "Source Quench";
    case 11:
      if (code == 0) return "Time to live exceeded";
      if (code == 1) return "Frag reassembly time exceeded";
      return fmt::format("Time exceeded, Bad Code: {}", code);
    case 12:
      return fmt::format("Parameter problem: pointer = {}", information >> 24);
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
      return fmt::format("Packet too big: mtu={}", information);
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
  constexpr std::size_t headers_v4 = 28;  // IP and ICMP
  const bool is_v4 = banner.family == Family::v4;
  std::string text = fmt::format("PING {}{}({}) ", banner.host, is_v4 ? " " : "", banner.address);
  if (!banner.source.empty()) text += fmt::format("from {} {}: ", banner.source, banner.device);
  if (!is_v4) return text + fmt::format("{} data bytes\n", banner.payload_bytes);
  return text + fmt::format("{}({}) bytes of data.\n", banner.payload_bytes, banner.payload_bytes + headers_v4);
}

std::string ping_reply_line(const PingReply& reply) {
  std::string text =
      fmt::format("{} bytes from {}: icmp_seq={} ttl={}", reply.message_bytes, reply.from, reply.sequence, reply.ttl);
  if (reply.rtt_us) text += fmt::format(" time={} ms", ping_time_text(*reply.rtt_us));
  if (reply.duplicate) text += " (DUP!)";
  if (reply.different_address) text += " (DIFFERENT ADDRESS!)";
  return text + "\n";
}

std::string ping_error_text(Family family, std::uint8_t type, std::uint8_t code, std::uint32_t information) {
  return family == Family::v4 ? error_text_v4(type, code, information) : error_text_v6(type, code, information);
}

std::string ping_error_line(std::string_view from, std::uint16_t sequence, std::string_view text) {
  return fmt::format("From {} icmp_seq={} {}\n", from, sequence, text);
}

std::string ping_statistics(const PingStatistics& statistics) {
  std::string text = fmt::format("\n--- {} ping statistics ---\n{} packets transmitted, {} received", statistics.host,
                                 statistics.transmitted, statistics.received);
  text += also(statistics.duplicates, "duplicates") + also(statistics.corrupted, "corrupted");
  text += also(statistics.errors, "errors");
  if (statistics.transmitted > 0) {
    text += fmt::format(", {}% packet loss, time {}ms", loss_percent(statistics), statistics.elapsed_us / us_per_ms);
  }
  text += "\n";
  std::string_view comma;
  if (statistics.received > 0 && statistics.has_times) {
    text += times_text(statistics);
    comma = ", ";
  }
  if (statistics.pipe > 1) {
    text += fmt::format("{}pipe {}", comma, statistics.pipe);
    comma = ", ";
  }
  if (statistics.ewma_us && statistics.received > 0 && statistics.transmitted > 1) {
    const std::int64_t gap_us = statistics.elapsed_us / static_cast<std::int64_t>(statistics.transmitted - 1);
    text += fmt::format("{}ipg/ewma {}/{} ms", comma, ms_of(gap_us), ms_of(*statistics.ewma_us));
  }
  return text + "\n";
}

std::string ping_status_line(const PingStatistics& statistics, std::int64_t ewma_us) {
  const std::uint64_t lost = statistics.transmitted - std::min(statistics.transmitted, statistics.received);
  const std::uint64_t percent = statistics.transmitted == 0 ? 0 : lost * 100 / statistics.transmitted;
  std::string text = fmt::format("\r{}/{} packets, {}% loss", statistics.transmitted, statistics.received, percent);
  if (statistics.received > 0 && statistics.has_times) {
    const auto answers = static_cast<std::int64_t>(statistics.received + statistics.duplicates);
    text += fmt::format(", min/avg/ewma/max = {}/{}/{}/{} ms", ms_of(statistics.min_us),
                        ms_of(statistics.sum_us / answers), ms_of(ewma_us), ms_of(statistics.max_us));
  }
  return text + "\n";
}

}  // namespace ringsweep
