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
    terminal,  // by a descriptor of its own, whose writes never block, where it may be opened
    other      // pipe, FIFO, socket, /dev/null and other devices: only written
  };

  // Opens FILE of `-o`: "-" is standard output. A regular file is made where there is none, and locked; what it holds
  // stays until cut_to. Where standard output or error go there already it is theirs: neither locked nor cut. Throws
  // Error: a folder, a missing folder, no permission, or a file that another process is writing.
  static ResultFile open(const std::string& path);
  // Throws Error where the program was started with standard output closed: call it before anything else opens a file.
  static ResultFile standard_output();

  // A regular file that we opened keeps its first `length` bytes, and what is written goes behind them; others stay as
  // they are. Throws Error.
  void cut_to(std::uint64_t length) const;
  // A part of a row at the end of a regular file: cut off, where nobody else has written behind it.
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
