#include "ringsweep/base/version.h"

namespace ringsweep {

const std::string_view program_version = RINGSWEEP_VERSION;
const std::string_view liburing_version = RINGSWEEP_LIBURING_VERSION;

}  // namespace ringsweep
