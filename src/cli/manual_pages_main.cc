// Writes all manual pages into a folder, for the build.
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "cli/manual_pages.h"

int main(int argc, char** argv) {
  try {
    if (argc != 2) {
      std::fputs("usage: ringsweep_man FOLDER\n", stderr);
      return 2;
    }
    for (const ringsweep::ManualSource& source : ringsweep::manual_sources()) {
      const std::string name = std::string(argv[1]) + '/' + std::string(source.name) + '.' + source.section;
      std::ofstream file(name);
      file << ringsweep::manual_page(source) << std::flush;
      if (file) continue;
      std::fprintf(stderr, "ringsweep_man: %s cannot be written\n", name.c_str());
      return 1;
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ringsweep_man: %s\n", error.what());
    return 1;
  }
}
