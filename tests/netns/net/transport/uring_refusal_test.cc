// A kernel that takes nothing from the ring, as one without memory does: played by seccomp on the thread of the test.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <iterator>
#include <vector>

#include "netns/net/lab_namespace.h"
#include "netns/net/transport/echo_request.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/net/transport/transport_factory.h"

namespace ringsweep::testing {
namespace {

// For the rest of this thread.
bool refuse_all_submissions() {
  sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_enter, 0, 1),
                        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
                        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program{std::size(code), code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

TEST(UringRefusal, every_packet_of_every_batch_fails_with_eagain_and_the_queue_may_be_full_of_earlier_ones) {
  NEEDS_LAB();
  if (!why_no_uring().empty()) GTEST_SKIP() << why_no_uring();
  on_own_thread([] {
    const MadeTransport made = make_transport(TransportKind::uring, open_sockets({}));
    if (!refuse_all_submissions()) GTEST_SKIP() << "no seccomp here";
    const std::vector<std::byte> bytes = echo_request(Family::v4, made.transport->identifier(Family::v4), 1);
    const std::vector<OutgoingPacket> packets(max_batch, {v4("198.18.1.1"), bytes});
    for (int batch = 0; batch < 10; ++batch) {
      const SendResult sent = made.transport->send(packets);
      ASSERT_EQ(sent.failures.size(), packets.size()) << batch;
      for (std::uint32_t i = 0; i < max_batch; ++i) {
        EXPECT_EQ(sent.failures[i].index, i);
        EXPECT_EQ(sent.failures[i].errno_value, EAGAIN);
      }
    }
  });
}

}  // namespace
}  // namespace ringsweep::testing
