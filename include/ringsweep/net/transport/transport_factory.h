// Which engine drives the sockets, and why. Called on the worker's thread: a ring belongs to the thread that made it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ringsweep/net/sockets/icmp_socket.h"
#include "ringsweep/net/transport/transport.h"

namespace ringsweep {

enum class TransportKind : std::uint8_t {
  uring,
  mmsg
};
// As --engine names it: "uring".
constexpr std::string_view to_text(TransportKind kind) {
  return kind == TransportKind::uring ? "uring" : "mmsg";
}

struct MadeTransport {
  std::unique_ptr<Transport> transport;
  TransportKind kind = TransportKind::mmsg;
  // For people: "io_uring", or "sendmmsg (io_uring is refused: kernel.io_uring_disabled is 2)".
  std::string description;
};

// Without `kind`: io_uring where it works, else sendmmsg/recvmmsg. Throws Error (exit 4) where what was asked for by
// name does not work. All of the transport's memory is allocated here.
MadeTransport make_transport(std::optional<TransportKind> kind, SocketSet sockets);

// Why this thread cannot have a ring that the sweep needs; empty: it can. For `doctor`.
std::string why_no_uring();

}  // namespace ringsweep
