#include "ringsweep/net/neighbour_limits.h"

#include "proc_file.h"

namespace ringsweep {
namespace {

// Every processor's line tells the same number: that of the whole table.
std::uint64_t entries(const std::string& file) {
  const std::vector<std::uint64_t> lines = read_hex_column(file, "entries");
  return lines.empty() ? 0 : lines.front();
}

}  // namespace

NeighbourLimits read_neighbour_limits(const std::string& proc) {
  const std::string settings = proc + "/sys/net/", stat = proc + "/net/stat/";
  NeighbourLimits limits;
  limits.gc_thresh3_v4 = read_number(settings + "ipv4/neigh/default/gc_thresh3").value_or(limits.gc_thresh3_v4);
  limits.gc_thresh3_v6 = read_number(settings + "ipv6/neigh/default/gc_thresh3").value_or(limits.gc_thresh3_v6);
  limits.used_v4 = entries(stat + "arp_cache");
  limits.used_v6 = entries(stat + "ndisc_cache");
  return limits;
}

}  // namespace ringsweep
