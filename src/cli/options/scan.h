// Splits a command line into options and words, as a table of options describes them. This hides CLI11, which is slow
// to compile: only scan.cc includes it. Values stay text here; the setters of the table give them their meaning.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option_table.h"

namespace ringsweep {

struct ScannedOption {
  const OptionSpec* spec;  // of the table
  std::string value;       // empty for a flag
};

struct ScannedLine {
  std::vector<std::string> arguments;  // as they were given
  std::vector<ScannedOption> options;  // in the order of the table; of an option that counts once, the last
  std::vector<std::string> words;      // command and targets, in order
  std::size_t words_before_dashes =
      0;                             // how many stood before "--"; those after it are targets, whatever they look like
  std::vector<std::string> unknown;  // what looks like an option but is not in the table

  bool has(std::string_view long_name) const;
};

// `arguments` without the program's name; `table` must outlive the result. `help_hint` is the remedy of errors. Throws
// Error (usage) for an option without its value and for a flag with one.
ScannedLine scan_arguments(const std::vector<std::string>& arguments, std::span<const OptionSpec> table,
                           std::string_view help_hint);

}  // namespace ringsweep
