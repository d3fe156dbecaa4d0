// Splits a command line into options and words, as the option table describes them. This hides CLI11, which is slow to
// compile: only scan.cc includes it. Values stay text here; options.cc gives them their meaning.
#pragma once

#include <string>
#include <vector>

#include "ringsweep/cli/option_table.h"

namespace ringsweep {

struct ScannedOption {
  OptionId id;
  std::string value;  // empty for a flag
};

struct ScannedLine {
  std::vector<ScannedOption> options;  // in the order of the table; of an option that counts once, the last
  std::vector<std::string> words;      // command and targets, in their order
  std::vector<std::string> unknown;    // what looks like an option and is none

  bool has(OptionId id) const;
};

// `arguments` without the program's name. Throws Error (usage): an option without its value, a flag with one.
ScannedLine scan_arguments(const std::vector<std::string>& arguments);

}  // namespace ringsweep
