// Reads a file of the user's, or standard input where it is "-", with the caller's rights only.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ringsweep {

// For messages: the path, or "standard input".
std::string input_name(const std::string& path);

// Hands all of it to `take`, in pieces of up to 1 MiB. Throws Error (usage) where it cannot be read, and lets through
// what `take` throws.
void read_file(const std::string& path, const std::function<void(std::string_view)>& take);

}  // namespace ringsweep
