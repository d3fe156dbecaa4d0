// The targets of a sweep: every address once, in address order, then the names in the order they were given.
//
//   index      0 ........ v4_count | ........ address_count | ........ count
//   target     IPv4 ranges         | IPv6 ranges            | names
//
// Addresses are kept as sorted, disjoint, merged ranges (8 bytes each for IPv4, 32 for IPv6), so that a file of 30
// million lines fits in a few hundred MiB, and an index over them makes `address_at` take under 100 ns there. IPv6
// addresses of one zone stand together, those without a zone first. Excludes have been subtracted already; they are
// kept only for names, whose addresses come later.
//
// A TargetSet is immutable after TargetSetBuilder made it; any thread may read it. It can be moved, not copied. Pure:
// reads no file and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/targets/value_ranges.h"

namespace ringsweep {

class TargetSet {
 public:
  std::uint64_t count() const { return address_count_ + names_.size(); }
  std::uint64_t address_count() const { return address_count_; }
  std::uint64_t v4_count() const { return v4_.count(); }
  std::uint64_t name_count() const { return names_.size(); }

  // Pre: index < address_count().
  Address address_at(std::uint64_t index) const;

  bool is_name(std::uint64_t index) const { return index >= address_count_; }
  // Pre: is_name(index), index < count().
  const std::string& name_at(std::uint64_t index) const { return names_[index - address_count_]; }

  // Replaces the names; they may repeat (each address of a name is a separate target). Only during set-up, before any
  // other thread reads the set.
  void replace_names(std::vector<std::string> names) { names_ = std::move(names); }

  // True if the user excluded this address; needed for the addresses that names resolve to.
  bool excludes(const Address& address) const;

  // One of the addresses from first to last (of one family, zones ignored) is a target.
  bool has_any(const Address& first, const Address& last) const;

  // How many different /24 (IPv4) and /64 (IPv6) hold targets; a name counts as one. The default rate follows from it.
  std::uint64_t network_count() const;

  // A 64-bit hash over targets and excludes in order: part of `plan_id`.
  std::uint64_t fingerprint() const;

 private:
  friend class TargetSetBuilder;

  struct ZoneTargets {
    std::uint32_t zone;
    IndexedRanges<u128> targets;
  };
  struct ZoneExcludes {
    std::uint32_t zone;
    ValueRanges<u128> ranges;
  };
  IndexedRanges<std::uint32_t> v4_;
  std::vector<ZoneTargets> v6_;  // in order of zone, none empty
  std::uint64_t address_count_ = 0;
  std::vector<std::string> names_;
  ValueRanges<std::uint32_t> excluded_v4_;
  std::vector<ZoneExcludes> excluded_v6_;  // in order of zone
};

// Collects target specs and excludes, then makes the TargetSet. Forms (ringsweep(1), TARGETS): address, CIDR (host bits
// are cut), `a-b` range with a full or last-octet-only end, host name. Reversed ranges, /33, 256, 010.0.0.1, 10.0.0 and
// the empty string are usage errors that name place, text and reason.
//
// Names are compared without regard to case and final dot; the first spelling is kept. An excluded name drops the
// target of that name. An excluded address without a zone is excluded in every zone. The order of calls does not matter
// but for the order of names.
class TargetSetBuilder {
 public:
  struct Options {
    std::uint64_t max_targets;              // more is a usage error with count and duration
    bool allow_v4 = true, allow_v6 = true;  // -6 clears v4, -4 clears v6: an address of the other family is an error
    ZoneNames zones = {};
  };
  explicit TargetSetBuilder(Options options);
  ~TargetSetBuilder();

  // `where` names the source in errors: "argument 'X'" or "targets.txt:17". Throws Error (usage).
  void add(std::string_view spec, std::string_view where);
  void exclude(std::string_view spec, std::string_view where);

  // Takes a list in pieces of any size, one spec a line; '#' comments (also behind a spec), blank lines, CRLF, a UTF-8
  // byte-order mark, tabs and trailing blanks are fine; the last line needs no newline. `name` is the file for errors.
  class ListReader {
   public:
    enum class Purpose {
      add,
      exclude
    };
    ListReader(TargetSetBuilder& builder, std::string name, Purpose purpose);
    void feed(std::string_view piece);
    void finish();

   private:
    void take_line(std::string_view line);
    [[noreturn]] void refuse_line(std::string_view line, const std::string& reason) const;

    TargetSetBuilder& builder_;
    std::string name_;
    Purpose purpose_;
    std::string rest_;  // the line that the latest piece began
    std::uint64_t line_ = 0;
  };

  // Sorts, merges, subtracts the excludes; the builder is empty after that. Throws Error (usage): no target, everything
  // excluded, too many targets.
  TargetSet build();

 private:
  struct State;
  // The fast path for plain addresses in a list; false if this family is switched off.
  bool take_v4(std::uint32_t address, ListReader::Purpose purpose);

  std::unique_ptr<State> state_;
};

}  // namespace ringsweep
