// The socket calls of `ping`, made one by one and told to a listener, where there is one (`--explain`). Without a
// listener each is the bare system call. What they return and leave in errno is what socket(2) and its siblings say.
// Owner: one thread.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "ringsweep/core/ping/network_call.h"
#include "ringsweep/net/sockets/socket_address.h"

namespace ringsweep {

// Whose rights a call is made with. Raised ones are so for the bare system call alone: the listener is told with the
// caller's (src/README.md, 3.6).
enum class Rights : std::uint8_t {
  users,
  raised
};

class NetworkCalls {
 public:
  explicit NetworkCalls(NetworkCallListener listener = {}) : listener_(std::move(listener)) {}

  int socket(int domain, int type, int protocol, Rights rights = Rights::users) const;
  int bind(int fd, const SocketAddress& name, socklen_t length) const;
  int connect(int fd, const SocketAddress& name, socklen_t length) const;
  int getsockname(int fd, SocketAddress& name, socklen_t& length) const;
  int setsockopt(int fd, int level, int option, const void* value, socklen_t length,
                 Rights rights = Rights::users) const;
  int getsockopt(int fd, int level, int option, void* value, socklen_t& length) const;
  ssize_t sendto(int fd, std::span<const std::byte> packet, const SocketAddress& name, socklen_t length) const;
  ssize_t recvmsg(int fd, msghdr& message, int flags) const;

 private:
  NetworkCallListener listener_;
};

}  // namespace ringsweep
