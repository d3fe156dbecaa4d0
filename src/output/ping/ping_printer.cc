#include "ringsweep/output/ping/ping_printer.h"

#include <cerrno>
#include <cstdio>

namespace ringsweep {

void PingPrinter::print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void PingPrinter::flush() {
  std::fflush(stdout);
}

void PingPrinter::print_now(std::string_view text) {
  print(text);
  flush();
}

void PingPrinter::complain(std::string_view text) {
  warn(program_ + ": " + std::string(text) + "\n");
}

void PingPrinter::warn(std::string_view line) {
  flush();
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int PingPrinter::finish() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  return errno != 0 ? errno : EIO;
}

}  // namespace ringsweep
