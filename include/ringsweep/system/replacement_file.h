// A new text for a file, whole or not at all: written to a temporary file beside it, synced, and renamed over it. Who
// reads the path finds the old text or the new one. The temporary file is made anew and follows no link; it is gone
// again unless it was renamed. Errors are errno values: the owner knows the words. Any thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "ringsweep/system/file_descriptor.h"

namespace ringsweep {

class ReplacementFile {
 public:
  // `temporary` lies in the folder of `path`; what has that name is removed.
  ReplacementFile(std::string path, std::string temporary);
  ~ReplacementFile();
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;

  // Why it could not be made; 0: it is there.
  int error() const { return error_; }
  // `mode` whatever the umask. Pre: error() is 0. 0 or the errno.
  int write_and_rename(std::string_view text, std::optional<mode_t> mode = std::nullopt);

 private:
  std::string path_;
  std::string temporary_;
  FileDescriptor file_;
  int error_ = 0;
  bool renamed_ = false;
};

}  // namespace ringsweep
