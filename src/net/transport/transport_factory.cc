#include "ringsweep/net/transport/transport_factory.h"

#include <cerrno>

#include "net/transport/mmsg_transport.h"
#include "net/transport/uring_transport.h"
#include "ringsweep/base/error.h"

namespace ringsweep {

MadeTransport make_transport(std::optional<TransportKind> kind, SocketSet sockets) {
  MadeTransport made;
  std::string why;
  if (kind != TransportKind::mmsg) {
    made.transport = UringTransport::make(sockets, why);
    if (made.transport != nullptr) {
      made.kind = TransportKind::uring;
      made.description = "io_uring";
      return made;
    }
    if (kind == TransportKind::uring) {
      throw Error(ExitCode::refused_by_system, "io_uring is refused: " + why, 0, "use --engine auto or --engine mmsg");
    }
  }
  made.transport = std::make_unique<MmsgTransport>(std::move(sockets));
  made.kind = TransportKind::mmsg;
  made.description = "sendmmsg" + (why.empty() ? std::string{} : " (io_uring is refused: " + why + ")");
  return made;
}

std::string why_no_uring() {
  std::string why;
  const std::unique_ptr<Uring> ring = Uring::make(why);
  return why;
}

}  // namespace ringsweep
