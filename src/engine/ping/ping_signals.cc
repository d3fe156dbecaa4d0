#include "ringsweep/engine/ping/ping_signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "ringsweep/base/error.h"
#include "ringsweep/base/time.h"

namespace ringsweep {

PingSignals::PingSignals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGQUIT);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = FileDescriptor(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.is_open()) throw system_error("cannot wait for signals", errno);
}

short PingSignals::wait(int fd, std::int64_t timeout_ns) {
  std::array<pollfd, 2> watched{{{fd, POLLIN, 0}, {signals_.get(), POLLIN, 0}}};
  const timespec timeout{timeout_ns / ns_per_s, timeout_ns % ns_per_s};
  if (ppoll(watched.data(), watched.size(), &timeout, nullptr) <= 0) return 0;
  if (watched[1].revents != 0) {
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
      (info.ssi_signo == SIGINT ? stopped_ : status_requested_) = true;
    }
  }
  return watched[0].revents;
}

bool PingSignals::take_status_request() {
  return std::exchange(status_requested_, false);
}

}  // namespace ringsweep
