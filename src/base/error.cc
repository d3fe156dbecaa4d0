#include "ringsweep/base/error.h"

#include <cstring>
#include <utility>

namespace ringsweep {

Error::Error(ExitCode exit_code, const std::string& what, int errno_value, std::string remedy)
    : std::runtime_error(what), exit_code_(exit_code), errno_value_(errno_value), remedy_(std::move(remedy)) {}

Error usage_error(const std::string& what, std::string remedy) {
  return Error(ExitCode::usage, what, 0, std::move(remedy));
}

Error system_error(const std::string& what, int errno_value, std::string remedy) {
  return Error(ExitCode::refused_by_system, what + ": " + std::strerror(errno_value), errno_value, std::move(remedy));
}

}  // namespace ringsweep
