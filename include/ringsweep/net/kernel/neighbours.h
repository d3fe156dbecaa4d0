// Who is on our own links, by what the kernel's neighbour table (ARP, neighbour discovery) shows while a sweep runs.
//
// A watch listens to the kernel's announcements on a thread of its own, and reads the whole table when it begins, every
// second (more rarely where that takes long), and where announcements were lost. It needs no privilege; where the
// system refuses it this, it knows nothing. Only what happened since it began counts, or so shortly before that the
// kernel still holds it for true:
// - valid: an entry got its hardware address, got another one, was confirmed by an answer, or is reachable, which the
//   kernel says for 15 to 45 s after an answer. Valid stays valid.
// - failed: the kernel asked and nobody answered.
// - asked: an entry from long ago. The kernel asks again 5 s after its first use, and then it is one of the others.
// Permanent entries, and those that a routing daemon put there, say nothing.
//
// Its memory grows with the entries that the table showed inside `prefixes`. All of it may be called from any thread;
// only refresh() makes system calls. Destroying it ends the thread at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/neighbours.h"

namespace ringsweep {

// A hardware address that answers for several addresses.
struct SharedMac {
  std::string mac;
  std::uint64_t addresses;
};

class NeighbourWatch : public NeighbourView {
 public:
  // Has read the table when it returns. Throws Error where there is no thread to be had (exit 4).
  explicit NeighbourWatch(OnLinkPrefixes prefixes);
  ~NeighbourWatch() override;
  NeighbourWatch(const NeighbourWatch&) = delete;
  NeighbourWatch& operator=(const NeighbourWatch&) = delete;

  // May lag behind the kernel by the time that an announcement takes. Of an address without a zone: on any interface.
  NeighbourState state_of(const Address& address) const override;
  // The hardware address that the table showed last ("02:00:00:00:00:09"), whatever the state; empty: none.
  std::string mac_of(const Address& address) const;
  // Those that are valid for more than `targets` addresses, the busiest first.
  std::vector<SharedMac> macs_with_more_than(std::uint64_t targets) const;
  // Some neighbour is known from long ago alone.
  bool has_stale() const;
  // Reads the table now, in the caller's thread.
  void refresh();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace ringsweep
