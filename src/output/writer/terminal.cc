#include "ringsweep/output/writer/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace ringsweep {
namespace {

constexpr std::string_view erase_sequence = "\r\x1b[K";
constexpr unsigned usual_columns = 80;

constexpr int patience_ms = 1000;

bool takes_text(int fd, int timeout_ms) {
  pollfd wait{fd, POLLOUT, 0};
  return ::poll(&wait, 1, timeout_ms) == 1 && (wait.revents & POLLOUT) != 0;
}

}  // namespace

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

bool can_redraw(int fd) {
  if (!is_terminal(fd)) return false;
  const char* type = std::getenv("TERM");
  return type != nullptr && *type != '\0' && std::string_view(type) != "dumb";
}

bool same_terminal(int a, int b) {
  struct stat status_a {};
  struct stat status_b {};
  return is_terminal(a) && is_terminal(b) && ::fstat(a, &status_a) == 0 && ::fstat(b, &status_b) == 0 &&
         status_a.st_rdev == status_b.st_rdev;
}

FileDescriptor open_without_blocking(int fd) {
  const std::string again = "/proc/self/fd/" + std::to_string(fd);
  return FileDescriptor(is_terminal(fd) ? ::open(again.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1);
}

unsigned terminal_columns(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

StatusLine::StatusLine(Mode mode, int fd)
    : mode_(mode), own_(open_without_blocking(fd)), fd_(own_.is_open() ? own_.get() : fd) {}

StatusLine::~StatusLine() {
  erase();
}

void StatusLine::draw(std::string_view text, std::int64_t elapsed_ns) {
  if (mode_ == Mode::off) return;
  if (mode_ == Mode::lines && elapsed_ns - last_line_ns_ < line_interval_ns) return;
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || !takes_text(fd_, 0)) return;
  if (mode_ == Mode::lines) {
    last_line_ns_ = elapsed_ns;
    write(std::string(text) + "\n", 0);
    return;
  }
  // A line as wide as the terminal would wrap, and only its last part would be erased.
  const std::string_view fitting = text.substr(0, terminal_columns(fd_) - 1);
  write(std::string(erase_sequence) + std::string(fitting), 0);
  drawn_ = true;
}

void StatusLine::print_line(std::string_view text) {
  // If the mutex is taken, the writer is writing, and the line is already erased.
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) erase_locked();
  write(std::string(text) + "\n", patience_ms);
}

void StatusLine::erase() {
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) erase_locked();
}

StatusLine::Pause::Pause(StatusLine& line) : lock_(line.mutex_) {
  line.erase_locked();
}

void StatusLine::erase_locked() {
  if (!drawn_) return;
  drawn_ = false;
  write(erase_sequence, patience_ms);
}

// A failure of standard error cannot be reported to anyone.
void StatusLine::write(std::string_view text, int timeout_ms) {
  while (!text.empty() && takes_text(fd_, timeout_ms)) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace ringsweep
