// How `ringsweep help` shows a manual page.
#pragma once

#include <string>

namespace ringsweep {

// On a terminal through man(1), if it is installed; otherwise as plain text on standard output. Returns the exit
// status, or throws as flush_standard_output.
int show_page(const std::string& roff);

}  // namespace ringsweep
