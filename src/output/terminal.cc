#include "ringsweep/output/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "write_all.h"

namespace ringsweep {
namespace {

constexpr std::string_view erase_sequence = "\r\x1b[K";
constexpr unsigned usual_columns = 80;

bool takes_text_now(int fd) {
  pollfd wait{fd, POLLOUT, 0};
  return ::poll(&wait, 1, 0) == 1 && (wait.revents & POLLOUT) != 0;
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

unsigned terminal_columns(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_columns;
  return size.ws_col;
}

void StatusLine::draw(std::string_view text, std::int64_t elapsed_ns) {
  if (mode_ == Mode::off) return;
  if (mode_ == Mode::lines && elapsed_ns - last_line_ns_ < line_interval_ns) return;
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || !takes_text_now(fd_)) return;
  if (mode_ == Mode::lines) {
    last_line_ns_ = elapsed_ns;
    write_all(std::string(text) + "\n");
    return;
  }
  // A line as wide as the terminal would wrap, and only its last part would be erased.
  const std::string_view fitting = text.substr(0, terminal_columns(fd_) - 1);
  write_all(std::string(erase_sequence) + std::string(fitting));
  drawn_ = true;
}

void StatusLine::print_line(std::string_view text) {
  // Without the mutex the writer is at it, and the line is erased already.
  const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) erase_locked();
  write_all(std::string(text) + "\n");
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
  write_all(erase_sequence);
}

void StatusLine::write_all(std::string_view text) {
  ringsweep::write_all(fd_, text);  // nobody can be told that standard error is gone
}

}  // namespace ringsweep
