#include "ringsweep/core/targets/target_set.h"

#include <algorithm>
#include <cassert>

namespace ringsweep {
namespace {

// FNV-1a, a 64-bit word at a time, with a shift that carries high bits down again: byte by byte would take a second for
// a long list. Words are numbers, so every machine computes the same.
class Fingerprint {
 public:
  void add(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x100000001b3U;
    hash_ ^= hash_ >> 32;
  }
  void add(std::uint32_t word) { add(std::uint64_t{word}); }
  void add(u128 value) {
    add(static_cast<std::uint64_t>(value >> 64));
    add(static_cast<std::uint64_t>(value));
  }
  void add(const std::string& text) {
    add(std::uint64_t{text.size()});
    for (const char c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
  }
  // The length precedes the ranges, so that no range can be mistaken for what follows.
  template <typename Value>
  void add(const ValueRanges<Value>& ranges) {
    add(std::uint64_t{ranges.size()});
    for (const ValueRange<Value>& range : ranges) {
      add(range.first);
      add(range.last);
    }
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

constexpr unsigned network_host_bits_v4 = 32 - 24;
constexpr unsigned network_host_bits_v6 = 128 - 64;

}  // namespace

Address TargetSet::address_at(std::uint64_t index) const {
  assert(index < address_count_);
  if (index < v4_.count()) return Address::v4(v4_.at(index));
  std::uint64_t left = index - v4_.count();
  for (const ZoneTargets& zone : v6_) {
    if (left < zone.targets.count()) {
      const u128 value = zone.targets.at(left);
      return Address::v6(static_cast<std::uint64_t>(value >> 64), static_cast<std::uint64_t>(value), zone.zone);
    }
    left -= zone.targets.count();
  }
  return {};
}

bool TargetSet::excludes(const Address& address) const {
  if (address.is_none()) return false;
  if (address.is_v4()) return contains(excluded_v4_, address.v4_value());
  for (const ZoneExcludes& zone : excluded_v6_) {
    const bool applies = zone.zone == 0 || zone.zone == address.zone;
    if (applies && contains(zone.ranges, address.value())) return true;
  }
  return false;
}

bool TargetSet::has_any(const Address& first, const Address& last) const {
  if (first.is_v4()) return touches(v4_.ranges(), first.v4_value(), last.v4_value());
  return std::any_of(v6_.begin(), v6_.end(), [&](const ZoneTargets& zone) {
    return touches(zone.targets.ranges(), first.value(), last.value());
  });
}

std::uint64_t TargetSet::network_count() const {
  std::uint64_t networks = names_.size() + count_prefixes(v4_.ranges(), network_host_bits_v4);
  for (const ZoneTargets& zone : v6_) networks += count_prefixes(zone.targets.ranges(), network_host_bits_v6);
  return networks;
}

std::uint64_t TargetSet::fingerprint() const {
  Fingerprint fingerprint;
  fingerprint.add(v4_.ranges());
  fingerprint.add(std::uint64_t{v6_.size()});
  for (const ZoneTargets& zone : v6_) {
    fingerprint.add(zone.zone);
    fingerprint.add(zone.targets.ranges());
  }
  fingerprint.add(std::uint64_t{names_.size()});
  for (const std::string& name : names_) fingerprint.add(name);
  fingerprint.add(excluded_v4_);
  fingerprint.add(std::uint64_t{excluded_v6_.size()});
  for (const ZoneExcludes& zone : excluded_v6_) {
    fingerprint.add(zone.zone);
    fingerprint.add(zone.ranges);
  }
  return fingerprint.value();
}

}  // namespace ringsweep
