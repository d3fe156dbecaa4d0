// The new targets of one worker, in the order of the sweep: positions of its stride, through the permutation, to
// addresses; names are looked up where names are resolved. Owner: one worker; the set, the permutation and the lookup
// are shared and immutable or thread-safe. A resumed sweep leaves out the targets that were decided before.
#pragma once

#include <cstdint>
#include <optional>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/neighbours.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/core/targets/decided_set.h"
#include "ringsweep/core/targets/permutation.h"
#include "ringsweep/core/targets/target_set.h"

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
  // May be null: `names` if the set has no names, `on_link` if no target is held back, `decided` if the sweep is new.
  TargetSource(const TargetSet& targets, const Permutation& order, Stride stride, const NameLookup* names,
               const OnLinkPrefixes* on_link = nullptr, const DecidedPlaces* decided = nullptr);

  bool empty() const { return ahead_.first >= ahead_.end && postponed_ == 0; }
  std::uint64_t left() const { return open_ahead_ + postponed_; }
  // All that is left are on-link targets that were held back.
  bool only_postponed_left() const { return ahead_.first >= ahead_.end; }

  struct Taken {
    std::uint64_t index;
    bool on_link;
  };
  // Looks at the next position: a new target (on-link ones only where `may_on_link`), or nothing, since the one there
  // is held back or was taken already. Pre: !empty(), and may_on_link where only postponed ones are left. Two cursors
  // over the same order: one goes ahead with the routed targets while on-link ones are held back, the other follows for
  // those. Positions before `behind_` are done, between the two only the on-link ones are left.
  std::optional<Taken> take(bool may_on_link);

  NameAnswer look_up(std::uint64_t index) const {
    if (targets_.is_name(index)) return names_->look_up(index - targets_.address_count());
    return {NameAnswer::Kind::address, targets_.address_at(index), Reason::none};
  }
  const TargetSet& targets() const { return targets_; }
  // True if the address lies on a link of this machine that the guard watches.
  bool is_on_link(const Address& address) const { return on_link_ != nullptr && on_link_->contains(address); }

 private:
  void advance(Stride& cursor) const {
    cursor.first += cursor.stride;
    if (decided_ != nullptr) skip_decided(cursor);
  }
  // To the next position of the cursor that is not decided.
  void skip_decided(Stride& cursor) const;
  std::uint64_t count_open(Stride cursor) const;
  // A name's address is not known before its turn.
  bool is_on_link(std::uint64_t index) const {
    return on_link_ != nullptr && !targets_.is_name(index) && is_on_link(targets_.address_at(index));
  }

  const TargetSet& targets_;
  const Permutation& order_;
  Stride ahead_;
  Stride behind_;
  std::uint64_t open_ahead_ = 0;  // targets from the first cursor on
  std::uint64_t postponed_ = 0;   // on-link targets between the cursors
  const NameLookup* names_;
  const OnLinkPrefixes* on_link_;
  const DecidedPlaces* decided_;
};

}  // namespace ringsweep
