#include "ringsweep/output/report_file.h"

#include <fcntl.h>
#include <fmt/format.h>
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

Error failure(const ReportFile& file, int errno_value) {
  return Error(ExitCode::incomplete,
               fmt::format("cannot write the {} to '{}': {}", file.what, file.path, std::strerror(errno_value)),
               errno_value, fmt::format("give a {} FILE that you may write", file.option));
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

void refuse_bad_path(const ReportFile& file) {
  if (file.path.empty() || file.path == "-") {
    throw usage_error(fmt::format("{} needs the name of a file; standard output carries results alone", file.option));
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(file.path, ignored)) throw failure(file, EISDIR);
}

// A new file beside the one to be replaced; gone again unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const ReportFile& file)
      : wanted_(file), place_(resolved(file.path)), name_(place_ + "." + std::to_string(::getpid()) + ".tmp") {
    fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd_ < 0) throw failure(wanted_, errno);
  }
  ~TemporaryFile() {
    ::close(fd_);
    if (!renamed_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write_and_rename(std::string_view text) {
    if (wanted_.readable_by_all && ::fchmod(fd_, 0644) != 0) throw failure(wanted_, errno);
    const int error = write_all(fd_, text);
    if (error != 0) throw failure(wanted_, error);
    if (::fdatasync(fd_) != 0 && errno != EINVAL) throw failure(wanted_, errno);
    if (std::rename(name_.c_str(), place_.c_str()) != 0) throw failure(wanted_, errno);
    renamed_ = true;
  }

 private:
  const ReportFile& wanted_;
  std::string place_;
  std::string name_;
  int fd_ = -1;
  bool renamed_ = false;
};

void write_directly(const ReportFile& file, std::string_view text) {
  const int fd = ::open(file.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) throw failure(file, errno);
  const int error = write_all(fd, text);
  ::close(fd);
  if (error != 0) throw failure(file, error);
}

}  // namespace

void write_report_file(const ReportFile& file, std::string_view text) {
  refuse_bad_path(file);
  if (is_written_directly(file.path)) return write_directly(file, text);
  TemporaryFile(file).write_and_rename(text);
}

void check_report_file(const ReportFile& file) {
  refuse_bad_path(file);
  if (!is_written_directly(file.path)) const TemporaryFile probe(file);
}

}  // namespace ringsweep
