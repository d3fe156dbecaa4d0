#include "ringsweep/output/writer/result_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "ringsweep/base/error.h"
#include "ringsweep/output/writer/terminal.h"
#include "ringsweep/system/standard_stream.h"

namespace ringsweep {
namespace {

// A result that cannot be written has the exit status of failed output (ringsweep(1)), also before the first probe.
Error output_error(const std::string& what, int errno_value, std::string remedy = {}) {
  return Error(ExitCode::incomplete, what + ": " + std::strerror(errno_value), errno_value, std::move(remedy));
}

std::string remedy_for_open(int errno_value) {
  switch (errno_value) {
    case ENOENT:
      return "create the folder first, or give another -o FILE";
    case EISDIR:
      return "name a file in that folder with -o FILE";
    case EACCES:
    case EPERM:
    case EROFS:
      return "give a -o FILE that you may write";
    default:
      return {};
  }
}

ResultFile::Kind kind_of(int fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    throw output_error("cannot write to " + name, errno, errno == EBADF ? "it is closed; give -o FILE" : "");
  }
  if (S_ISREG(status.st_mode)) return ResultFile::Kind::regular;
  return is_terminal(fd) ? ResultFile::Kind::terminal : ResultFile::Kind::other;
}

// Locks the file before anything in it changes, so that no two sweeps write to it.
void lock(int fd, const std::string& name) {
  // Any other error means that this file system has no locks.
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw Error(ExitCode::refused_by_system, name + " is being written by another process", EWOULDBLOCK,
                "wait for it, or give another -o FILE");
  }
}

}  // namespace

ResultFile::ResultFile(FileDescriptor own, int fd, std::string name)
    : own_(std::move(own)), fd_(fd), kind_(kind_of(fd, name)), name_(std::move(name)) {}

ResultFile ResultFile::of(FileDescriptor own, int fd, std::string name) {
  ResultFile file(std::move(own), fd, std::move(name));
  FileDescriptor terminal = open_without_blocking(fd);
  if (!terminal.is_open()) return file;
  const int number = terminal.get();
  return {std::move(terminal), number, std::move(file.name_)};
}

ResultFile ResultFile::standard_output() {
  return of({}, STDOUT_FILENO, "standard output");
}

ResultFile ResultFile::open(const std::string& path) {
  if (path.empty()) throw usage_error("-o needs a file name, or '-' for standard output");
  if (path == "-") return standard_output();
  const std::string name = "'" + path + "'";
  if (const std::optional<int> stream = standard_stream_of(path)) return of({}, *stream, name);
  FileDescriptor opened(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
  if (!opened.is_open()) throw output_error("cannot write to " + name, errno, remedy_for_open(errno));
  const int fd = opened.get();
  ResultFile file = of(std::move(opened), fd, name);
  if (file.is_regular()) lock(fd, name);
  return file;
}

void ResultFile::cut_to(std::uint64_t length) const {
  if (!is_owned() || !is_regular()) return;
  const auto end = static_cast<off_t>(length);
  if (::ftruncate(fd_, end) != 0 || ::lseek(fd_, end, SEEK_SET) < 0) throw output_error("cannot cut " + name_, errno);
}

void ResultFile::cut_back(std::uint64_t bytes) const {
  if (bytes == 0 || !is_regular()) return;
  const off_t end = ::lseek(fd_, 0, SEEK_CUR);
  struct stat status {};
  if (end < 0 || ::fstat(fd_, &status) != 0 || status.st_size != end) return;
  const off_t whole = end - static_cast<off_t>(bytes);
  if (::ftruncate(fd_, whole) == 0) ::lseek(fd_, whole, SEEK_SET);
}

}  // namespace ringsweep
