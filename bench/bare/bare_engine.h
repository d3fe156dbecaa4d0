// Sends batches and counts replies by direct system calls, one class for each engine. Owned by one thread.
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

// Ends the program if the kernel refuses, because a comparison without this engine would be meaningless.
std::unique_ptr<Engine> make_engine(bool uring, SocketSet sockets);

}  // namespace ringsweep::bare
