// Finds the rule for an address: one hash table for each prefix length that occurs, asked from the longest on. Made
// once; a look-up costs one question for each length and does not allocate.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "tun/scenario.h"

namespace ringsweep::tun {

class RuleTable {
 public:
  // Keeps pointers into `scenario`.
  explicit RuleTable(const Scenario& scenario);

  // The rule for the n-th probe (from 1) of this address; null where there is none.
  const Rule* find(const Address& address, std::uint32_t probe) const;

 private:
  struct Mix {
    std::size_t operator()(u128 value) const {
      return static_cast<std::size_t>(value ^ (value >> 64)) * 0x9E3779B97F4A7C15U;
    }
  };
  struct Level {
    unsigned host_bits;
    std::unordered_map<u128, std::vector<const Rule*>, Mix>
        rules;  // by the address without its host bits, in file order
  };
  using Levels = std::vector<Level>;  // longest prefix first

  static u128 key(const Address& address, unsigned host_bits) {
    return host_bits == 128 ? 0 : address.value() >> host_bits;
  }
  Levels levels_v4_, levels_v6_;
};

}  // namespace ringsweep::tun
