// The lowest bits of numbers: a mask, and the way back from them. Pure.
#pragma once

#include <cstdint>

namespace ringsweep {

// `bits`: 0 to 63.
constexpr std::uint64_t low_bits(unsigned bits) {
  return (std::uint64_t{1} << bits) - 1;
}

// The largest number below `end` with these lowest `bits` bits; if no such number exists, one that is not below `end`.
constexpr std::uint64_t number_below(std::uint64_t end, std::uint64_t lowest, unsigned bits) {
  return end - 1 - ((end - 1 - lowest) & low_bits(bits));
}

}  // namespace ringsweep
