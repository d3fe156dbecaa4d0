// Terminal queries, and the progress line that is redrawn at the bottom of a terminal.
//
// StatusLine draws on standard error and is erased before a result row is written to the same terminal, so the rows
// stay clean: both sides hold its mutex while they write. draw() never waits for a stopped terminal (^S) or for a
// blocked writer: a progress line that cannot be drawn now is skipped. Other output waits for at most a second, then
// the rest of it is lost, because signals are not handled while it waits. Threads: any.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

bool is_terminal(int fd);
// A terminal that can return to the start of the line and erase it: TERM is set and not "dumb".
bool can_redraw(int fd);
// Whether both are the same terminal.
bool same_terminal(int a, int b);
// Opens the terminal of `fd` again for writes that never block (writes to a terminal may block even if poll finds
// room). It is a separate open file, so that processes that share `fd` are not affected. Not open if the terminal
// cannot be opened.
FileDescriptor open_without_blocking(int fd);
// 80 if the terminal does not say.
unsigned terminal_columns(int fd);

class StatusLine {
 public:
  enum class Mode {
    off,     // draws nothing
    redraw,  // one line, redrawn in place
    lines    // a plain line every few seconds
  };
  static constexpr std::int64_t line_interval_ns = 5'000'000'000;

  StatusLine(Mode mode, int fd);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  Mode mode() const { return mode_; }
  // `elapsed_ns` since the start of the run paces the plain lines; the first one comes after one interval.
  void draw(std::string_view text, std::int64_t elapsed_ns);
  // Prints a whole line (the answer to SIGUSR1, a warning) in place of the status line.
  void print_line(std::string_view text);
  void erase();

  // While a Pause lives, the line is erased and not drawn.
  class Pause {
   public:
    explicit Pause(StatusLine& line);

   private:
    std::unique_lock<std::mutex> lock_;
  };

 private:
  void erase_locked();
  void write(std::string_view text, int timeout_ms);

  Mode mode_;
  FileDescriptor own_;
  int fd_;
  std::mutex mutex_;
  bool drawn_ = false;
  std::int64_t last_line_ns_ = 0;
};

}  // namespace ringsweep
