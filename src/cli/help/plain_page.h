// A manual page as plain text, for where man(1) cannot show it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace ringsweep {

// Knows the requests, macros and escapes that man_page() writes and the sources of our pages use, no others. Lines of
// prose are at most 80 columns wide; literal lines are as long as they are.
std::string plain_page(std::string_view roff);

}  // namespace ringsweep
