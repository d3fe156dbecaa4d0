#include "ringsweep/system/random_bytes.h"

#include <sys/random.h>

#include <cerrno>

#include "ringsweep/base/error.h"

namespace ringsweep {

void fill_with_random(void* out, std::size_t size) {
  if (getrandom(out, size, 0) != static_cast<ssize_t>(size)) throw system_error("cannot get random bytes", errno);
}

}  // namespace ringsweep
