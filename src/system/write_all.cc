#include "ringsweep/system/write_all.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace ringsweep {

int write_all(int fd, std::string_view text, std::size_t* written) {
  while (!text.empty()) {
    const ssize_t result = ::write(fd, text.data(), text.size());
    if (result >= 0) {
      text.remove_prefix(static_cast<std::size_t>(result));
      if (written != nullptr) *written += static_cast<std::size_t>(result);
    } else if (errno == EAGAIN) {
      pollfd wait{fd, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int sync_data(int fd) {
  return ::fdatasync(fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
}

}  // namespace ringsweep
