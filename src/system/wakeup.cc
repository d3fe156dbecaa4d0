#include "ringsweep/system/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "ringsweep/base/error.h"

namespace ringsweep {

Wakeup::Wakeup() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw system_error("eventfd", errno, "raise the limit of open files: ulimit -n");
}

Wakeup::~Wakeup() {
  ::close(fd_);
}

void Wakeup::signal() {
  const std::uint64_t one = 1;
  // Fails only where the counter is full, and then the writer will wake anyway.
  [[maybe_unused]] const auto ignored = ::write(fd_, &one, sizeof one);
}

void Wakeup::awake() {
  sleeping_.store(false);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto ignored = ::read(fd_, &count, sizeof count);
}

}  // namespace ringsweep
