#include "ringsweep/net/transport/transport_factory.h"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <fstream>

#include "netns/net/lab_namespace.h"
#include "netns/net/transport/echo_request.h"
#include "netns/net/transport/hearing.h"
#include "ringsweep/base/error.h"
#include "ringsweep/net/kernel/routes.h"

namespace ringsweep::testing {
namespace {

// From here on io_uring_setup fails in this thread with `errno_value`, as in a container.
bool refuse_uring(int errno_value) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(errno_value)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

SocketSet v4_sockets() {
  return open_sockets({});
}

// field bug 36
TEST(TransportFactory, falls_back_where_io_uring_is_refused_and_says_why) {
  NEEDS_LAB();
  const std::pair<int, const char*> refusals[] = {
      {EPERM,
       "sendmmsg (io_uring is refused: a seccomp filter forbids io_uring_setup (containers do that by default))"},
      {ENOSYS, "sendmmsg (io_uring is refused: this kernel has no io_uring, or a seccomp filter hides it)"},
      {EINVAL, "sendmmsg (io_uring is refused: needs Linux 6.1)"},
  };
  for (const auto& [errno_value, description] : refusals) {
    on_own_thread([&, refusal = errno_value, expected = description] {
      ASSERT_TRUE(refuse_uring(refusal));
      const MadeTransport made = make_transport({}, v4_sockets());
      EXPECT_EQ(made.kind, TransportKind::mmsg);
      EXPECT_EQ(made.description, expected);
      // The sockets came through.
      const std::vector<std::byte> bytes = echo_request(Family::v4, made.transport->identifier(Family::v4), 1);
      const OutgoingPacket packet{v4("127.0.0.1"), bytes};
      EXPECT_TRUE(made.transport->send({&packet, 1}).failures.empty());
      EXPECT_EQ(hear(*made.transport, 1).size(), 1U);
      EXPECT_FALSE(why_no_uring().empty());
    });
  }
}

TEST(TransportFactory, asked_for_by_name_a_refused_io_uring_is_an_error) {
  NEEDS_LAB();
  on_own_thread([] {
    ASSERT_TRUE(refuse_uring(EPERM));
    try {
      make_transport(TransportKind::uring, v4_sockets());
      FAIL() << "made";
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::refused_by_system);
      EXPECT_STREQ(error.what(),
                   "io_uring is refused: a seccomp filter forbids io_uring_setup (containers do that by default)");
      EXPECT_EQ(error.remedy(), "use --engine auto or --engine mmsg");
    }
  });
}

TEST(TransportFactory, names_the_sysctl_that_refuses_io_uring) {
  NEEDS_LAB();
  std::ifstream file("/proc/sys/kernel/io_uring_disabled");
  int disabled = 0;
  if (!(file >> disabled)) GTEST_SKIP() << "this kernel has no kernel.io_uring_disabled";
  if (disabled == 0) {
    EXPECT_TRUE(why_no_uring().empty()) << why_no_uring();
  } else {
    EXPECT_NE(why_no_uring().find("kernel.io_uring_disabled is"), std::string::npos);
  }
}

TEST(TransportFactory, takes_what_was_asked_for) {
  NEEDS_LAB();
  on_own_thread([] {
    EXPECT_EQ(make_transport(TransportKind::mmsg, v4_sockets()).description, "sendmmsg");
    if (!why_no_uring().empty()) GTEST_SKIP() << why_no_uring();
    EXPECT_EQ(make_transport(TransportKind::uring, v4_sockets()).kind, TransportKind::uring);
    EXPECT_EQ(make_transport({}, v4_sockets()).description, "io_uring");
  });
}

// Both families in one transport and one batch.
TEST(TransportFactory, one_transport_serves_both_families) {
  NEEDS_LAB();
  for (const TransportKind kind : {TransportKind::uring, TransportKind::mmsg}) {
    if (kind == TransportKind::uring && !why_no_uring().empty()) continue;
    on_own_thread([&] {
      SocketOptions options;
      options.need_v6 = true;
      const MadeTransport made = make_transport(kind, open_sockets(options));
      Transport& transport = *made.transport;
      std::vector<std::vector<std::byte>> bytes;
      std::vector<OutgoingPacket> batch;
      const Address to[] = {v4("127.0.0.1"), v6("::1"),         v6("2001:db8::1"),
                            v4("127.0.0.2"), v4("203.0.113.1"), v6("::1")};
      for (const Address& address : to) {
        bytes.push_back(echo_request(address.family, transport.identifier(address.family), 9));
        batch.push_back({address, bytes.back()});
      }
      const SendResult sent = transport.send(batch);
      ASSERT_EQ(sent.failures.size(), 2U);
      EXPECT_EQ(sent.failures[0].index, 2U);
      EXPECT_EQ(sent.failures[1].index, 4U);
      int heard_v4 = 0, heard_v6 = 0;
      for (const Heard& heard : hear(transport, 4)) ++(heard.packet.family == Family::v4 ? heard_v4 : heard_v6);
      EXPECT_EQ(heard_v4, 2);
      EXPECT_EQ(heard_v6, 2);
    });
  }
}

TEST(TransportFactory, a_link_local_address_is_reached_and_answers_with_its_zone) {
  NEEDS_LAB();
  for (const TransportKind kind : {TransportKind::uring, TransportKind::mmsg}) {
    if (kind == TransportKind::uring && !why_no_uring().empty()) continue;
    on_own_thread([&] {
      SocketOptions options;
      options.need_v4 = false;
      options.need_v6 = true;
      const MadeTransport made = make_transport(kind, open_sockets(options));
      const std::vector<std::byte> bytes = echo_request(Family::v6, made.transport->identifier(Family::v6), 1);
      const Address near = *parse_address("fe80::1234%near", read_zone_names());
      const OutgoingPacket packet{near, bytes};
      ASSERT_TRUE(made.transport->send({&packet, 1}).failures.empty());
      const std::vector<Heard> heard = hear(*made.transport, 1);
      ASSERT_EQ(heard.size(), 1U);
      EXPECT_EQ(heard[0].packet.source, near);
    });
  }
}

}  // namespace
}  // namespace ringsweep::testing
