// What every Transport promises (transport.h) of errors: local ones of a send, ICMP errors, and replies without room.
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "netns/net/transport/transport_contract.h"

namespace ringsweep::testing {
namespace {

class TransportErrors : public TransportContract {};

TEST_P(TransportErrors, what_has_no_route_fails_with_its_index_while_the_others_leave) {
  run([&](Transport& transport) {
    const SendResult sent = send(transport, {live(1), routeless(), live(2), live(3), routeless(), live(4)});
    ASSERT_EQ(sent.failures.size(), 2U);
    EXPECT_EQ(sent.failures[0].index, 1U);
    EXPECT_EQ(sent.failures[0].errno_value, ENETUNREACH);
    EXPECT_EQ(sent.failures[1].index, 4U);
    EXPECT_EQ(sent.failures[1].errno_value, ENETUNREACH);
    std::set<Address> sources;
    for (const Heard& heard : hear(transport, 4)) sources.insert(heard.packet.source);
    EXPECT_EQ(sources, (std::set<Address>{live(1), live(2), live(3), live(4)}));
    EXPECT_EQ(transport.counts().short_sends, 0U) << "what was refused is a failure, not a batch cut short";
  });
}

TEST_P(TransportErrors, an_error_arrives_with_type_code_offender_and_destination) {
  run([&](Transport& transport) {
    ASSERT_TRUE(send(transport, {refusing(5)}, 0x0102).failures.empty());
    const std::vector<Heard> heard = hear(transport, 1);
    ASSERT_EQ(heard.size(), 1U);
    const ReceivedPacket& packet = heard[0].packet;
    const std::uint8_t type = family() == Family::v4 ? 3 : 1, code = family() == Family::v4 ? 1 : 3;
    // netfilter answers in the name of the target, for IPv6 in that of the address that routing prefers.
    EXPECT_EQ(packet.source, family() == Family::v4 ? refusing(5) : v6("fd77::1"));
    EXPECT_TRUE(packet.kernel_stamp);
    EXPECT_LE(packet.received_ns, transport.now_ns());
    std::size_t quoted_at = 0;
    if (GetParam().plan == SocketPlan::dgram) {
      EXPECT_EQ(packet.framing, Framing::quote);
      EXPECT_EQ(packet.error_type, type);
      EXPECT_EQ(packet.error_code, code);
      EXPECT_EQ(packet.destination, refusing(5));
      EXPECT_EQ(packet.ttl, 64);
    } else {
      // As a packet: type, code, 8 bytes in all, then the quoted IP header.
      EXPECT_EQ(heard[0].icmp[0], std::byte{type});
      EXPECT_EQ(heard[0].icmp[1], std::byte{code});
      quoted_at = family() == Family::v4 ? 28 : 48;
    }
    ASSERT_GE(heard[0].icmp.size(), quoted_at + 32);
    const std::span<const std::byte> quoted = std::span(heard[0].icmp).subspan(quoted_at);
    EXPECT_EQ(big_endian(quoted, 4), transport.identifier(family()));
    EXPECT_EQ(big_endian(quoted, 6), 0x0102);
    EXPECT_EQ(quoted[31], std::byte{0x5a});
  });
}

TEST_P(TransportErrors, errors_neither_fail_the_sends_of_others_nor_end_receiving) {
  // field bug 43
  run([&](Transport& transport) {
    std::size_t replies = 0, errors = 0;
    for (std::uint16_t round = 0; round < 20; ++round) {
      std::vector<Address> to;
      for (std::uint64_t i = 0; i < 32; ++i) to.push_back(i % 8 == 0 ? live(i) : refusing(round * 8U + i));
      ASSERT_TRUE(send(transport, to, static_cast<std::uint16_t>(round * 32)).failures.empty()) << round;
      for (const Heard& heard : hear(transport, 32)) ++(is_reply(heard.packet) ? replies : errors);
      EXPECT_EQ(replies, 4U * (round + 1));
    }
    EXPECT_EQ(errors, 20U * 28U);
  });
}

TEST_P(TransportErrors, many_errors_waiting_are_all_read_and_the_replies_with_them) {
  run([&](Transport& transport) {
    for (std::uint16_t first = 0; first < 480; first = static_cast<std::uint16_t>(first + 32)) {
      std::vector<Address> to;
      for (std::uint64_t i = 0; i < 32; ++i) to.push_back(i % 2 == 0 ? live(i) : refusing(i));
      ASSERT_TRUE(send(transport, to, first).failures.empty());
    }
    std::set<std::uint16_t> answered, refused;
    for (const Heard& heard : hear(transport, 480)) {
      const bool quoted_ip = heard.packet.framing != Framing::quote && !is_reply(heard.packet);
      const std::size_t at = quoted_ip ? (family() == Family::v4 ? 34U : 54U) : 6U;
      (is_reply(heard.packet) ? answered : refused).insert(big_endian(heard.icmp, at));
    }
    EXPECT_EQ(answered.size(), 240U);
    EXPECT_EQ(refused.size(), 240U);
  });
}

TEST_P(TransportErrors, a_local_filter_refuses_with_eperm) {
  // An IPv6 ping socket hides what happens behind the routing (src/README.md, 3.6).
  if (GetParam().nobody && family() == Family::v6) return;  // hidden there
  run([&](Transport& transport) {
    const SendResult sent = send(transport, {live(1), filtered(2), live(3)});
    ASSERT_EQ(sent.failures.size(), 1U);
    EXPECT_EQ(sent.failures[0].index, 1U);
    EXPECT_EQ(sent.failures[0].errno_value, EPERM);
    EXPECT_EQ(hear(transport, 2).size(), 2U);
  });
}

TEST_P(TransportErrors, what_the_queue_of_the_device_refuses_fails_with_enobufs) {
  if (GetParam().nobody && family() == Family::v6) return;  // hidden there
  run([&](Transport& transport) {
    const Address narrow = family() == Family::v4 ? v4("198.19.5.9") : v6("fd78::9");
    std::size_t refused = 0;
    for (int round = 0; round < 10; ++round) {
      std::vector<Address> to(32, narrow);
      to[7] = live(1);
      for (const SendFailure& failure : send(transport, to).failures) {
        EXPECT_EQ(failure.errno_value, ENOBUFS);
        EXPECT_NE(failure.index, 7U);
        ++refused;
      }
    }
    // The queue holds 1,600 bytes and a burst of as many: about 40 packets.
    EXPECT_GT(refused, 200U);
    EXPECT_EQ(hear(transport, 10).size(), 10U);
  });
}

TEST_P(TransportErrors, replies_that_found_no_room_are_counted_as_socket_drops) {
  // field bug 34
  options_.receive_buffer_bytes = 0;
  run([&](Transport& transport) {
    if (transport.receive_buffer_bytes() > 1 << 20) GTEST_SKIP() << "net.core.rmem_default is large here";
    const std::size_t sent = send_and_deliver(transport, 100, 32);
    const std::size_t heard = drain(transport).size();
    EXPECT_LT(heard, sent);
    // Each reply was received or counted. (Raw sockets of newer kernels count what the filter would have refused, too.)
    if (GetParam().plan == SocketPlan::dgram) {
      EXPECT_EQ(transport.socket_drops(), sent - heard);
    } else {
      EXPECT_GE(transport.socket_drops(), sent - heard);
    }
    // What arrives after that is received again.
    ASSERT_TRUE(send(transport, {live(2)}).failures.empty());
    EXPECT_EQ(hear(transport, 1).size(), 1U);
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, TransportErrors, ::testing::ValuesIn(combinations()), name_of);

}  // namespace
}  // namespace ringsweep::testing
