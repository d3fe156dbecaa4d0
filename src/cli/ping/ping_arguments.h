// The command line of `ping`: the options of iputils 20221126, grouped and in any order as getopt(3) takes them, with
// its words for what is wrong. What that ping has and this one has not is refused by name.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ringsweep/base/error.h"
#include "ringsweep/engine/ping/ping_options.h"

namespace ringsweep {

// ping ends with 1 where a number is out of range or no host is given, and with 2 for all else that is wrong.
inline constexpr ExitCode ping_bad_argument{1};

enum class PingRequest {
  ping,
  usage,   // print ping_usage() on stderr, exit 2
  help,    // the same on stdout, exit 0
  version  // print ping_version() on stdout, exit 0
};

struct PingCommandLine {
  PingRequest request = PingRequest::ping;
  PingOptions options;
  bool explain = false;  // --explain
};

// argv[0] is the name that errors begin with; one that ends in 4 or 6 chooses the family. getopt(3) itself prints which
// option it does not know. `complain` gets what is odd and let pass. Throws Error.
PingCommandLine parse_ping_arguments(int argc, char** argv, bool is_root, const Complain& complain);

// One line of --help and of the man page; README lists the same, scripts/check compares.
struct PingOptionText {
  std::string_view name;      // "-c", or "--help"
  std::string_view argument;  // "COUNT"; empty: a flag
  std::string_view help;
};
std::span<const PingOptionText> ping_option_table();

std::string ping_usage();
std::string ping_version();

}  // namespace ringsweep
