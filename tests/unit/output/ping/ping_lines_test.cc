// The texts of iputils 20221126, observed or read in its source.
#include "ringsweep/output/ping/ping_lines.h"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <vector>

namespace ringsweep {
namespace {

TEST(PingLines, the_longer_it_took_the_fewer_decimals) {
  EXPECT_EQ(ping_time_text(0), "0.000");
  EXPECT_EQ(ping_time_text(62), "0.062");
  EXPECT_EQ(ping_time_text(999), "0.999");
  EXPECT_EQ(ping_time_text(1'234), "1.23");
  EXPECT_EQ(ping_time_text(1'235), "1.24");
  EXPECT_EQ(ping_time_text(9'994), "9.99");
  EXPECT_EQ(ping_time_text(9'995), "10.0");
  EXPECT_EQ(ping_time_text(12'349), "12.3");
  EXPECT_EQ(ping_time_text(99'949), "99.9");
  EXPECT_EQ(ping_time_text(99'950), "100");
  EXPECT_EQ(ping_time_text(1'234'500), "1235");
}

TEST(PingLines, the_banner_names_host_address_and_sizes) {
  EXPECT_EQ(ping_banner({.host = "localhost", .address = "127.0.0.1"}),
            "PING localhost (127.0.0.1) 56(84) bytes of data.\n");
  EXPECT_EQ(ping_banner({.host = "10.0.0.1", .address = "10.0.0.1", .payload_bytes = 0}),
            "PING 10.0.0.1 (10.0.0.1) 0(28) bytes of data.\n");
  EXPECT_EQ(ping_banner({.host = "::1", .address = "::1", .family = Family::v6}), "PING ::1(::1) 56 data bytes\n");
  EXPECT_EQ(ping_banner({.host = "h", .address = "10.0.0.1", .source = "10.0.0.9", .device = "eth0"}),
            "PING h (10.0.0.1) from 10.0.0.9 eth0: 56(84) bytes of data.\n");
}

TEST(PingLines, a_reply_says_what_is_odd_about_it) {
  EXPECT_EQ(ping_reply_text({.from = "127.0.0.1", .rtt_us = 62}),
            "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.062 ms");
  EXPECT_EQ(ping_reply_text({.from = "10.0.0.1", .message_bytes = 8, .sequence = 65'535, .ttl = 7}),
            "8 bytes from 10.0.0.1: icmp_seq=65535 ttl=7");
  EXPECT_EQ(ping_reply_text(
                {.from = "10.0.0.2", .rtt_us = 1'000, .duplicate = true, .corrupted = true, .different_address = true}),
            "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=1.00 ms (DUP!) (BAD CHECKSUM!) (DIFFERENT ADDRESS!)");
  EXPECT_EQ(ping_reply_text({.from = "h (10.0.0.2)", .identifier = 4711, .ttl = -1, .rtt_us = 7}),
            "64 bytes from h (10.0.0.2): icmp_seq=1 ident=4711 time=0.007 ms");
  EXPECT_EQ(ping_reply_text({.from = "10.0.0.2", .message_bytes = 31, .truncated = true, .rtt_us = 7}),
            "31 bytes from 10.0.0.2: icmp_seq=1 ttl=64 (truncated)");
}

TEST(PingLines, data_that_is_not_ours_is_shown_in_rows_of_32_from_byte_16) {
  std::vector<std::byte> data;
  for (std::size_t i = 0; i < 50; ++i) data.push_back(static_cast<std::byte>(i));
  data[17] = std::byte{0xee};
  EXPECT_EQ(ping_difference_text({.at = 17, .expected = 0x11, .received = 0xee}, data),
            "\nwrong data byte #17 should be 0x11 but was 0xee\n"
            "#16\t10 ee 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f \n"
            "#48\t30 31 ");
}

TEST(PingLines, small_lines) {
  const std::array<std::uint8_t, 3> pattern{0x0a, 0xff, 0x01};
  EXPECT_EQ(ping_pattern_line(pattern), "PATTERN: 0x0aff01\n");
  EXPECT_EQ(ping_stamp(1'700'000'000'000'001'999), "[1700000000.000001] ");
  EXPECT_EQ(ping_no_answer_line(7), "no answer yet for icmp_seq=7\n");
}

TEST(PingLines, errors_of_ipv4) {
  const auto text = [](std::uint8_t type, std::uint8_t code, std::uint32_t information = 0) {
    return ping_error_text(Family::v4, type, code, information, "10.0.0.254");
  };
  EXPECT_EQ(text(3, 0), "Destination Net Unreachable");
  EXPECT_EQ(text(3, 1), "Destination Host Unreachable");
  EXPECT_EQ(text(3, 4, 1'300), "Frag needed and DF set (mtu = 1300)");
  EXPECT_EQ(text(3, 13), "Packet filtered");
  EXPECT_EQ(text(3, 15), "Precedence Cutoff");
  EXPECT_EQ(text(3, 16), "Dest Unreachable, Bad Code: 16");
  EXPECT_EQ(text(4, 0), "Source Quench");
  EXPECT_EQ(text(5, 0), "Redirect Network(New nexthop: 10.0.0.254)");
  EXPECT_EQ(text(5, 3), "Redirect Type of Service and Host(New nexthop: 10.0.0.254)");
  EXPECT_EQ(text(5, 4), "Redirect, Bad Code: 4(New nexthop: 10.0.0.254)");
  EXPECT_EQ(text(11, 0), "Time to live exceeded");
  EXPECT_EQ(text(11, 1), "Frag reassembly time exceeded");
  EXPECT_EQ(text(11, 2), "Time exceeded, Bad Code: 2");
  EXPECT_EQ(text(12, 0, 20), "Parameter problem: pointer = 20");
  EXPECT_EQ(text(99, 0), "Bad ICMP type: 99");
  EXPECT_EQ(ping_error_line("198.18.9.1", 3, text(3, 1)), "From 198.18.9.1 icmp_seq=3 Destination Host Unreachable\n");
  EXPECT_EQ(ping_error_packet_line("198.18.9.1", 3, text(4, 0)), "From 198.18.9.1: icmp_seq=3 Source Quench\n");
}

TEST(PingLines, only_redirects_of_ipv4_name_a_gateway) {
  EXPECT_TRUE(is_ping_redirect(Family::v4, 5));
  EXPECT_FALSE(is_ping_redirect(Family::v4, 3));
  EXPECT_FALSE(is_ping_redirect(Family::v6, 5));
}

TEST(PingLines, errors_of_ipv6) {
  const auto text = [](std::uint8_t type, std::uint8_t code, std::uint32_t information = 0) {
    return ping_error_text(Family::v6, type, code, information);
  };
  EXPECT_EQ(text(1, 0), "Destination unreachable: No route");
  EXPECT_EQ(text(1, 3), "Destination unreachable: Address unreachable");
  EXPECT_EQ(text(1, 5), "Destination unreachable: Unknown code 5");
  EXPECT_EQ(text(2, 0, 1'280), "Packet too big: mtu=1280");
  EXPECT_EQ(text(2, 1, 1'280), "Packet too big: mtu=1280, code=1");
  EXPECT_EQ(text(3, 0), "Time exceeded: Hop limit");
  EXPECT_EQ(text(3, 1), "Time exceeded: Defragmentation failure");
  EXPECT_EQ(text(3, 2), "Time exceeded: code 2");
  EXPECT_EQ(text(4, 1, 40), "Parameter problem: Unknown header at 40");
  EXPECT_EQ(text(4, 3, 40), "Parameter problem: code 3 at 40");
  EXPECT_EQ(text(200, 0), "unknown icmp type: 200");
}

PingRtts rtts_of(std::initializer_list<std::int64_t> samples_us) {
  PingRtts rtts;
  for (const std::int64_t us : samples_us) rtts.add(us);
  return rtts;
}

TEST(PingLines, statistics_of_one_probe) {
  EXPECT_EQ(ping_statistics({.host = "127.0.0.1", .counts = {.transmitted = 1, .received = 1}, .rtts = rtts_of({62})}),
            "\n--- 127.0.0.1 ping statistics ---\n"
            "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n"
            "rtt min/avg/max/mdev = 0.062/0.062/0.062/0.000 ms\n");
}

TEST(PingLines, statistics_with_losses_duplicates_and_errors) {
  // RTTs of 1, 2 and 6 ms: mean 3, mean of squares 13.666666, deviation 2.160.
  EXPECT_EQ(ping_statistics({.host = "h",
                             .counts = {.transmitted = 3, .received = 2, .duplicates = 1, .errors = 4, .pipe = 3},
                             .rtts = rtts_of({1'000, 2'000, 6'000}),
                             .elapsed_us = 2'003'499}),
            "\n--- h ping statistics ---\n"
            "3 packets transmitted, 2 received, +1 duplicates, +4 errors, 33.3333% packet loss, time 2003ms\n"
            "rtt min/avg/max/mdev = 1.000/3.000/6.000/2.160 ms, pipe 3\n");
  EXPECT_EQ(ping_statistics({.host = "h", .counts = {.transmitted = 7, .corrupted = 2}, .elapsed_us = 2'003'500}),
            "\n--- h ping statistics ---\n"
            "7 packets transmitted, 0 received, +2 corrupted, 100% packet loss, time 2004ms\n\n");
}

TEST(PingLines, statistics_without_an_answer_or_without_times_end_in_an_empty_line) {
  EXPECT_EQ(ping_statistics({.host = "h", .counts = {.transmitted = 2}, .elapsed_us = 1'000'000}),
            "\n--- h ping statistics ---\n2 packets transmitted, 0 received, 100% packet loss, time 1000ms\n\n");
  EXPECT_EQ(ping_statistics({.host = "h", .counts = {.transmitted = 1, .received = 1}, .has_times = false}),
            "\n--- h ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n\n");
  EXPECT_EQ(ping_statistics({.host = "h", .counts = {.transmitted = 9, .pipe = 4}, .elapsed_us = 5'000}),
            "\n--- h ping statistics ---\n9 packets transmitted, 0 received, 100% packet loss, time 5ms\npipe 4\n");
  EXPECT_EQ(ping_statistics({.host = "h"}), "\n--- h ping statistics ---\n0 packets transmitted, 0 received\n\n");
}

TEST(PingLines, a_flood_tells_gap_and_smoothed_time_as_well) {
  EXPECT_EQ(ping_statistics({.host = "h",
                             .counts = {.transmitted = 11, .received = 11},
                             .rtts = rtts_of({5, 5, 5}),
                             .elapsed_us = 100,
                             .tells_gap = true}),
            "\n--- h ping statistics ---\n"
            "11 packets transmitted, 11 received, 0% packet loss, time 0ms\n"
            "rtt min/avg/max/mdev = 0.005/0.005/0.005/0.000 ms, ipg/ewma 0.010/0.005 ms\n");
}

TEST(PingLines, the_status_line_of_sigquit) {
  EXPECT_EQ(ping_status_line({.counts = {.transmitted = 3, .received = 1}, .rtts = rtts_of({62})}),
            "\r1/3 packets, 66% loss, min/avg/ewma/max = 0.062/0.062/0.062/0.062 ms\n");
  EXPECT_EQ(ping_status_line({.counts = {.transmitted = 3}}), "\r0/3 packets, 100% loss\n");
}

}  // namespace
}  // namespace ringsweep
