#include "ringsweep/system/standard_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ringsweep {

std::optional<int> standard_stream_of(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return std::nullopt;
  for (const int fd : {STDERR_FILENO, STDOUT_FILENO}) {
    struct stat stream {};
    if (::fstat(fd, &stream) != 0 || stream.st_dev != file.st_dev || stream.st_ino != file.st_ino) continue;
    // One that was closed is /dev/null, open for reading alone.
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY) return fd;
  }
  return std::nullopt;
}

}  // namespace ringsweep
