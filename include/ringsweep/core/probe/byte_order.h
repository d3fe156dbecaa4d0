// Integers in network order at the front of a span. The caller has compared the length; a checked build asserts it.
#pragma once

#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ringsweep {

// Network order to host order or back, which is the same thing. The compiler makes one instruction of it.
template <std::unsigned_integral Integer>
constexpr Integer swap_network_order(Integer value) {
  if constexpr (std::endian::native == std::endian::big) {
    return value;
  } else if constexpr (sizeof(Integer) == 8) {
    return __builtin_bswap64(value);
  } else if constexpr (sizeof(Integer) == 4) {
    return __builtin_bswap32(value);
  } else {
    static_assert(sizeof(Integer) == 2);
    return __builtin_bswap16(value);
  }
}

template <std::unsigned_integral Integer>
Integer load_network(std::span<const std::byte> bytes) {
  assert(bytes.size() >= sizeof(Integer));
  Integer value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return swap_network_order(value);
}

template <std::unsigned_integral Integer>
void store_network(std::span<std::byte> bytes, Integer value) {
  assert(bytes.size() >= sizeof(Integer));
  value = swap_network_order(value);
  std::memcpy(bytes.data(), &value, sizeof(value));
}

}  // namespace ringsweep
