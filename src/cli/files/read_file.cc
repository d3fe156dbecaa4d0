#include "cli/files/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {
namespace {

constexpr std::size_t piece_size = 1U << 20;

Error cannot_read(const std::string& path, int errno_value) {
  const std::string what = fmt::format("cannot read '{}'", input_name(path));
  return Error(ExitCode::usage, system_error(what, errno_value).what(), errno_value);
}

}  // namespace

std::string input_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

void read_file(const std::string& path, const std::function<void(std::string_view)>& take) {
  const bool is_file = path != "-";
  const FileDescriptor file(is_file ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : -1);
  if (is_file && !file.is_open()) throw cannot_read(path, errno);
  std::vector<char> piece(piece_size);
  for (;;) {
    const ssize_t got = read(is_file ? file.get() : STDIN_FILENO, piece.data(), piece.size());
    if (got == 0) return;
    if (got > 0) {
      take({piece.data(), static_cast<std::size_t>(got)});
    } else if (errno != EINTR) {
      throw cannot_read(path, errno);
    }
  }
}

}  // namespace ringsweep
