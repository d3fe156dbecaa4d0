// A descriptor by which one thread ends another's sleep (eventfd(2)): readable from signal() until clear(). Neither of
// them blocks. signal() may be called by any thread.
#pragma once

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class EventDescriptor {
 public:
  EventDescriptor();  // throws Error if the process has no descriptor left

  void signal() const;
  void clear() const;
  int fd() const { return fd_.get(); }

 private:
  FileDescriptor fd_;
};

}  // namespace ringsweep
