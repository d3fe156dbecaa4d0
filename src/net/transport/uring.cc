// The ring itself: made with all that the engine needs, or a reason why not.
#include <fmt/core.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "net/transport/uring_transport.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/system/proc_file.h"

namespace ringsweep {
namespace {

// A batch of sends and a receive for every socket fit at once.
constexpr unsigned submission_entries = 2 * max_batch;

std::string why_refused(int errno_value) {
  switch (errno_value) {
    case EPERM: {
      const std::uint64_t disabled = read_number("/proc/sys/kernel/io_uring_disabled").value_or(0);
      if (disabled != 0) return fmt::format("kernel.io_uring_disabled is {}", disabled);
      return "a seccomp filter forbids io_uring_setup (containers do that by default)";
    }
    case ENOSYS:
      return "this kernel has no io_uring, or a seccomp filter hides it";
    case EINVAL:
      return "needs Linux 6.1";
    case ENOMEM: {
      rlimit limit{};
      getrlimit(RLIMIT_MEMLOCK, &limit);
      return fmt::format("no memory for the ring (RLIMIT_MEMLOCK is {} bytes)", limit.rlim_cur);
    }
    default:
      return fmt::format("io_uring_setup: {}", std::strerror(errno_value));
  }
}

struct FreeProbe {
  void operator()(io_uring_probe* probe) const { io_uring_free_probe(probe); }
};

bool has_operations(io_uring* ring) {
  const std::unique_ptr<io_uring_probe, FreeProbe> probe(io_uring_get_probe_ring(ring));
  // It came with Linux 6.1, as did IORING_OP_SEND with an address, which no probe can see.
  return probe != nullptr && io_uring_opcode_supported(probe.get(), IORING_OP_SENDMSG_ZC) != 0;
}

}  // namespace

std::unique_ptr<Uring> Uring::make(std::string& why) {
  io_uring_params params{};
  params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL |
                 IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
  params.cq_entries = completion_entries;
  std::unique_ptr<Uring> made(new Uring);
  const int result = io_uring_queue_init_params(submission_entries, &made->ring_, &params);
  if (result < 0) {
    made->ring_.ring_fd = -1;
    why = why_refused(-result);
    return nullptr;
  }
  constexpr unsigned needed = IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP | IORING_FEAT_NATIVE_WORKERS;
  if ((params.features & needed) != needed || !has_operations(&made->ring_)) {
    why = why_refused(EINVAL);
    return nullptr;
  }
  // Without it every call looks the descriptor up: slower, not wrong.
  io_uring_register_ring_fd(&made->ring_);
  return made;
}

Uring::~Uring() {
  if (ring_.ring_fd < 0) return;
  // The kernel ends what is standing only some time after the ring is closed, and until then it holds our sockets and
  // with them the identifier.
  io_uring_sync_cancel_reg everything{};
  everything.flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL;
  everything.timeout = {-1, -1};
  io_uring_register_sync_cancel(&ring_, &everything);
  io_uring_get_events(&ring_);
  io_uring_unregister_files(&ring_);
  io_uring_queue_exit(&ring_);
}

}  // namespace ringsweep
