// A 64-bit hash that is the same on every machine and in every version (FNV-1a): for what goes into files and is
// compared later. Not against malice. Source: Fowler, Noll, Vo; draft-eastlake-fnv.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringsweep {

class StableHash {
 public:
  StableHash& add(std::string_view bytes) {
    for (const char c : bytes) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return *this;
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace ringsweep
