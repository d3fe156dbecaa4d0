// What `ringsweep ping --help` and the man page say of each option. How they are read: ping_arguments.cc.
#include <fmt/core.h>

#include <algorithm>

#include "cli/ping/ping_arguments.h"
#include "ringsweep/base/version.h"

namespace ringsweep {
namespace {

constexpr PingOptionText options[] = {
    {"-4", "", "IPv4 only"},
    {"-6", "", "IPv6 only"},
    {"-c", "COUNT", "end when COUNT probes were answered; without -w send no more than COUNT"},
    {"-i", "SECONDS", "from one probe to the next [1]; under 0.002 is for root"},
    {"-w", "SECONDS", "end after this time, however many were answered, and at the first error"},
    {"-W", "SECONDS", "wait so long for the last reply where there was none at all [10]"},
    {"-s", "BYTES", "data of a probe [56]; from 16 on it has room for a time"},
    {"-t", "TTL", "time to live (IPv6: hop limit)"},
    {"-p", "HEX", "fill the data with these bytes, at most 16, over and over"},
    {"-l", "COUNT", "send so many without waiting for a reply [1]; over 3 is for root"},
    {"-f", "", "flood: as fast as replies come, a dot for each probe; without -i for root only"},
    {"-A", "", "adapt the interval to the round-trip time"},
    {"-I", "WHERE", "send by this interface, or from this address"},
    {"-B", "", "keep the source address that was found first"},
    {"-e", "ID", "identifier of the probes; 0 needs a raw socket"},
    {"-Q", "TOS", "type of service (IPv6: traffic class), also as 0x..."},
    {"-M", "HOW", "path MTU discovery: do, want or dont"},
    {"-m", "MARK", "mark the packets, for policy routing"},
    {"-b", "", "allow a broadcast address"},
    {"-n", "", "no names for addresses"},
    {"-q", "", "only the first line and the statistics"},
    {"-D", "", "the time of day before each line"},
    {"-O", "", "say when a probe has no answer before the next is sent"},
    {"-a", "", "ring the bell for each reply"},
    {"-v", "", "tell more"},
    {"--explain", "", "show each system call and what it is for, and the probe byte by byte"},
    {"-V", "", "show the version"},
    {"-h", "", "show this list"},
};

}  // namespace

std::span<const PingOptionText> ping_option_table() {
  return options;
}

std::string ping_usage() {
  std::string text =
      "Usage: ringsweep ping [OPTION]... HOST\n"
      "\n"
      "Sends echo requests to one host and prints the replies, as ping(8) of iputils does. Called by the\n"
      "name ping (a link) it does the same.\n"
      "\n";
  const auto column = [](const PingOptionText& option) { return fmt::format("{} {}", option.name, option.argument); };
  std::size_t width = 0;
  for (const PingOptionText& option : options) width = std::max(width, column(option).size());
  for (const PingOptionText& option : options)
    text += fmt::format("  {:<{}}  {}\n", column(option), width, option.help);
  return text + "\nExit status: 0 a reply (with -c and -w: all of them), 1 none, 2 other errors.\n";
}

std::string ping_version() {
  return fmt::format("ping from ringsweep {}\n", program_version);
}

}  // namespace ringsweep
