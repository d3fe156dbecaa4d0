// Between our Address and the kernel's sockaddr. Hot: nothing allocates or throws.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

#include "ringsweep/base/address.h"

namespace ringsweep {

// Room for an address of either family.
union SocketAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

// Writes `address` with this port (for a ping socket: the identifier, host order) and returns the length to pass on.
socklen_t fill_socket_address(const Address& address, std::uint16_t port, SocketAddress& out);

// What the kernel wrote; none where it is too short or of another family.
Address to_address(const void* name, std::size_t length);

}  // namespace ringsweep
