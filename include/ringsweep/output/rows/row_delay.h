// Holds back the verdicts about some targets until more is known about them, while others pass: --rdns.
//
// A held verdict is not yet a row, and no observer has seen it. The writer makes all calls on its thread and is woken
// when verdicts can be released; at the end it waits until none is held.
#pragma once

#include <functional>
#include <span>

#include "ringsweep/core/jobs/verdict.h"

namespace ringsweep {

class RowDelay {
 public:
  virtual ~RowDelay() = default;
  // Called first. `wake` is called, on any thread, when has_released() becomes true.
  virtual void wake_by(std::function<void()> wake) = 0;
  // pass() returns those of `verdicts` that are not held, release() the held ones that are free now. Valid until the
  // next call of either.
  virtual std::span<const Verdict> pass(std::span<const Verdict> verdicts) = 0;
  virtual std::span<const Verdict> release() = 0;
  virtual bool has_released() const = 0;
  virtual bool is_empty() const = 0;  // nothing is held
};

}  // namespace ringsweep
