// What this program is, as --version, the reports and the manual pages state it. Constant data; the build sets it.
#pragma once

#include <string_view>

namespace ringsweep {

extern const std::string_view program_version;   // "0.1.0"
extern const std::string_view liburing_version;  // of the library that it was built with

}  // namespace ringsweep
