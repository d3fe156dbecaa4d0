#include "tun/scenario.h"

#include <algorithm>
#include <cmath>

#include "tun/address_hash.h"

namespace ringsweep::tun {

std::string_view to_text(Kind kind) {
  switch (kind) {
    case Kind::silent:
      return "silent";
    case Kind::lost:
      return "lost";
    case Kind::limited:
      return "limited";
    case Kind::bad_checksum:
      return "bad_checksum";
    case Kind::unsent:
      return "unsent";
    case Kind::reply:
      return "reply";
    case Kind::other_source:
      return "other_source";
    case Kind::error:
      return "error";
    case Kind::forged:
      return "forged";
    case Kind::malformed:
      return "malformed";
  }
  return "";
}

bool Selector::matches(const Address& address, std::uint32_t probe) const {
  const unsigned octet = address.low & 0xFF;
  if (octet < first_octet || octet > last_octet || probe < first_probe || probe > last_probe) return false;
  if (first_class == 0 && last_class == share_classes - 1) return true;
  const unsigned share = share_class(address, class_seed);
  return share >= first_class && share <= last_class;
}

std::int64_t Delay::at(double chance) const {
  switch (kind) {
    case DelayKind::constant:
      break;
    case DelayKind::uniform:
      return least_ns + static_cast<std::int64_t>(chance * static_cast<double>(most_ns - least_ns));
    case DelayKind::pareto: {
      const double drawn = static_cast<double>(least_ns) * std::pow(1 - chance, -1 / shape);
      return static_cast<std::int64_t>(std::min(drawn, static_cast<double>(most_ns)));
    }
  }
  return least_ns;
}

Address Answer::responder(const Address& target) const {
  if (!from.is_none()) return from;
  Address address = target;
  address.low ^= from_xor;
  return address;
}

Kind Answer::kind_from(const Address& responder, const Address& target) const {
  return kind == Kind::reply && responder != target ? Kind::other_source : kind;
}

}  // namespace ringsweep::tun
