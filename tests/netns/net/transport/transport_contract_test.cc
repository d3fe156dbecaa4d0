// What every Transport promises (transport.h) of waiting and receiving.
#include "netns/net/transport/transport_contract.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "ringsweep/base/limits.h"

namespace ringsweep::testing {
namespace {

TEST_P(TransportContract, a_probe_to_a_live_address_comes_back_with_bytes_source_ttl_and_kernel_stamp) {
  run([&](Transport& transport) {
    const SendResult sent = send(transport, {live(7)}, 0x1234);
    ASSERT_TRUE(sent.failures.empty());
    EXPECT_LE(sent.before_ns, sent.after_ns);
    const std::vector<Heard> heard = hear(transport, 1);
    ASSERT_EQ(heard.size(), 1U);
    const ReceivedPacket& packet = heard[0].packet;
    std::vector<std::byte> expected = echo_request(family(), transport.identifier(family()), 0x1234);
    expected[0] = family() == Family::v4 ? std::byte{0} : std::byte{129};
    std::vector<std::byte> icmp = heard[0].icmp;
    ASSERT_EQ(icmp.size(), 32U);
    // The checksum is another one.
    icmp[2] = expected[2];
    icmp[3] = expected[3];
    EXPECT_EQ(icmp, expected);
    EXPECT_EQ(packet.source, live(7));
    EXPECT_EQ(packet.family, family());
    EXPECT_TRUE(packet.kernel_stamp);
    EXPECT_GE(packet.received_ns, sent.before_ns);
    EXPECT_LE(packet.received_ns, transport.now_ns());
    EXPECT_FALSE(packet.truncated);
    EXPECT_EQ(packet.ttl, packet.framing == Framing::raw_v4 ? -1 : 64);
  });
}

TEST_P(TransportContract, all_of_3000_waiting_replies_are_handed_out_before_it_is_dry) {
  // field bug 41
  options_.receive_buffer_bytes = 8 << 20;
  run([&](Transport& transport) {
    if (transport.receive_buffer_bytes() < 3000 * 1100) GTEST_SKIP() << "net.core.rmem_max is too small here";
    ASSERT_EQ(send_and_deliver(transport, 100, 30), 3000U);
    std::set<std::uint16_t> sequences;
    for (const Heard& heard : drain(transport)) sequences.insert(big_endian(heard.icmp, 6));
    EXPECT_EQ(sequences.size(), 3000U);
    EXPECT_EQ(transport.socket_drops(), 0U);
  });
}

TEST_P(TransportContract, replies_that_a_kernel_gives_to_the_sending_half_are_read_as_well) {
  if (GetParam().plan == SocketPlan::raw) return;  // its sending half filters everything
  const auto work = [&] {
    SocketSet set = open_sockets(options_);
    FamilySockets& sockets = family() == Family::v4 ? *set.v4 : *set.v6;
    if (!sockets.sender_is_ping) return;  // the same
    // This kernel gives all to the newer one.
    std::swap(sockets.sender, sockets.receiver);
    const MadeTransport made = make_transport(GetParam().kind, std::move(set));
    ASSERT_TRUE(send(*made.transport, {live(1), live(2)}).failures.empty());
    EXPECT_EQ(hear(*made.transport, 2).size(), 2U);
  };
  GetParam().nobody ? as_nobody(work) : on_own_thread(work);
}

TEST_P(TransportContract, packets_so_large_that_few_buffers_fit_are_all_handed_out) {
  options_.packet_bytes = 60'000;
  options_.receive_buffer_bytes = 8 << 20;
  run([&](Transport& transport) {
    if (transport.receive_buffer_bytes() < 600 * 1100) GTEST_SKIP() << "net.core.rmem_max is too small here";
    ASSERT_EQ(send_and_deliver(transport, 10, 60), 600U);
    std::set<std::uint16_t> sequences;
    for (const Heard& heard : drain(transport)) sequences.insert(big_endian(heard.icmp, 6));
    EXPECT_EQ(sequences.size(), 600U);
    if (GetParam().kind == TransportKind::uring) {
      EXPECT_GT(transport.counts().buffer_ring_empty, 0U);
    }
    ASSERT_TRUE(send(transport, {live(4)}).failures.empty());
    EXPECT_EQ(hear(transport, 1).size(), 1U);
  });
}

TEST_P(TransportContract, waiting_ends_at_its_time_where_nothing_arrives) {
  run([&](Transport& transport) {
    for (const std::int64_t span_ns : {std::int64_t{0}, ns_per_ms, 12 * ns_per_ms}) {
      const std::int64_t until_ns = transport.now_ns() + span_ns;
      transport.wait(until_ns);
      EXPECT_GE(transport.now_ns(), until_ns);
      EXPECT_TRUE(drain(transport).empty());
    }
  });
}

TEST_P(TransportContract, waiting_ends_when_something_arrives) {
  run([&](Transport& transport) {
    ASSERT_TRUE(send(transport, {live(1)}).failures.empty());
    const std::int64_t until_ns = transport.now_ns() + 3600 * ns_per_s;
    transport.wait(until_ns);
    EXPECT_EQ(hear(transport, 1).size(), 1U);
    ASSERT_TRUE(send(transport, {refusing(1)}).failures.empty());
    transport.wait(until_ns);
    EXPECT_EQ(hear(transport, 1).size(), 1U);
  });
}

TEST_P(TransportContract, a_full_batch_and_a_reply_longer_than_the_probe_work) {
  run([&](Transport& transport) {
    std::vector<Address> to;
    for (std::uint64_t i = 0; i < max_batch; ++i) to.push_back(live(i));
    ASSERT_TRUE(send(transport, to).failures.empty());
    EXPECT_EQ(hear(transport, max_batch).size(), std::size_t{max_batch});
    std::vector<std::byte> longer = echo_request(family(), transport.identifier(family()), 1, 0);
    longer.resize(1000);
    const OutgoingPacket packet{live(1), longer};
    ASSERT_TRUE(transport.send({&packet, 1}).failures.empty());
    const std::vector<Heard> heard = hear(transport, 1);
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_TRUE(heard[0].packet.truncated);
    EXPECT_LT(heard[0].packet.bytes.size(), 1000U);
  });
}

TEST_P(TransportContract, it_says_who_computes_the_checksum) {
  run([&](Transport& transport) {
    EXPECT_EQ(transport.kernel_checksums(family()), family() == Family::v6 || GetParam().plan == SocketPlan::dgram);
    EXPECT_NE(transport.identifier(family()), 0);
    EXPECT_GT(transport.receive_buffer_bytes(), 0U);
    // 2020 in nanoseconds: the offset between the clocks is the time of the boot.
    EXPECT_GT(transport.realtime_offset_ns() + transport.now_ns(), 1'577'836'800 * ns_per_s);
    const TransportCounts counts = transport.counts();
    EXPECT_EQ(counts.completion_overflow + counts.clock_steps + counts.short_sends, 0U);
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, TransportContract, ::testing::ValuesIn(combinations()), name_of);

}  // namespace
}  // namespace ringsweep::testing
