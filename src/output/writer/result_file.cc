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

ResultFile::ResultFile(int fd, bool owned, std::string name) : fd_(fd), owned_(owned), name_(std::move(name)) {}

ResultFile::ResultFile(ResultFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      owned_(std::exchange(other.owned_, false)),
      kind_(other.kind_),
      name_(std::move(other.name_)) {}

ResultFile& ResultFile::operator=(ResultFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(owned_, other.owned_);
  std::swap(kind_, other.kind_);
  std::swap(name_, other.name_);
  return *this;
}

ResultFile::~ResultFile() {
  if (owned_) ::close(fd_);
}

ResultFile ResultFile::of(int fd, bool owned, std::string name) {
  ResultFile file(fd, owned, std::move(name));
  file.kind_ = kind_of(fd, file.name_);
  const int terminal = open_without_blocking(fd);
  if (terminal < 0) return file;
  ResultFile again(terminal, true, file.name_);
  again.kind_ = Kind::terminal;
  return again;
}

ResultFile ResultFile::standard_output() {
  return of(STDOUT_FILENO, false, "standard output");
}

ResultFile ResultFile::open(const std::string& path) {
  if (path.empty()) throw usage_error("-o needs a file name, or '-' for standard output");
  if (path == "-") return standard_output();
  const std::string name = "'" + path + "'";
  if (const std::optional<int> stream = standard_stream_of(path)) return of(*stream, false, name);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
  if (fd < 0) throw output_error("cannot write to " + name, errno, remedy_for_open(errno));
  ResultFile file = of(fd, true, name);
  if (file.is_regular()) lock(fd, name);
  return file;
}

void ResultFile::cut_to(std::uint64_t length) const {
  if (!owned_ || !is_regular()) return;
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
