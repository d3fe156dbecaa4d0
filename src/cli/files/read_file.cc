#include "cli/files/read_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>

#include "ringsweep/base/error.h"
#include "ringsweep/system/file_descriptor.h"
#include "ringsweep/system/read_to_end.h"

namespace ringsweep {
namespace {

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
  const int error = read_to_end(is_file ? file.get() : STDIN_FILENO, take);
  if (error != 0) throw cannot_read(path, error);
}

}  // namespace ringsweep
