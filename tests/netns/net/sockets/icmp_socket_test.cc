#include "ringsweep/net/sockets/icmp_socket.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

#include "netns/net/lab_namespace.h"
#include "netns/net/transport/echo_request.h"
#include "netns/net/transport/hearing.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/net/transport/transport_factory.h"

namespace ringsweep::testing {
namespace {

class IcmpSocket : public ::testing::Test {
 protected:
  void SetUp() override { NEEDS_LAB(); }
  void TearDown() override {
    if (why_no_lab().empty()) allow_ping_sockets();
  }
};

SocketOptions options_for(std::optional<SocketPlan> plan, Family family = Family::v4) {
  SocketOptions options;
  options.plan = plan;
  options.need_v4 = family == Family::v4;
  options.need_v6 = family == Family::v6;
  return options;
}

int bind_error(Family family, std::uint16_t identifier) {
  const FileDescriptor other(socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC,
                                    family == Family::v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6}));
  if (!other.is_open()) return errno;
  SocketAddress name;
  const Address any = family == Family::v4 ? Address::v4(0) : Address::v6(0, 0);
  const socklen_t length = fill_socket_address(any, identifier, name);
  return bind(other.get(), &name.any, length) == 0 ? 0 : errno;
}

// field bug 42
TEST_F(IcmpSocket, nobody_else_can_bind_the_identifier_and_take_our_replies) {
  const auto check = [] {
    for (const Family family : {Family::v4, Family::v6}) {
      std::uint16_t identifier = 0;
      {
        const SocketSet set = open_sockets(options_for(SocketPlan::dgram, family));
        identifier = family == Family::v4 ? set.v4->identifier : set.v6->identifier;
        EXPECT_EQ(bind_error(family, identifier), EADDRINUSE);
      }
      EXPECT_EQ(bind_error(family, identifier), 0) << "the test itself could not bind it";
    }
  };
  on_own_thread(check);
  as_nobody(check);
}

TEST_F(IcmpSocket, the_identifier_is_free_as_soon_as_the_transport_is_gone) {
  for (const TransportKind kind : {TransportKind::uring, TransportKind::mmsg}) {
    if (kind == TransportKind::uring && !why_no_uring().empty()) continue;
    on_own_thread([&] {
      SocketSet set = open_sockets(options_for(SocketPlan::dgram));
      const std::uint16_t identifier = set.v4->identifier;
      make_transport(kind, std::move(set));
      EXPECT_EQ(bind_error(Family::v4, identifier), 0);
    });
  }
}

TEST_F(IcmpSocket, plans_are_chosen_by_what_works) {
  if (!is_real_root()) GTEST_SKIP() << "needs root";
  EXPECT_EQ(open_sockets(options_for({})).plan, SocketPlan::dgram);
  EXPECT_EQ(open_sockets(options_for({})).description, "ping sockets (allowed by net.ipv4.ping_group_range)");
  EXPECT_EQ(open_sockets(options_for(SocketPlan::raw)).description, "raw sockets (asked for)");
  EXPECT_EQ(open_sockets(options_for({}, Family::v6)).description,
            "ping sockets, IPv6 sent raw (allowed by net.ipv4.ping_group_range)");
  set_sysctl("net/ipv4/ping_group_range", "1 0");
  const SocketSet raw = open_sockets(options_for({}));
  EXPECT_EQ(raw.plan, SocketPlan::raw);
  EXPECT_EQ(raw.description, "raw sockets (ping sockets: Permission denied; net.ipv4.ping_group_range is 1 0)");
}

TEST_F(IcmpSocket, two_raw_sets_have_different_identifiers_and_never_0) {
  const SocketSet first = open_sockets(options_for(SocketPlan::raw)),
                  second = open_sockets(options_for(SocketPlan::raw));
  const SocketSet third = open_sockets(options_for(SocketPlan::raw));
  EXPECT_NE(first.v4->identifier, 0);
  // One of 65,536 would do it by chance; both at once do not.
  EXPECT_FALSE(first.v4->identifier == second.v4->identifier && second.v4->identifier == third.v4->identifier);
}

// field bug 35
TEST_F(IcmpSocket, without_any_right_the_error_names_the_remedies_with_the_present_value) {
  if (!is_real_root()) GTEST_SKIP() << "needs root";
  set_sysctl("net/ipv4/ping_group_range", "5 6");
  as_nobody([] {
    try {
      open_sockets(options_for({}));
      FAIL() << "opened";
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::refused_by_system);
      EXPECT_STREQ(error.what(),
                   "cannot open an ICMP socket: ping sockets: Permission denied, raw sockets: Operation not permitted");
      EXPECT_NE(error.remedy().find("net.ipv4.ping_group_range is 5 6, your groups are 65534\n"), std::string::npos)
          << error.remedy();
    }
  });
}

TEST_F(IcmpSocket, a_source_of_another_machine_and_an_unknown_interface_are_errors_that_name_them) {
  SocketOptions options = options_for({});
  options.source_v4 = v4("192.0.2.77");
  try {
    open_sockets(options);
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "cannot send from 192.0.2.77: Cannot assign requested address");
  }
  options = options_for({});
  options.interface = "nosuch0";
  try {
    open_sockets(options);
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "cannot send by interface 'nosuch0': No such device");
  }
}

TEST_F(IcmpSocket, buffers_are_forced_over_the_limit_where_allowed_and_reported_as_they_are) {
  if (!is_real_root()) GTEST_SKIP() << "needs root";
  SocketOptions options = options_for({});
  const SocketSet plain = open_sockets(options);
  options.receive_buffer_bytes = 20'000'000;
  options.send_buffer_bytes = 10'000'000;
  const SocketSet forced = open_sockets(options);
  EXPECT_EQ(forced.v4->receive_buffer_bytes, 40'000'000U);
  EXPECT_EQ(forced.v4->send_buffer_bytes, 20'000'000U);
  options.receive_buffer_bytes = 1;
  EXPECT_EQ(open_sockets(options).v4->receive_buffer_bytes, plain.v4->receive_buffer_bytes) << "never smaller";
  options.receive_buffer_bytes = 20'000'000;
  as_nobody([&] {
    const SocketSet limited = open_sockets(options);
    EXPECT_GE(limited.v4->receive_buffer_bytes, plain.v4->receive_buffer_bytes);
    EXPECT_LT(limited.v4->receive_buffer_bytes, 40'000'000U);
  });
}

// Sends one probe and returns it as it went over the wire, IP header included (IPv4 only).
std::vector<std::byte> on_the_wire(const SocketOptions& options, const Address& to) {
  const FileDescriptor tap(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  const timeval patience{20, 0};
  setsockopt(tap.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  on_own_thread([&] {
    const MadeTransport made = make_transport(TransportKind::mmsg, open_sockets(options));
    std::vector<std::byte> bytes = echo_request(Family::v4, made.transport->identifier(Family::v4), 77);
    bytes.resize(options.packet_bytes, std::byte{0});
    const OutgoingPacket packet{to, bytes};
    EXPECT_TRUE(made.transport->send({&packet, 1}).failures.empty());
  });
  std::array<std::byte, 4096> buffer;
  for (;;) {
    const ssize_t length = recv(tap.get(), buffer.data(), buffer.size(), 0);
    if (length < 28) return {};
    if (buffer[20] == std::byte{8}) return {buffer.begin(), buffer.begin() + length};
  }
}

TEST_F(IcmpSocket, ttl_tos_source_and_interface_are_in_the_packets) {
  for (const SocketPlan plan : {SocketPlan::dgram, SocketPlan::raw}) {
    SocketOptions options = options_for(plan);
    options.ttl = 7;
    options.tos = 0x48;
    options.interface = "lo";
    options.source_v4 = v4("198.18.3.4");
    const std::vector<std::byte> packet = on_the_wire(options, v4("198.18.1.1"));
    ASSERT_EQ(packet.size(), 52U);
    EXPECT_EQ(packet[1], std::byte{0x48});
    EXPECT_EQ(packet[8], std::byte{7});
    // 198.18.3.4
    EXPECT_EQ(big_endian(packet, 12), 0xc612);
    EXPECT_EQ(big_endian(packet, 14), 0x0304);
  }
}

TEST_F(IcmpSocket, fragmenting_is_forbidden_while_the_packet_fits_576_bytes) {
  for (const SocketPlan plan : {SocketPlan::dgram, SocketPlan::raw}) {
    SocketOptions options = options_for(plan);
    const auto fragmenting = [&] { return big_endian(on_the_wire(options, v4("198.18.1.1")), 6); };
    const auto ip_id = [&] { return big_endian(on_the_wire(options, v4("198.18.1.1")), 4); };
    constexpr std::uint16_t dont_fragment = 0x4000;
    EXPECT_EQ(fragmenting(), dont_fragment);
    EXPECT_EQ(ip_id(), 0);
    options.packet_bytes = 556;
    EXPECT_EQ(ip_id(), 0);
    options.packet_bytes = 558;
    EXPECT_NE(ip_id(), 0);
  }
}

TEST_F(IcmpSocket, the_largest_packet_leaves_and_its_reply_is_read_whole) {
  for (const TransportKind kind : {TransportKind::uring, TransportKind::mmsg}) {
    for (const SocketPlan plan : {SocketPlan::dgram, SocketPlan::raw}) {
      if (kind == TransportKind::uring && !why_no_uring().empty()) continue;
      SocketOptions options = options_for(plan);
      options.packet_bytes = icmp_header_size + max_payload_size;
      on_own_thread([&] {
        const MadeTransport made = make_transport(kind, open_sockets(options));
        std::vector<std::byte> bytes = echo_request(Family::v4, made.transport->identifier(Family::v4), 1, 0);
        bytes.resize(options.packet_bytes);
        const OutgoingPacket packet{v4("198.18.1.1"), bytes};
        ASSERT_TRUE(made.transport->send({&packet, 1}).failures.empty());
        const std::vector<Heard> heard = hear(*made.transport, 1);
        ASSERT_EQ(heard.size(), 1U);
        EXPECT_FALSE(heard[0].packet.truncated);
        EXPECT_EQ(heard[0].icmp.size(), 65'515U);
      });
    }
  }
}

}  // namespace
}  // namespace ringsweep::testing
