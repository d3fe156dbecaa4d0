// What an unknown option was probably meant to be. Pure.
#pragma once

#include <string_view>

namespace ringsweep {

// The nearest long name in the option table ("--rat" -> "--rate"), or "" where nothing is near.
std::string_view nearest_option(std::string_view unknown);

}  // namespace ringsweep
