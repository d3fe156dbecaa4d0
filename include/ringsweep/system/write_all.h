// Writes all of a text to a descriptor: finishes short writes, EINTR, and EAGAIN of a non-blocking one. 0 or the errno;
// `written` grows by the bytes that are there.
#pragma once

#include <cstddef>
#include <string_view>

namespace ringsweep {

// Enough rows for one system call to cost nothing beside their formatting, few enough to stay in the cache.
inline constexpr std::size_t flush_size = 64 * 1024;

int write_all(int fd, std::string_view text, std::size_t* written = nullptr);

}  // namespace ringsweep
