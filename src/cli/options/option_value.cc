#include "cli/options/option_value.h"

namespace ringsweep {

void store_options(const ScannedLine& line, const std::vector<std::any>& structs, const ZoneNames& zones) {
  for (const ScannedOption& option : line.options) {
    if (option.spec->set == nullptr) continue;
    option.spec->set({option.spec->long_name, option.value, zones, structs});
  }
}

}  // namespace ringsweep
