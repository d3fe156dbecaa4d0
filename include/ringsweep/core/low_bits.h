// A mask of the lowest bits. Pure.
#pragma once

#include <cstdint>

namespace ringsweep {

// `bits`: 0 to 63.
constexpr std::uint64_t low_bits(unsigned bits) {
  return (std::uint64_t{1} << bits) - 1;
}

}  // namespace ringsweep
