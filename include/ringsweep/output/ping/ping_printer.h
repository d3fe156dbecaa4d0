// Where `ping` writes: lines to standard output, buffered until they are flushed, and what is wrong to standard error
// behind the name that the program was called by. Owner: one thread.
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
  // At once, behind what was printed: the dots of -f.
  void print_now(std::string_view text);

  // "ping: TEXT\n" on standard error, behind all that was printed.
  void complain(std::string_view text);
  // The same without the name.
  void warn(std::string_view line);

  // 0: all that was printed has arrived; else the errno.
  int finish();

 private:
  std::string program_;
};

}  // namespace ringsweep
