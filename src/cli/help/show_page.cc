#include "cli/help/show_page.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "cli/files/standard_streams.h"
#include "cli/help/plain_page.h"

namespace ringsweep {
namespace {

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? std::string_view() : std::string_view(path);
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    if (!folder.empty() && access((std::string(folder) + '/' + program).c_str(), X_OK) == 0) return true;
    folders.remove_prefix(folder.size() == folders.size() ? folder.size() : folder.size() + 1);
  }
  return false;
}

// False where man could not show the page.
bool show_through_man(const std::string& roff) {
  std::signal(SIGPIPE, SIG_DFL);  // man's own pipes end by it
  std::FILE* man = popen("man -l -", "we");
  std::signal(SIGPIPE, SIG_IGN);
  if (man == nullptr) return false;
  std::fwrite(roff.data(), 1, roff.size(), man);
  return pclose(man) == 0;
}

}  // namespace

int show_page(const std::string& roff) {
  if (isatty(STDOUT_FILENO) == 1 && is_installed("man") && show_through_man(roff)) return 0;
  return print_text(plain_page(roff));
}

}  // namespace ringsweep
