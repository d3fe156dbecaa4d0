// Reads all that a descriptor still has to give, in pieces of up to 1 MiB; finishes short reads and EINTR.
#pragma once

#include <functional>
#include <string_view>

namespace ringsweep {

// Hands each piece to `take`, and lets through what `take` throws. Returns 0 or the errno.
int read_to_end(int fd, const std::function<void(std::string_view)>& take);

}  // namespace ringsweep
