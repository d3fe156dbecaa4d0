// Holds back the verdicts about some targets until more is known of them, while those about others go on: --rdns.
//
// A verdict that is held is no row, and no observer has seen it. The writer calls all of it on its own thread, and is
// woken where something can be released; at the end it waits until nothing is held.
#pragma once

#include <functional>
#include <span>

#include "ringsweep/core/jobs/verdict.h"

namespace ringsweep {

class RowDelay {
 public:
  virtual ~RowDelay() = default;
  // Before anything else: what to call, on any thread, where has_released() has become true.
  virtual void wake_by(std::function<void()> wake) = 0;
  // Those of `verdicts` that are not held, or held ones that are free now. Valid until the next call of either.
  virtual std::span<const Verdict> pass(std::span<const Verdict> verdicts) = 0;
  virtual std::span<const Verdict> release() = 0;
  virtual bool has_released() const = 0;
  virtual bool is_empty() const = 0;  // nothing is held
};

}  // namespace ringsweep
