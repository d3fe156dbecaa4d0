#include "ringsweep/core/targets/target_source.h"

#include <algorithm>
#include <cassert>

namespace ringsweep {

TargetSource::TargetSource(const TargetSet& targets, const Permutation& order, Stride stride, const NameLookup* names,
                           const OnLinkPrefixes* on_link, const DecidedPlaces* decided)
    : targets_(targets),
      order_(order),
      ahead_(stride),
      behind_(stride),
      names_(names),
      on_link_(on_link),
      decided_(decided) {
  if (decided_ != nullptr) skip_decided(ahead_);
  open_ahead_ = count_open(ahead_);
}

void TargetSource::skip_decided(Stride& cursor) const {
  while (cursor.first < cursor.end) {
    const std::uint64_t open =
        decided_->positions.at(decided_->set.first_open(decided_->positions.number_of(cursor.first)));
    if (open == cursor.first) return;
    // It may be another worker's.
    cursor.first += (open - cursor.first + cursor.stride - 1) / cursor.stride * cursor.stride;
  }
}

std::uint64_t TargetSource::count_open(Stride cursor) const {
  std::uint64_t open = 0;
  if (decided_ != nullptr) {
    const std::uint64_t end = decided_->positions.at(decided_->set.end());
    for (; cursor.first < std::min(cursor.end, end); advance(cursor)) ++open;
  }
  return open + cursor.count();
}

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
  --open_ahead_;
  const bool on_link = is_on_link(index);
  if (!on_link || may_on_link) return Taken{index, on_link};
  ++postponed_;
  return std::nullopt;
}

}  // namespace ringsweep
