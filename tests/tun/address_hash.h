// The hash that divides a network into classes and draws the responder's random numbers. The same in
// tests/support/tun.py, so that a test can say beforehand what an address will do.
//
//   class of an address = (FNV-1a of its 4 or 16 bytes in network order, then of the seed in 8 bytes, lowest first;
//                          the upper 32 bits of the result) modulo 1000
#pragma once

#include <cstddef>
#include <cstdint>

#include "ringsweep/base/address.h"

namespace ringsweep::tun {

class Fnv1a {
 public:
  void add(std::uint8_t byte) { value_ = (value_ ^ byte) * 1099511628211U; }
  void add_lowest_first(std::uint64_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) add(static_cast<std::uint8_t>(number >> (8 * i)));
  }
  void add(const Address& address) {
    for (int shift = address.is_v4() ? 24 : 120; shift >= 0; shift -= 8) {
      add(static_cast<std::uint8_t>(address.value() >> shift));
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037U;
};

inline constexpr unsigned share_classes = 1000;

inline unsigned share_class(const Address& address, std::uint64_t seed) {
  Fnv1a hash;
  hash.add(address);
  hash.add_lowest_first(seed, 8);
  return static_cast<unsigned>((hash.value() >> 32) % share_classes);
}

// A number in [0, 1) that depends on nothing but these: the n-th probe of an address meets the same fate in each run.
inline double draw(const Address& address, std::uint32_t probe, std::uint32_t stream, std::uint64_t seed) {
  Fnv1a hash;
  hash.add(address);
  hash.add_lowest_first(probe, 4);
  hash.add_lowest_first(stream, 4);
  hash.add_lowest_first(seed, 8);
  // FNV mixes upwards only; the finish of MurmurHash3 makes every bit depend on all.
  std::uint64_t mixed = hash.value();
  mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccdU;
  mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53U;
  mixed ^= mixed >> 33;
  return static_cast<double>(mixed >> 11) * 0x1p-53;
}

}  // namespace ringsweep::tun
