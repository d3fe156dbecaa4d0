// Random bytes from the kernel (getrandom(2)), for keys, identifiers and seeds. Any thread.
#pragma once

#include <cstddef>

namespace ringsweep {

// Throws Error where the kernel has none.
void fill_with_random(void* out, std::size_t size);

}  // namespace ringsweep
