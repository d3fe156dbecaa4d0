// Writes the lines of `ping` to standard output, buffered until they are flushed, and errors to standard error after
// the name that the program was called by. Owner: one thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace ringsweep {

class PingPrinter {
 public:
  // `program`: "ping", or the path that it was called by.
  explicit PingPrinter(std::string program) : program_(std::move(program)) {}

  void print(std::string_view text);
  void flush();
  // Prints and flushes: the dots of -f.
  void print_now(std::string_view text);

  // "ping: TEXT\n" on standard error, after everything that was printed.
  void complain(std::string_view text);
  // The same without the name.
  void warn(std::string_view line);

  // 0 if everything was written, otherwise the errno.
  int finish();

 private:
  std::string program_;
};

}  // namespace ringsweep
