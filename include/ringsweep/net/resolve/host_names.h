// Names and addresses as the system's own library resolves them (getaddrinfo, getnameinfo): /etc/hosts, DNS and
// whatever else nsswitch.conf names. For one host; a sweep's names go through net/resolve/resolver.h.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ringsweep/base/address.h"

namespace ringsweep {

struct HostAddresses {
  std::vector<Address> addresses;  // in the order in which they should be tried
  std::string canonical_name;      // empty: none was found
};

// Blocks. Throws Error (usage): "NAME: Name or service not known". Names outside of ASCII are those of the locale.
HostAddresses resolve_host(const std::string& name);
// What getaddrinfo says where a name has addresses, but none of the family that was asked for.
std::string no_address_of_family_text();

// As getnameinfo writes it, zone included.
std::string numeric_text(const Address& address);
// True for all that inet_aton takes ("127.1", "0x7f000001").
bool is_v4_number(const std::string& text);

// Names of addresses. The look-up runs on a thread of its own, so that a signal can end the waiting for a resolver that
// does not answer; the last answer is kept. Owner: one thread, the one that waits.
class ReverseNames {
 public:
  // Sleeps until the descriptor is readable (true), or something ends the waiting (false).
  using Wait = std::function<bool(int)>;
  explicit ReverseNames(Wait wait) : wait_(std::move(wait)) {}

  // The number itself where there is no name, as getnameinfo has it; empty: the waiting was ended.
  std::string name_of(const Address& address);

 private:
  Wait wait_;
  Address last_;
  std::string last_name_;
};

}  // namespace ringsweep
