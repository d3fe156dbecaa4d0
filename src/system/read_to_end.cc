#include "ringsweep/system/read_to_end.h"

#include <unistd.h>

#include <cerrno>
#include <vector>

namespace ringsweep {

int read_to_end(int fd, const std::function<void(std::string_view)>& take) {
  constexpr std::size_t piece_size = 1U << 20;
  std::vector<char> piece(piece_size);
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got == 0) return 0;
    if (got > 0) {
      take({piece.data(), static_cast<std::size_t>(got)});
    } else if (errno != EINTR) {
      return errno;
    }
  }
}

}  // namespace ringsweep
