// Splits a command line into options and words, as a table of options describes them. This hides CLI11, which is slow
// to compile: only scan.cc includes it. Values stay text here; options.cc and the commands give them their meaning.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option_table.h"

namespace ringsweep {

struct ScannedOption {
  OptionId id;
  std::string value;  // empty for a flag
};

struct ScannedLine {
  std::vector<std::string> arguments;   // as they were given
  std::vector<ScannedOption> options;   // in the order of the table; of an option that counts once, the last
  std::vector<std::string> words;       // command and targets, in their order
  std::size_t words_before_dashes = 0;  // how many stood before "--"; the others are targets, whatever they look like
  std::vector<std::string> unknown;     // what looks like an option and is none

  bool has(OptionId id) const;
  // What was given to an option that counts once; `otherwise` where it was not given.
  std::string value_of(OptionId id, std::string_view otherwise = {}) const;
};

// `arguments` without the program's name. `help_hint` is the remedy for what is no option. Throws Error (usage): an
// option without its value, a flag with one.
ScannedLine scan_arguments(const std::vector<std::string>& arguments, std::span<const OptionSpec> table,
                           std::string_view help_hint);

}  // namespace ringsweep
