#include "ringsweep/net/sockets/socket_address.h"

#include <cstring>

namespace ringsweep {

socklen_t fill_socket_address(const Address& address, std::uint16_t port, SocketAddress& out) {
  if (address.is_v4()) {
    out.v4 = {};
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(port);
    out.v4.sin_addr.s_addr = htonl(address.v4_value());
    return sizeof out.v4;
  }
  out.v6 = {};
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(port);
  address.to_v6_bytes(&out.v6.sin6_addr);
  out.v6.sin6_scope_id = address.zone;
  return sizeof out.v6;
}

Address to_address(const void* name, std::size_t length) {
  sa_family_t family = AF_UNSPEC;
  if (length < sizeof family) return {};
  std::memcpy(&family, name, sizeof family);
  if (family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in v4;
    std::memcpy(&v4, name, sizeof v4);
    return Address::v4(ntohl(v4.sin_addr.s_addr));
  }
  if (family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6;
    std::memcpy(&v6, name, sizeof v6);
    return Address::v6_from_bytes(&v6.sin6_addr, v6.sin6_scope_id);
  }
  return {};
}

}  // namespace ringsweep
