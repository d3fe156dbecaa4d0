// What the user is told where targets cannot be used: usage errors that name place, text, reason and remedy. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ringsweep/base/error.h"

namespace ringsweep {

// "targets.txt:17: '10.0.0.256': '256' is over 255". The text is left out where `where` ends with it ("argument 'X'").
Error bad_target(std::string_view where, std::string_view text, std::string_view reason);

Error no_targets();
Error all_excluded(std::uint64_t given);
// `count` may be `uncountable`.
Error too_many_targets(std::uint64_t count, std::uint64_t allowed);

}  // namespace ringsweep
