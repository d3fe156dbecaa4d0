#include "ringsweep/net/kernel/local_counters.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fstream>
#include <numeric>

#include "ringsweep/net/kernel/neighbour_tables.h"
#include "ringsweep/system/file_descriptor.h"
#include "ringsweep/system/proc_file.h"

namespace ringsweep {
namespace {

// snmp and netstat: a line of names and a line of values, each behind the same "Ip:".
std::optional<std::uint64_t> from_line_pair(const std::string& file, const std::string& prefix,
                                            const std::string& name) {
  std::ifstream in(file);
  std::string line;
  std::vector<std::string> names;
  while (std::getline(in, line)) {
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0] != prefix + ":") continue;
    if (names.empty()) {
      names = std::move(words);
      continue;
    }
    const std::size_t place = place_of(names, name);
    return place < words.size() ? parse_number(words[place]) : std::nullopt;
  }
  return std::nullopt;
}

// snmp6: a name and a value a line.
std::optional<std::uint64_t> from_pairs(const std::string& file, const std::string& name) {
  std::ifstream in(file);
  std::string found, value;
  while (in >> found >> value) {
    if (found == name) return parse_number(value);
  }
  return std::nullopt;
}

// stat/*: what each processor counted.
std::optional<std::uint64_t> from_columns(const std::string& file, const std::string& column) {
  const std::vector<std::uint64_t> counts = read_hex_column(file, column);
  if (counts.empty()) return std::nullopt;
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

LocalCounters LocalCounters::read(const std::string& proc) {
  LocalCounters counters;
  const auto add = [&](const char* name, std::optional<std::uint64_t> value) {
    if (value) counters.values_.emplace_back(name, *value);
  };
  const std::string snmp = proc + "/net/snmp", snmp6 = proc + "/net/snmp6", stat = proc + "/net/stat/";
  add("IpOutDiscards", from_line_pair(snmp, "Ip", "OutDiscards"));
  add("Ip6OutDiscards", from_pairs(snmp6, "Ip6OutDiscards"));
  // /proc tells of the neighbour tables in the initial network namespace only, netlink in each.
  const NeighbourTables neighbours = read_neighbour_tables();
  add("arp_table_fulls", neighbours.v4.overflows);
  add("ndisc_table_fulls", neighbours.v6.overflows);
  add("conntrack_drop", from_columns(stat + "nf_conntrack", "drop"));
  add("IPReversePathFilter", from_line_pair(proc + "/net/netstat", "TcpExt", "IPReversePathFilter"));
  return counters;
}

std::optional<std::uint64_t> LocalCounters::value(const std::string& name) const {
  for (const auto& [known, value] : values_) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::vector<LocalCounters::Moved> LocalCounters::since(const LocalCounters& earlier) const {
  std::vector<Moved> moved;
  for (const auto& [name, now] : values_) {
    const auto before = earlier.value(name);
    if (before && now > *before) moved.push_back({name, now - *before});
  }
  return moved;
}

std::optional<ConnectionTable> read_connection_table(const std::string& proc) {
  const std::string folder = proc + "/sys/net/netfilter/";
  const auto used = read_number(folder + "nf_conntrack_count");
  const auto size = read_number(folder + "nf_conntrack_max");
  if (!used || !size) return std::nullopt;
  ConnectionTable table;
  table.used = *used;
  table.size = *size;
  table.icmp_timeout_s = read_number(folder + "nf_conntrack_icmp_timeout").value_or(table.icmp_timeout_s);
  return table;
}

bool connections_are_tracked(const ConnectionTable& table) {
  if (table.used > 0) return true;
  const FileDescriptor own(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  if (!own.is_open() || bind(own.get(), name, length) != 0) return true;
  if (getsockname(own.get(), name, &length) != 0) return true;
  if (sendto(own.get(), nullptr, 0, MSG_DONTWAIT, name, length) != 0) return true;
  const auto after = read_connection_table();
  return !after || after->used > 0;
}

}  // namespace ringsweep
