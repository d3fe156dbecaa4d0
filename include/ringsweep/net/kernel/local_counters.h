// The kernel's own counters of what was lost on this machine, for "lower bound" in the summary: a snapshot before and
// one after the sweep, and what moved between them. They count for the whole network namespace (the neighbour tables
// for the whole kernel), so others' traffic is in them. A counter that this kernel lacks is left out. Values; set-up
// code and the end of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringsweep {

class LocalCounters {
 public:
  // IpOutDiscards Ip6OutDiscards arp_table_fulls ndisc_table_fulls conntrack_drop IPReversePathFilter. `proc` is for
  // tests.
  static LocalCounters read(const std::string& proc = "/proc");

  std::optional<std::uint64_t> value(const std::string& name) const;

  struct Moved {
    std::string name;
    std::uint64_t by;
  };
  // What grew since `earlier`, in the order above; a counter that exists in one of both alone is left out.
  std::vector<Moved> since(const LocalCounters& earlier) const;

 private:
  std::vector<std::pair<std::string, std::uint64_t>> values_;
};

// The connection table of this network namespace; nothing where the kernel has none.
struct ConnectionTable {
  std::uint64_t used = 0;
  std::uint64_t size = 0;
  std::uint64_t icmp_timeout_s = 30;
  std::uint64_t free() const { return size > used ? size - used : 0; }
};
std::optional<ConnectionTable> read_connection_table(const std::string& proc = "/proc");

// Is anything tracked here at all? A table may be there although no rule of this namespace asks for it, and nothing but
// its use tells: an empty one is tried with an empty datagram to ourselves (127.0.0.1). Where in doubt: yes.
bool connections_are_tracked(const ConnectionTable& table);

}  // namespace ringsweep
