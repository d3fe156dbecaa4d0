// What this machine's routing table says about addresses: which are broadcast addresses here, and which are our own. A
// value that `net` reads once at start; it decides what is skipped and whose ICMP errors are our own.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/verdict.h"

namespace ringsweep {

class MachineAddresses {
 public:
  void add_broadcast(const Address& address);
  // All addresses from first to last are ours (a local route).
  void add_own(const Address& first, const Address& last);
  // Call once after the last add.
  void sort();

  bool is_broadcast(const Address& address) const;
  bool is_own(const Address& address) const;

  // Why a sweep does not probe this address: broadcast (here, or 255.255.255.255), multicast, unspecified. Others'
  // network and broadcast addresses are ordinary targets.
  std::optional<Reason> skip_reason(const Address& address) const;

 private:
  std::vector<Address> broadcasts_;
  std::vector<std::pair<Address, Address>> own_;
};

}  // namespace ringsweep
