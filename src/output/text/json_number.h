// Numbers as they stand in JSON.
#pragma once

#include <cmath>

#include "ringsweep/base/time.h"

namespace ringsweep {

// Three decimals are what the values are worth, and what the rows have.
inline double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

inline double to_ms(double ns) {
  return rounded(ns / static_cast<double>(ns_per_ms));
}

}  // namespace ringsweep
