// What the program asks of a terminal, and the one line at its bottom that is redrawn: the progress line.
//
// StatusLine draws on standard error and is erased before a result row is written to the same terminal, so the rows
// stay clean: both sides hold its mutex while they write. draw() never waits for a stopped terminal (^S) or for a
// writer that waits: a progress line that cannot be drawn now is left out. What else is written waits for a second at
// most, then the rest of it is lost: whoever waited longer would hear no signal. Threads: any.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

bool is_terminal(int fd);
// A terminal that understands "back to the start of the line" and "erase": TERM is set and not "dumb".
bool can_redraw(int fd);
// Both are terminals, and the same one.
bool same_terminal(int a, int b);
// Another descriptor of the terminal that `fd` is, whose writes never block (those of a terminal do even where poll
// finds room); it has an open file description of its own, so that nobody who shares `fd` notices. Not open where the
// terminal may not be opened.
FileDescriptor open_without_blocking(int fd);
// 80 where the terminal does not say.
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
  // A whole line (the answer to SIGUSR1, a warning): the status line makes way for it.
  void print_line(std::string_view text);
  void erase();

  // While one lives, the line is erased and nobody draws.
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
