#include "cli/files/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

constexpr std::size_t piece_size = 1U << 20;

Error cannot_read(const std::string& path, int errno_value) {
  const std::string what = fmt::format("cannot read '{}'", input_name(path));
  return Error(ExitCode::usage, system_error(what, errno_value).what(), errno_value);
}

// Closed at the end, unless it is standard input.
class Input {
 public:
  explicit Input(const std::string& path)
      : owned_(path != "-"), fd_(owned_ ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {
    if (fd_ < 0) throw cannot_read(path, errno);
  }
  ~Input() {
    if (owned_) close(fd_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  int fd() const { return fd_; }

 private:
  bool owned_;
  int fd_;
};

}  // namespace

std::string input_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

void read_file(const std::string& path, const std::function<void(std::string_view)>& take) {
  const Input input(path);
  std::vector<char> piece(piece_size);
  for (;;) {
    const ssize_t got = read(input.fd(), piece.data(), piece.size());
    if (got == 0) return;
    if (got > 0) {
      take({piece.data(), static_cast<std::size_t>(got)});
    } else if (errno != EINTR) {
      throw cannot_read(path, errno);
    }
  }
}

}  // namespace ringsweep
