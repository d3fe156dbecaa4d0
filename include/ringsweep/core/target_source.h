// The new targets of one worker, in the order of the sweep: positions of its stride, through the permutation, to
// addresses; names are looked up where names are resolved. Owner: one worker; the set, the permutation and the lookup
// are shared and immutable or thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "ringsweep/base/address.h"
#include "ringsweep/core/permutation.h"
#include "ringsweep/core/target_set.h"
#include "ringsweep/core/verdict.h"

namespace ringsweep {

// What is known of a name's address.
struct NameAnswer {
  enum class Kind : std::uint8_t {
    pending,
    address,
    unresolved
  };
  Kind kind = Kind::pending;
  Address address;               // Kind::address
  Reason reason = Reason::none;  // Kind::unresolved
};

// Name number n is target address_count() + n. Thread-safe; never blocks.
class NameLookup {
 public:
  virtual ~NameLookup() = default;
  virtual NameAnswer look_up(std::uint64_t name) const = 0;
};

class TargetSource {
 public:
  // `names` may be null where the set has no names.
  TargetSource(const TargetSet& targets, const Permutation& order, Stride stride, const NameLookup* names)
      : targets_(targets), order_(order), stride_(stride), names_(names), left_(stride.count()) {}

  bool empty() const { return left_ == 0; }
  std::uint64_t left() const { return left_; }
  // The index of the next new target. Pre: !empty().
  std::uint64_t take() {
    const std::uint64_t index = order_.at(stride_.first);
    stride_.first += stride_.stride;
    --left_;
    return index;
  }
  NameAnswer look_up(std::uint64_t index) const {
    if (targets_.is_name(index)) return names_->look_up(index - targets_.address_count());
    return {NameAnswer::Kind::address, targets_.address_at(index), Reason::none};
  }
  const TargetSet& targets() const { return targets_; }

 private:
  const TargetSet& targets_;
  const Permutation& order_;
  Stride stride_;
  const NameLookup* names_;
  std::uint64_t left_;
};

}  // namespace ringsweep
