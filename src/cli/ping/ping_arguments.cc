#include "cli/ping/ping_arguments.h"

#include <fmt/core.h>
#include <getopt.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace ringsweep {
namespace {

// All that iputils knows: what is refused is recognised, so that its value is not taken for a host.
constexpr const char* short_options = "h?4bRT:6F:N:aABc:CdDe:fi:I:l:Lm:M:nOp:qQ:rs:S:t:UvVw:W:";
constexpr std::string_view not_built = "CdFLNRrSTU";
constexpr std::int64_t preload_max = 65'536;
constexpr std::int64_t user_preload_max = 3;
constexpr std::uint32_t identifier_max = 0xffff;

enum LongOption {
  long_help = 256,  // behind all letters
  long_version,
  long_explain
};
constexpr std::array<option, 4> long_options = {{
    {"help", no_argument, nullptr, long_help},
    {"version", no_argument, nullptr, long_version},
    {"explain", no_argument, nullptr, long_explain},
    {nullptr, 0, nullptr, 0},
}};

// errno's text behind it, where there is one.
std::string with_errno(std::string text) {
  if (errno != 0) text += fmt::format(": {}", std::strerror(errno));
  return text;
}

template <typename Number, typename Parse>
Number integer(const char* text, Number min, Number max, Parse parse) {
  char* end = nullptr;
  errno = 0;
  const Number value = *text == '\0' ? Number{0} : parse(text, &end, 10);
  if (errno != 0 || end == nullptr || end == text || *end != '\0') {
    throw Error(ping_bad_argument, with_errno(fmt::format("invalid argument: '{}'", text)));
  }
  if (value < min || value > max) {
    throw Error(ping_bad_argument,
                fmt::format("invalid argument: '{}': out of range: {} <= value <= {}", text, min, max));
  }
  return value;
}

std::int64_t signed_value(const char* text, long min, long max) {
  return integer<long>(text, min, max, std::strtol);
}

std::uint32_t unsigned_value(const char* text, std::uint32_t max) {
  return static_cast<std::uint32_t>(integer<unsigned long>(text, 0, max, std::strtoul));
}

// Seconds with decimals, in milliseconds.
std::int64_t seconds(const char* text, const char* what, const Complain& complain) {
  if (*text == '\0') throw usage_error(fmt::format("{}: {}", what, text));
  char* end = nullptr;
  errno = 0;
  const double value = std::strtod(text, &end);
  if (errno != 0 || end == text || *end != '\0') {
    complain(fmt::format("option argument contains garbage: {}", end));
    complain("this will become fatal error in the future");
  }
  const int kind = std::fpclassify(value);
  if (kind != FP_NORMAL && kind != FP_ZERO) {
    errno = ERANGE;
    throw usage_error(with_errno(fmt::format("{}: {}", what, text)));
  }
  // ping takes a negative interval of root's, and never listens then.
  if (value < 0 || value > INT_MAX / 1000.0) throw usage_error(fmt::format("{}: {}", what, text));
  return static_cast<std::int64_t>(value * 1000);
}

int tos_value(const char* text) {
  const bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  char* end = nullptr;
  const long value = std::strtol(hex ? text + 2 : text, &end, hex ? 16 : 10);
  if (*end != '\0') throw usage_error(fmt::format("bad TOS value: {}", text));
  if (value > 255) throw usage_error(fmt::format("the decimal value of TOS bits must be in range 0-255: {}", value));
  return static_cast<int>(value);
}

MtuDiscovery mtu_discovery(std::string_view text) {
  if (text == "do") return MtuDiscovery::always;
  if (text == "dont") return MtuDiscovery::dont;
  if (text == "want") return MtuDiscovery::want;
  throw usage_error(fmt::format("invalid -M argument: {}", text));
}

void choose_family(Family family, PingOptions& options) {
  if (options.family != Family::none && options.family != family) {
    throw usage_error("only one -4 or -6 option may be specified");
  }
  options.family = family;
}

// -I: an address, an IPv6 address with its interface, or an interface.
void choose_interface(const std::string& text, PingSocketOptions& options) {
  const std::size_t percent = text.find('%');
  const bool v6 = text.find(':') != std::string::npos;
  const std::optional<Address> address = parse_address(v6 ? text.substr(0, percent) : text);
  if (v6 && !address) throw usage_error("invalid source address: " + text);
  if (v6 && percent != std::string::npos) options.interface = text.substr(percent + 1);
  if (address) {
    options.source = address;
    options.keep_source = true;
  } else {
    options.interface = text;
  }
}

std::vector<std::uint8_t> pattern_bytes(const std::string& text) {
  const auto wrong = std::ranges::find_if(text, [](unsigned char c) { return std::isxdigit(c) == 0; });
  if (wrong != text.end()) {
    throw usage_error("patterns must be specified as hex digits: " + std::string(wrong, text.end()));
  }
  constexpr std::size_t digits_max = 32;
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < std::min(text.size(), digits_max); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// Of the options that are no more than a switch.
bool* flag_of(int letter, PingOptions& options) {
  switch (letter) {
    case 'a':
      return &options.audible;
    case 'A':
      return &options.adaptive;
    case 'b':
      return &options.socket.broadcast;
    case 'B':
      return &options.socket.keep_source;
    case 'D':
      return &options.stamps;
    case 'f':
      return &options.flood;
    case 'n':
      return &options.numeric;
    case 'O':
      return &options.outstanding;
    case 'q':
      return &options.quiet;
    case 'v':
      return &options.verbose;
    default:
      return nullptr;
  }
}

// Options with a value. False: it is none of them.
bool take_value(int letter, const char* text, PingOptions& options, const Complain& complain) {
  PingSocketOptions& socket = options.socket;
  switch (letter) {
    case 'c':
      options.count = static_cast<std::uint64_t>(signed_value(text, 1, LONG_MAX));
      return true;
    case 'e':
      socket.identifier = static_cast<std::uint16_t>(unsigned_value(text, identifier_max));
      return true;
    case 'i':
      options.interval_ms = seconds(text, "bad timing interval", complain);
      options.interval_given = true;
      return true;
    case 'I':
      choose_interface(text, socket);
      return true;
    case 'l':
      socket.preload = signed_value(text, 1, preload_max);
      if (options.is_root || socket.preload <= user_preload_max) return true;
      throw usage_error(
          fmt::format("cannot set preload to value greater than {}: {}", user_preload_max, socket.preload));
    case 'm':
      socket.mark = unsigned_value(text, UINT_MAX);
      return true;
    case 'M':
      socket.mtu_discovery = mtu_discovery(text);
      return true;
    case 'p':
      // A later -p replaces an earlier one, and only the last is looked at.
      options.pattern_given = true;
      return true;
    case 'Q':
      socket.tos = tos_value(text);
      return true;
    case 's':
      socket.data_bytes = static_cast<std::size_t>(signed_value(text, 0, INT_MAX));
      return true;
    case 't':
      socket.ttl = static_cast<int>(signed_value(text, 0, 255));
      return true;
    case 'w':
      options.deadline_s = signed_value(text, 0, INT_MAX);
      return true;
    case 'W':
      options.linger_ms = seconds(text, "bad linger time", complain);
      return true;
    default:
      return false;
  }
}

PingRequest request_of(int letter) {
  if (letter == long_help) return PingRequest::help;
  return letter == 'V' || letter == long_version ? PingRequest::version : PingRequest::usage;
}

void refuse_if_not_built(int letter) {
  if (letter >= long_help || not_built.find(static_cast<char>(letter)) == std::string_view::npos) return;
  throw usage_error(fmt::format("-{} is an option of ping that ringsweep does not have", static_cast<char>(letter)),
                    "ringsweep ping -h lists those that it has");
}

}  // namespace

PingCommandLine parse_ping_arguments(int argc, char** argv, bool is_root, const Complain& complain) {
  PingCommandLine line;
  PingOptions& options = line.options;
  options.is_root = is_root;
  const std::string_view program = argv[0];
  if (program.ends_with('4')) options.family = Family::v4;
  if (program.ends_with('6')) options.family = Family::v6;
  std::string pattern;
  optind = 0;  // begin anew, whoever used getopt before
  int letter = 0;
  while ((letter = getopt_long(argc, argv, short_options, long_options.data(), nullptr)) != -1) {
    refuse_if_not_built(letter);
    if (letter == 'p') pattern = optarg;
    if (letter == long_explain) {
      line.explain = true;
    } else if (letter == '4' || letter == '6') {
      choose_family(letter == '4' ? Family::v4 : Family::v6, options);
    } else if (bool* const flag = flag_of(letter, options); flag != nullptr) {
      *flag = true;
    } else if (!take_value(letter, optarg, options, complain)) {
      line.request = request_of(letter);
      return line;
    }
  }
  const int hosts = argc - optind;
  if (hosts == 0) throw Error(ping_bad_argument, fmt::format("usage error: {}", std::strerror(EDESTADDRREQ)));
  if (hosts > 1) throw usage_error("more than one host means source routing, which ringsweep does not have");
  if (line.explain && options.flood) throw usage_error("--explain tells of each probe: leave out -f");
  options.host = argv[optind];
  options.pattern = pattern_bytes(pattern);
  return line;
}

}  // namespace ringsweep
