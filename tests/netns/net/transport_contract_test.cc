// What every Transport promises (transport.h), for both engines, both socket plans and both families, with the rights
// of root and (ping sockets) of nobody.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <map>
#include <set>

#include "netns/net/echo_request.h"
#include "netns/net/lab_namespace.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/base/time.h"
#include "ringsweep/net/transport_factory.h"

namespace ringsweep::testing {
namespace {

struct Combination {
  TransportKind kind;
  SocketPlan plan;
  Family family;
  bool nobody;
};

std::string name_of(const ::testing::TestParamInfo<Combination>& info) {
  const Combination& c = info.param;
  return std::string(c.kind == TransportKind::uring ? "uring" : "mmsg") +
         (c.plan == SocketPlan::dgram ? "_dgram" : "_raw") + (c.family == Family::v4 ? "_v4" : "_v6") +
         (c.nobody ? "_nobody" : "");
}

class TransportContract : public ::testing::TestWithParam<Combination> {
 protected:
  void SetUp() override {
    NEEDS_LAB();
    options_.plan = GetParam().plan;
    options_.need_v4 = GetParam().family == Family::v4;
    options_.need_v6 = GetParam().family == Family::v6;
    options_.receive_buffer_bytes = 2 << 20;
    options_.send_buffer_bytes = 1 << 20;
  }

  // `body` on a worker's thread of its own, with a fresh transport.
  void run(const std::function<void(Transport&)>& body) {
    const auto work = [&] {
      MadeTransport made = make_transport(GetParam().kind, open_sockets(options_));
      body(*made.transport);
    };
    if (GetParam().kind == TransportKind::uring && !why_no_uring().empty()) GTEST_SKIP() << why_no_uring();
    GetParam().nobody ? as_nobody(work) : on_own_thread(work);
  }

  Family family() const { return GetParam().family; }
  // The n-th address of a part of the lab; see lab_namespace.h.
  Address live(std::uint64_t n) const { return host(0x0001, n); }
  Address refusing(std::uint64_t n) const { return host(0x0009, n); }
  Address filtered(std::uint64_t n) const { return host(0x0008, n); }
  Address routeless() const { return family() == Family::v4 ? v4("203.0.113.1") : v6("2001:db8::1"); }
  Address host(std::uint64_t part, std::uint64_t n) const {
    if (family() == Family::v4) return Address::v4(static_cast<std::uint32_t>(0xc6120000 | part << 8 | (n & 255)));
    return Address::v6(0xfd77000000000000 | part << 16, n + 1);
  }

  // Probes of one batch; sequences count from `first_sequence`.
  SendResult send(Transport& transport, const std::vector<Address>& to, std::uint16_t first_sequence = 1) {
    bytes_.clear();
    batch_.clear();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto sequence = static_cast<std::uint16_t>(first_sequence + i);
      bytes_.push_back(echo_request(family(), transport.identifier(family()), sequence));
      batch_.push_back({to[i], bytes_.back()});
    }
    return transport.send(batch_);
  }

  struct Heard {
    std::vector<std::byte> icmp;
    ReceivedPacket packet;
  };
  // Everything that is waiting, until a reap finds nothing more; bytes copied.
  std::vector<Heard> drain(Transport& transport) {
    std::vector<Heard> heard;
    for (int reaps = 0; reaps < 1000; ++reaps) {
      const Reaped reaped = transport.reap();
      bool errors_began = false;
      for (const ReceivedPacket& packet : reaped.packets) {
        if (!is_reply(packet)) errors_began = true;
        EXPECT_FALSE(errors_began && is_reply(packet)) << "a reply behind an error";
        const auto icmp = icmp_of(packet);
        heard.push_back({{icmp.begin(), icmp.end()}, packet});
      }
      if (reaped.dry) return heard;
    }
    ADD_FAILURE() << "never dry";
    return heard;
  }

  SocketOptions options_;
  std::vector<std::vector<std::byte>> bytes_;
  std::vector<OutgoingPacket> batch_;
};

TEST_P(TransportContract, a_probe_to_a_live_address_comes_back_with_bytes_source_ttl_and_kernel_stamp) {
  run([&](Transport& transport) {
    const SendResult sent = send(transport, {live(7)}, 0x1234);
    ASSERT_TRUE(sent.failures.empty());
    EXPECT_LE(sent.before_ns, sent.after_ns);
    const std::vector<Heard> heard = drain(transport);
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
  // field-bugs 41
  options_.receive_buffer_bytes = 8 << 20;
  run([&](Transport& transport) {
    if (transport.receive_buffer_bytes() < 3000 * 1100) GTEST_SKIP() << "net.core.rmem_max is too small here";
    for (std::uint16_t first = 0; first < 3000; first = static_cast<std::uint16_t>(first + 30)) {
      std::vector<Address> to;
      for (std::uint64_t i = 0; i < 30; ++i) to.push_back(live(first + i));
      ASSERT_TRUE(send(transport, to, first).failures.empty());
    }
    std::set<std::uint16_t> sequences;
    for (const Heard& heard : drain(transport)) sequences.insert(big_endian(heard.icmp, 6));
    EXPECT_EQ(sequences.size(), 3000U);
    EXPECT_EQ(transport.socket_drops(), 0U);
  });
}

TEST_P(TransportContract, what_has_no_route_fails_with_its_index_while_the_others_leave) {
  run([&](Transport& transport) {
    const SendResult sent = send(transport, {live(1), routeless(), live(2), live(3), routeless(), live(4)});
    ASSERT_EQ(sent.failures.size(), 2U);
    EXPECT_EQ(sent.failures[0].index, 1U);
    EXPECT_EQ(sent.failures[0].errno_value, ENETUNREACH);
    EXPECT_EQ(sent.failures[1].index, 4U);
    EXPECT_EQ(sent.failures[1].errno_value, ENETUNREACH);
    std::set<Address> sources;
    for (const Heard& heard : drain(transport)) sources.insert(heard.packet.source);
    EXPECT_EQ(sources, (std::set<Address>{live(1), live(2), live(3), live(4)}));
  });
}

TEST_P(TransportContract, an_error_arrives_with_type_code_offender_and_destination) {
  run([&](Transport& transport) {
    ASSERT_TRUE(send(transport, {refusing(5)}, 0x0102).failures.empty());
    const std::vector<Heard> heard = drain(transport);
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

TEST_P(TransportContract, errors_neither_fail_the_sends_of_others_nor_end_receiving) {
  // field-bugs 43
  run([&](Transport& transport) {
    std::size_t replies = 0, errors = 0;
    for (std::uint16_t round = 0; round < 20; ++round) {
      std::vector<Address> to;
      for (std::uint64_t i = 0; i < 32; ++i) to.push_back(i % 8 == 0 ? live(i) : refusing(round * 8U + i));
      ASSERT_TRUE(send(transport, to, static_cast<std::uint16_t>(round * 32)).failures.empty()) << round;
      for (const Heard& heard : drain(transport)) ++(is_reply(heard.packet) ? replies : errors);
      EXPECT_EQ(replies, 4U * (round + 1));
    }
    EXPECT_EQ(errors, 20U * 28U);
  });
}

TEST_P(TransportContract, many_errors_waiting_are_all_read_and_the_replies_with_them) {
  run([&](Transport& transport) {
    for (std::uint16_t first = 0; first < 480; first = static_cast<std::uint16_t>(first + 32)) {
      std::vector<Address> to;
      for (std::uint64_t i = 0; i < 32; ++i) to.push_back(i % 2 == 0 ? live(i) : refusing(i));
      ASSERT_TRUE(send(transport, to, first).failures.empty());
    }
    std::set<std::uint16_t> answered, refused;
    for (const Heard& heard : drain(transport)) {
      const bool quoted_ip = heard.packet.framing != Framing::quote && !is_reply(heard.packet);
      const std::size_t at = quoted_ip ? (family() == Family::v4 ? 34U : 54U) : 6U;
      (is_reply(heard.packet) ? answered : refused).insert(big_endian(heard.icmp, at));
    }
    EXPECT_EQ(answered.size(), 240U);
    EXPECT_EQ(refused.size(), 240U);
  });
}

TEST_P(TransportContract, a_local_filter_refuses_with_eperm) {
  // An IPv6 ping socket hides what happens behind the routing (design 3.6).
  if (GetParam().nobody && family() == Family::v6) GTEST_SKIP() << "not visible without CAP_NET_RAW";
  run([&](Transport& transport) {
    const SendResult sent = send(transport, {live(1), filtered(2), live(3)});
    ASSERT_EQ(sent.failures.size(), 1U);
    EXPECT_EQ(sent.failures[0].index, 1U);
    EXPECT_EQ(sent.failures[0].errno_value, EPERM);
    EXPECT_EQ(drain(transport).size(), 2U);
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
    EXPECT_EQ(drain(transport).size(), 1U);
    ASSERT_TRUE(send(transport, {refusing(1)}).failures.empty());
    transport.wait(until_ns);
    EXPECT_EQ(drain(transport).size(), 1U);
  });
}

TEST_P(TransportContract, replies_that_found_no_room_are_counted_as_socket_drops) {
  // field-bugs 34
  options_.receive_buffer_bytes = 0;
  run([&](Transport& transport) {
    if (transport.receive_buffer_bytes() > 1 << 20) GTEST_SKIP() << "net.core.rmem_default is large here";
    std::size_t sent = 0;
    for (int round = 0; round < 100; ++round) {
      std::vector<Address> to(32, live(1));
      sent += to.size() - send(transport, to).failures.size();
    }
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
    EXPECT_EQ(drain(transport).size(), 1U);
  });
}

TEST_P(TransportContract, a_full_batch_and_a_reply_longer_than_the_probe_work) {
  run([&](Transport& transport) {
    std::vector<Address> to;
    for (std::uint64_t i = 0; i < max_batch; ++i) to.push_back(live(i));
    ASSERT_TRUE(send(transport, to).failures.empty());
    EXPECT_EQ(drain(transport).size(), std::size_t{max_batch});
    std::vector<std::byte> longer = echo_request(family(), transport.identifier(family()), 1, 0);
    longer.resize(1000);
    const OutgoingPacket packet{live(1), longer};
    ASSERT_TRUE(transport.send({&packet, 1}).failures.empty());
    const std::vector<Heard> heard = drain(transport);
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

std::vector<Combination> combinations() {
  std::vector<Combination> all;
  for (const TransportKind kind : {TransportKind::uring, TransportKind::mmsg}) {
    for (const Family family : {Family::v4, Family::v6}) {
      all.push_back({kind, SocketPlan::dgram, family, false});
      all.push_back({kind, SocketPlan::raw, family, false});
      all.push_back({kind, SocketPlan::dgram, family, true});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Engines, TransportContract, ::testing::ValuesIn(combinations()), name_of);

}  // namespace
}  // namespace ringsweep::testing
