// How the setters of options store values (cli/options/option_table.h).
#pragma once

#include <any>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/scan.h"
#include "ringsweep/base/address.h"

namespace ringsweep {

// A value from the command line, and the structs into which a setter may store it.
struct OptionValue {
  std::string_view option;  // "--rate", for messages
  const std::string& text;  // empty for a flag
  const ZoneNames& zones;
  std::span<const std::any> structs;  // a pointer each

  template <typename Options>
  Options& in() const {
    for (const std::any& one : structs) {
      if (Options* const* found = std::any_cast<Options*>(&one)) return **found;
    }
    throw std::logic_error("the command has no struct for this option");
  }
};

// Calls the setters of all options of `line`. `structs` are pointers to what they store into.
void store_options(const ScannedLine& line, const std::vector<std::any>& structs, const ZoneNames& zones = {});

}  // namespace ringsweep
