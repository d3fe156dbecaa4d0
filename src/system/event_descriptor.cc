#include "ringsweep/system/event_descriptor.h"

#include <sys/eventfd.h>

#include <cerrno>

#include "ringsweep/base/error.h"

namespace ringsweep {

EventDescriptor::EventDescriptor() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_.is_open()) {
    throw system_error("cannot create an event descriptor", errno, "raise the limit of open files: ulimit -n");
  }
}

void EventDescriptor::signal() const {
  // Fails only if the counter is full, and then the descriptor is readable anyway.
  eventfd_write(fd_.get(), 1);
}

void EventDescriptor::clear() const {
  eventfd_t count = 0;
  eventfd_read(fd_.get(), &count);
}

}  // namespace ringsweep
