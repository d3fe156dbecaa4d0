// What an unknown option was probably meant to be. Pure.
#pragma once

#include <span>
#include <string_view>

#include "cli/options/option_table.h"
#include "ringsweep/base/error.h"

namespace ringsweep {

// The nearest long name in a table ("--rat" -> "--rate"), or "" where nothing is near.
std::string_view nearest_option(std::string_view unknown, std::span<const OptionSpec> table);

// The usage error for it; `help_hint` says where all options are listed.
Error unknown_option(std::string_view text, std::span<const OptionSpec> table, std::string_view help_hint);

}  // namespace ringsweep
