#include "ringsweep/system/replacement_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "ringsweep/system/write_all.h"

namespace ringsweep {

ReplacementFile::ReplacementFile(std::string path, std::string temporary)
    : path_(std::move(path)), temporary_(std::move(temporary)) {
  ::unlink(temporary_.c_str());
  file_ = FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file_.is_open()) error_ = errno;
}

ReplacementFile::~ReplacementFile() {
  if (file_.is_open() && !renamed_) ::unlink(temporary_.c_str());
}

int ReplacementFile::write_and_rename(std::string_view text, std::optional<mode_t> mode) {
  if (mode && ::fchmod(file_.get(), *mode) != 0) return errno;
  if (const int error = write_all(file_.get(), text); error != 0) return error;
  if (const int error = sync_data(file_.get()); error != 0) return error;
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return errno;
  renamed_ = true;
  return 0;
}

}  // namespace ringsweep
