// The manual pages of the program: their sources, with what the tables of options, commands and exit statuses and the
// schema of the store say in the places of the placeholders.
#pragma once

#include <string>

#include "cli/help/manual_source.h"

namespace ringsweep {

// In roff.
std::string manual_page(const ManualSource& source);

}  // namespace ringsweep
