#include "cli/files/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

Error output_error(int errno_value, std::string remedy = {}) {
  const std::string what = system_error("cannot write to standard output", errno_value).what();
  return Error(ExitCode::incomplete, what, errno_value, std::move(remedy));
}

}  // namespace

void reserve_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is taken. Opened for the wrong direction, so that it fails with EBADF when used.
    const int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != fd) throw system_error("cannot open /dev/null in place of a closed standard stream", errno);
  }
}

void check_standard_output() {
  const int flags = fcntl(STDOUT_FILENO, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) throw output_error(EBADF, "it is closed; give -o FILE");
}

void flush_standard_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw output_error(errno);
}

int print_text(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  flush_standard_output();
  return 0;
}

}  // namespace ringsweep
