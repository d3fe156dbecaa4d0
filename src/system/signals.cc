#include "ringsweep/system/signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "ringsweep/base/error.h"
#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

bool is_ignored(int number) {
  struct sigaction present {};
  return sigaction(number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

sigset_t signals_of_a_run() {
  sigset_t set = set_of({SIGINT, SIGTERM, SIGHUP, SIGUSR1});
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    if (is_ignored(number)) sigdelset(&set, number);
  }
  return set;
}

}  // namespace

Signals::Signals() : Signals(signals_of_a_run(), Afterwards::act) {}

Signals::Signals(std::initializer_list<int> numbers, Afterwards afterwards) : Signals(set_of(numbers), afterwards) {}

Signals::Signals(const sigset_t& wanted, Afterwards afterwards) : afterwards_(afterwards) {
  pthread_sigmask(SIG_BLOCK, &wanted, &before_);
  signals_ = FileDescriptor(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.is_open()) throw system_error("cannot wait for signals", errno);
}

Signals::~Signals() {
  if (afterwards_ == Afterwards::blocked) return;
  // They asked for an end that has come meanwhile.
  while (wait(0)) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::wait(std::int64_t timeout_ns, pollfd* also) {
  // ppoll passes over a descriptor of -1.
  std::array<pollfd, 3> watched{{{signals_.get(), POLLIN, 0}, {notified_.fd(), POLLIN, 0}, {-1, 0, 0}}};
  if (also != nullptr) watched[2] = {also->fd, also->events, 0};
  const timespec timeout{timeout_ns / ns_per_s, timeout_ns % ns_per_s};
  const int ready = ppoll(watched.data(), watched.size(), &timeout, nullptr);
  if (also != nullptr) also->revents = ready > 0 ? watched[2].revents : short{0};
  if (ready <= 0) return std::nullopt;
  if (watched[1].revents != 0) notified_.clear();
  signalfd_siginfo info{};
  if (watched[0].revents != 0 && read(signals_.get(), &info, sizeof info) == sizeof info) {
    return static_cast<int>(info.ssi_signo);
  }
  return std::nullopt;
}

}  // namespace ringsweep
