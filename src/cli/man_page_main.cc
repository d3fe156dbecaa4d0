// Writes the manual page to standard output, for the build.
#include <cstdio>

#include "cli/command_line.h"
#include "cli/help/help.h"

int main() {
  const std::string page = ringsweep::man_page(ringsweep::command_table());
  const bool written = std::fwrite(page.data(), 1, page.size(), stdout) == page.size();
  return written && std::fflush(stdout) == 0 ? 0 : 1;
}
