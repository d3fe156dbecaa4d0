// The file, pipe or terminal that results go to, opened and, where it is a regular file, locked. A movable owner of its
// descriptor (standard output and error are not closed). Made by set-up code, used by the writer's thread.
#pragma once

#include <cstdint>
#include <string>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class ResultFile {
 public:
  enum class Kind {
    regular,   // locked where we opened it; can be synced and cut
    terminal,  // through a separate non-blocking descriptor, if it can be opened
    other      // pipe, FIFO, socket, /dev/null and other devices: written only
  };

  // Opens FILE of `-o`; "-" is standard output. A regular file is created if necessary and locked; its content stays
  // until cut_to. A file that standard output or error go to already is neither locked nor cut. Throws Error for a
  // folder, a missing folder, a lack of permission, or a file that another process is writing.
  static ResultFile open(const std::string& path);
  // Throws Error if the program was started with standard output closed; call it before anything else opens a file.
  static ResultFile standard_output();

  // Cuts a regular file that we opened to its first `length` bytes and writes after them; leaves other files alone.
  // Throws Error.
  void cut_to(std::uint64_t length) const;
  // Cuts part of a row off the end of a regular file, unless another process has written after it.
  void cut_back(std::uint64_t bytes) const;

  int fd() const { return fd_; }
  Kind kind() const { return kind_; }
  bool is_regular() const { return kind_ == Kind::regular; }
  // Opened here, and not standard output or error.
  bool is_owned() const { return own_.is_open(); }
  // For messages: the path, or "standard output".
  const std::string& name() const { return name_; }

 private:
  // `own` is open on `fd`, or holds nothing: `fd` is standard output or error then.
  ResultFile(FileDescriptor own, int fd, std::string name);
  static ResultFile of(FileDescriptor own, int fd, std::string name);

  FileDescriptor own_;
  int fd_;
  Kind kind_;
  std::string name_;
};

}  // namespace ringsweep
