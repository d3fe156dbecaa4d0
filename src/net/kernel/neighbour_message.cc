#include "net/kernel/neighbour_message.h"

#include <sys/socket.h>
#include <unistd.h>

#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

// The kernel rounds ages down to its ticks; rounded up, what counts as new is new.
std::int64_t age_ns(std::uint32_t ticks) {
  static const std::int64_t tick_length_ns = ns_per_s / sysconf(_SC_CLK_TCK);
  return (std::int64_t{ticks} + 1) * tick_length_ns;
}

void read_attribute(const nlattr& attribute, Sighting& seen) {
  const void* payload = mnl_attr_get_payload(&attribute);
  const std::size_t size = mnl_attr_get_payload_len(&attribute);
  switch (mnl_attr_get_type(&attribute)) {
    case NDA_DST:
      read_address(attribute, seen.address);
      break;
    case NDA_LLADDR:
      seen.mac.assign(static_cast<const char*>(payload), size);
      break;
    case NDA_PROBES:
      if (size >= 4) seen.probes = mnl_attr_get_u32(&attribute);
      break;
    case NDA_CACHEINFO:
      if (size >= sizeof(nda_cacheinfo)) {
        const auto& info = *static_cast<const nda_cacheinfo*>(payload);
        seen.confirmed_ago_ns = age_ns(info.ndm_confirmed);
        seen.changed_ago_ns = age_ns(info.ndm_updated);
        seen.users = info.ndm_refcnt;
      }
      break;
    default:
      break;
  }
}

}  // namespace

std::optional<Sighting> read_sighting(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWNEIGH) return std::nullopt;
  const ndmsg& entry = *static_cast<const ndmsg*>(mnl_nlmsg_get_payload(&message));
  if (entry.ndm_family != AF_INET && entry.ndm_family != AF_INET6) return std::nullopt;
  Sighting seen;
  seen.address = entry.ndm_family == AF_INET ? Address::v4(0) : Address::v6(0, 0);
  seen.state = entry.ndm_state;
  seen.flags = entry.ndm_flags;
  each_attribute(message, sizeof(ndmsg), [&seen](const nlattr& attribute) { read_attribute(attribute, seen); });
  seen.address.zone = static_cast<std::uint32_t>(entry.ndm_ifindex);
  return seen;
}

}  // namespace ringsweep
