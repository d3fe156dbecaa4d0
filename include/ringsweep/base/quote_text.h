// What the user typed, or a file holds, as it may be shown in a message: in quotes, at most 60 characters of it, and
// printable ASCII only, so that no file can write to the terminal. Pure.
#pragma once

#include <string>
#include <string_view>

namespace ringsweep {

// 'text'; other bytes appear as \x1b, and "..." stands behind the quote of a text that was cut.
std::string quote_text(std::string_view text);

}  // namespace ringsweep
