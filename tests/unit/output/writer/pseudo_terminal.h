// A terminal for tests: `read_all` returns what was written to `slave`, as a screen would receive it.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <string>

namespace ringsweep::test {

class PseudoTerminal {
 public:
  PseudoTerminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    ::grantpt(master_);
    ::unlockpt(master_);
    std::array<char, 64> name{};
    ::ptsname_r(master_, name.data(), name.size());
    name_ = name.data();
    slave_ = ::open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
  }
  ~PseudoTerminal() {
    ::close(slave_);
    ::close(master_);
  }

  int slave() const { return slave_; }
  const std::string& name() const { return name_; }

  void set_columns(unsigned short columns) const {
    winsize size{};
    size.ws_col = columns;
    size.ws_row = 24;
    ::ioctl(master_, TIOCSWINSZ, &size);
  }

  // Fills the terminal until it has room for fewer than `room` bytes, as if nobody read it.
  void fill(std::size_t room) const {
    const int fd = ::open(name_.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    for (std::size_t size = 4096; size >= room;) {
      if (::write(fd, std::string(size, 'x').data(), size) <= 0) size /= 2;
    }
    ::close(fd);
  }

  // The output since the last call.
  std::string read_all() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = ::read(master_, piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int master_;
  int slave_ = -1;
  std::string name_;
};

}  // namespace ringsweep::test
