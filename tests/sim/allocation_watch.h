// Counts allocations of this thread while one is watched: the loop must make none (src/README.md, 2). The simulated
// network may: it pauses the watch.
#pragma once

#include <cstdint>

namespace ringsweep {

class AllocationWatch {
 public:
  static void start();
  // How many allocations there were since start(), pauses left out.
  static std::uint64_t stop();

  class Pause {
   public:
    Pause();
    ~Pause();

   private:
    bool was_on_;
  };
};

}  // namespace ringsweep
