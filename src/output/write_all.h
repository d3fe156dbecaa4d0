// Writes all of a text to a descriptor: finishes short writes, EINTR, and EAGAIN of a non-blocking one. 0 or the errno.
#pragma once

#include <string_view>

namespace ringsweep {

int write_all(int fd, std::string_view text);

}  // namespace ringsweep
