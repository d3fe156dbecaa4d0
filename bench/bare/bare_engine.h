// Batches in, a number of replies out: each engine's system calls, called directly. Owned by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "ringsweep/base/address.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/net/sockets/icmp_socket.h"

namespace ringsweep::bare {

class Engine {
 public:
  virtual ~Engine() = default;
  // At most default_batch; returns how many left.
  virtual std::uint64_t send(std::span<const Address> batch) = 0;
  // Without sleeping, until nothing is waiting.
  virtual std::uint64_t receive() = 0;
};

// Ends the program where the kernel refuses: a comparison without it makes no sense.
std::unique_ptr<Engine> make_engine(bool uring, SocketSet sockets);

}  // namespace ringsweep::bare
