// Standard output or error by the name of a file: /dev/stdout, or the name of what a shell has opened for it. What is
// meant for such a name must go to the descriptor itself: opened anew its file would be written over from the start,
// and replaced it would be gone, with all that was and is yet to be written there. Any thread.
#pragma once

#include <optional>
#include <string>

namespace ringsweep {

// The descriptor, where `path` leads to what it is open on and it can be written: standard error where both are the
// same.
std::optional<int> standard_stream_of(const std::string& path);

}  // namespace ringsweep
