// Writing to a descriptor until it is done. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace ringsweep {

// Writes all of `text`: finishes short writes, EINTR, and EAGAIN of a non-blocking descriptor. Returns 0 or the errno;
// `written` grows by the number of bytes written.
int write_all(int fd, std::string_view text, std::size_t* written = nullptr);

// Waits until the disk has what was written to the file (fdatasync(2)). Returns 0 or the errno; a file system that has
// nothing to sync (EINVAL, EROFS) is no error.
int sync_data(int fd);

}  // namespace ringsweep
