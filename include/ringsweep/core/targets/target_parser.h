// Parses one target spec (ringsweep(1), TARGETS) into a range of IPv4 or IPv6 addresses, a host name, or the reason why
// it is neither. Pure.
//
//   10.0.0.1   10.0.0.0/24   10.0.0.1-254   10.0.0.1-10.0.1.5   2001:db8::/120   fe80::1%eth0   fe80::%eth0/120
//   a.example
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "ringsweep/base/address.h"
#include "ringsweep/core/targets/value_ranges.h"

namespace ringsweep {

using TargetsV4 = ValueRange<std::uint32_t>;

struct TargetsV6 {
  ValueRange<u128> range;
  std::uint32_t zone = 0;
  friend bool operator==(const TargetsV6&, const TargetsV6&) = default;
};

struct HostName {
  std::string text;  // as it was typed
  friend bool operator==(const HostName&, const HostName&) = default;
};

struct BadTarget {
  std::string reason;  // continues after the quoted text: "'256' is over 255"
  friend bool operator==(const BadTarget&, const BadTarget&) = default;
};

using TargetSpec = std::variant<TargetsV4, TargetsV6, HostName, BadTarget>;

TargetSpec parse_target(std::string_view text, const ZoneNames& zones = {});

}  // namespace ringsweep
