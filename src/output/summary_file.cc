#include "ringsweep/output/summary_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "ringsweep/base/error.h"
#include "write_all.h"

namespace ringsweep {
namespace {

Error failure(const std::string& path, int errno_value) {
  return Error(ExitCode::incomplete, "cannot write the summary to '" + path + "': " + std::strerror(errno_value),
               errno_value, "give a --summary-json FILE that you may write");
}

// The file that a link points to is replaced, not the link.
std::string resolved(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path target = std::filesystem::canonical(path, ignored);
  return target.empty() ? path : target.string();
}

// Devices and pipes cannot be replaced.
bool is_written_directly(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void refuse_bad_path(const std::string& path) {
  if (path.empty() || path == "-") {
    throw usage_error("--summary-json needs the name of a file; standard output carries results alone");
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw failure(path, EISDIR);
}

// A new file beside the one to be replaced; gone again unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& path)
      : wanted_(path), place_(resolved(path)), name_(place_ + "." + std::to_string(::getpid()) + ".tmp") {
    fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd_ < 0) throw failure(path, errno);
  }
  ~TemporaryFile() {
    ::close(fd_);
    if (!renamed_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write_and_rename(std::string_view text) {
    const int error = write_all(fd_, text);
    if (error != 0) throw failure(wanted_, error);
    if (::fdatasync(fd_) != 0 && errno != EINVAL) throw failure(wanted_, errno);
    if (std::rename(name_.c_str(), place_.c_str()) != 0) throw failure(wanted_, errno);
    renamed_ = true;
  }

 private:
  std::string wanted_;
  std::string place_;
  std::string name_;
  int fd_ = -1;
  bool renamed_ = false;
};

void write_directly(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) throw failure(path, errno);
  const int error = write_all(fd, text);
  ::close(fd);
  if (error != 0) throw failure(path, error);
}

}  // namespace

void write_summary_file(const std::string& path, std::string_view json) {
  refuse_bad_path(path);
  if (is_written_directly(path)) return write_directly(path, json);
  TemporaryFile(path).write_and_rename(json);
}

void check_summary_file(const std::string& path) {
  refuse_bad_path(path);
  if (!is_written_directly(path)) const TemporaryFile probe(path);
}

}  // namespace ringsweep
