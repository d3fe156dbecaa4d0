#include "ringsweep/system/signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "ringsweep/base/error.h"
#include "ringsweep/base/time.h"

namespace ringsweep {

Signals::Signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR1);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // What the caller ignores (nohup, a job in the background) stays ignored.
    struct sigaction present {};
    sigaction(number, nullptr, &present);
    if (present.sa_handler != SIG_IGN) sigaddset(&wanted, number);
  }
  pthread_sigmask(SIG_BLOCK, &wanted, &before_);
  signal_fd_ = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd_ < 0) throw system_error("cannot wait for signals", errno);
  event_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_fd_ < 0) {
    const int error = errno;
    close(signal_fd_);
    throw system_error("cannot wait for the workers", error);
  }
}

Signals::~Signals() {
  // Asked for an end that has come meanwhile.
  while (wait(0)) {
  }
  close(signal_fd_);
  close(event_fd_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::wait(std::int64_t timeout_ns) {
  std::array<pollfd, 2> watched{{{signal_fd_, POLLIN, 0}, {event_fd_, POLLIN, 0}}};
  const timespec timeout{timeout_ns / ns_per_s, timeout_ns % ns_per_s};
  if (ppoll(watched.data(), watched.size(), &timeout, nullptr) <= 0) return std::nullopt;
  if ((watched[1].revents & POLLIN) != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(event_fd_, &count, sizeof(count));
  }
  signalfd_siginfo info{};
  if ((watched[0].revents & POLLIN) != 0 && read(signal_fd_, &info, sizeof(info)) == sizeof(info)) {
    return static_cast<int>(info.ssi_signo);
  }
  return std::nullopt;
}

void Signals::notify() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto put = write(event_fd_, &one, sizeof(one));
}

}  // namespace ringsweep
