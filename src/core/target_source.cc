#include "ringsweep/core/target_source.h"

#include <cassert>

namespace ringsweep {

std::optional<TargetSource::Taken> TargetSource::take(bool may_on_link) {
  if (postponed_ == 0) behind_ = ahead_;
  if (may_on_link && postponed_ > 0) {
    const std::uint64_t index = order_.at(behind_.first);
    advance(behind_);
    if (!is_on_link(index)) return std::nullopt;
    --postponed_;
    return Taken{index, true};
  }
  assert(ahead_.first < ahead_.end);
  const std::uint64_t index = order_.at(ahead_.first);
  advance(ahead_);
  const bool on_link = is_on_link(index);
  if (!on_link || may_on_link) return Taken{index, on_link};
  ++postponed_;
  return std::nullopt;
}

}  // namespace ringsweep
