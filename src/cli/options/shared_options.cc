#include "cli/options/shared_options.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string>

#include "cli/options/units.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr IntegerRange payload_range = {token_size, max_payload_size};
constexpr IntegerRange ttl_range = {1, 255};
constexpr IntegerRange tos_range = {0, 255};
constexpr IntegerRange workers_range = {1, max_workers};
constexpr IntegerRange batch_range = {1, max_batch};
constexpr IntegerRange targets_range = {1, max_targets};

// The kernel's IFNAMSIZ without the terminating zero.
constexpr std::size_t max_interface_name = 15;

constexpr Choice<EngineChoice> engines[] = {
    {"auto", EngineChoice::automatic}, {"uring", EngineChoice::uring}, {"mmsg", EngineChoice::mmsg}};
constexpr Choice<SocketChoice> sockets[] = {
    {"auto", SocketChoice::automatic}, {"dgram", SocketChoice::dgram}, {"raw", SocketChoice::raw}};
constexpr Choice<RowFormatKind> row_formats[] = {{"csv", RowFormatKind::csv},
                                                 {"ndjson", RowFormatKind::ndjson},
                                                 {"table", RowFormatKind::table},
                                                 {"list", RowFormatKind::list}};

std::size_t parse_payload_size(std::string_view place, std::string_view text) {
  if (parse_integer(place, text, {0, std::numeric_limits<std::uint64_t>::max()}) < payload_range.min) {
    throw usage_error(fmt::format("{}: {} is too small: the token by which a reply is recognised takes {} bytes", place,
                                  quote_text(text), token_size),
                      fmt::format("accepted: {} to {}", payload_range.min, payload_range.max));
  }
  return parse_integer(place, text, payload_range);
}

std::string parse_interface(std::string_view place, const std::string& text) {
  const bool plain = text.find_first_of("/: \t\n") == std::string::npos && text != "." && text != "..";
  if (text.empty() || text.size() > max_interface_name || !plain) {
    throw usage_error(fmt::format("{}: {} is not the name of an interface", place, quote_text(text)),
                      fmt::format("accepted: 1 to {} characters; 'ip link' lists the interfaces", max_interface_name));
  }
  return text;
}

void add_source(const OptionValue& value) {
  const auto& [place, text, zones, structs] = value;
  auto& options = value.in<SweepOptions>();
  const std::optional<Address> address = parse_address(text, zones);
  if (!address) {
    throw usage_error(
        fmt::format("{}: {} is not an address: {}", place, quote_text(text), why_not_address(text, zones)),
        "give an address of this machine, such as 192.0.2.10 or 2001:db8::10; -I takes the name of an interface");
  }
  if (address->is_multicast() || address->is_unspecified()) {
    throw usage_error(fmt::format("{}: {} cannot be a source address", place, quote_text(text)),
                      "give a unicast address of this machine ('ip address' lists them)");
  }
  std::optional<Address>& source = address->is_v4() ? options.source_v4 : options.source_v6;
  if (source) {
    throw usage_error(fmt::format("{}: {} is a second {} source address", place, quote_text(text),
                                  address->is_v4() ? "IPv4" : "IPv6"),
                      "give at most one for each family");
  }
  source = address;
}

std::optional<unsigned> parse_workers(std::string_view place, std::string_view text) {
  if (text == "auto") return std::nullopt;
  try {
    return static_cast<unsigned>(parse_integer(place, text, workers_range));
  } catch (const Error& error) {
    throw usage_error(error.what(), error.remedy() + ", or auto");
  }
}

constexpr OptionSpec targets[] = {
    {.short_name = "-f",
     .long_name = "--file",
     .argument = "FILE",
     .repeatable = true,
     .help = "read targets from FILE, one per line; - is stdin",
     .manual =
         "Comments that start with # (also after a target), blank lines and CRLF line endings are allowed. A line that is not a target is an error that names file, line and text, and nothing is sent.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().target_files.push_back(parse_file(v.option, v.text)); }},
    {.short_name = "-x",
     .long_name = "--exclude",
     .argument = "SPEC",
     .repeatable = true,
     .help = "never probe SPEC (any form of target)",
     .manual =
         "A name that resolves to an excluded address is skipped as well. Excluding a name excludes that target only, not the addresses that it resolves to. Nothing is excluded by default.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().excludes.push_back(v.text); }},
    {.long_name = "--exclude-file",
     .argument = "FILE",
     .repeatable = true,
     .help = "never probe the targets in FILE, one per line; - is stdin",
     .manual = "The file has the form of a target file.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().exclude_files.push_back(parse_file(v.option, v.text)); }},
    {.long_name = "--max-targets",
     .argument = "N",
     .default_text = "16777216",
     .help = "refuse to start with more than N targets",
     .manual =
         "This guards against a mistyped netmask. The error says how many targets there are and how long they would take. N may have the decimal suffix k, M or G, as in 17M.",
     .set =
         [](const OptionValue& v) { v.in<SweepOptions>().max_targets = parse_count(v.option, v.text, targets_range); }},
    {.long_name = "--all-addresses",
     .help = "probe every address of a host name, not only the first",
     .manual = "By default a host name is probed at its first address in the order of RFC 6724.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().all_addresses = true; }},
};

constexpr OptionSpec packet[] = {
    {.long_name = "--size",
     .argument = "BYTES",
     .default_text = "24",
     .help = "payload of a probe, 24 to 65507 bytes",
     .manual = "The first 24 bytes are the token that identifies a reply, so the payload cannot be smaller.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().payload_size = parse_payload_size(v.option, v.text); }},
    {.long_name = "--ttl",
     .argument = "N",
     .default_text = "the system's",
     .help = "time to live (IPv6: hop limit), 1 to 255",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().ttl = static_cast<int>(parse_integer(v.option, v.text, ttl_range));
         }},
    {.long_name = "--tos",
     .argument = "N",
     .default_text = "0",
     .help = "type of service (IPv6: traffic class), 0 to 255",
     .manual = "Decimal, or hexadecimal as in 0x10.",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().tos = static_cast<int>(parse_integer(v.option, v.text, tos_range, Hex::allowed));
         }},
    {.short_name = "-I",
     .long_name = "--interface",
     .argument = "NAME",
     .default_text = "by route",
     .help = "send through this interface only",
     .manual = "Replies count whichever interface they arrive on.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().interface = parse_interface(v.option, v.text); }},
    {.short_name = "-S",
     .long_name = "--source",
     .argument = "ADDRESS",
     .repeatable = true,
     .default_text = "by route",
     .help = "source address of the probes, one per family",
     .manual = "Give the option twice for IPv4 and IPv6 targets in one sweep.",
     .set = add_source},
    {.short_name = "-4",
     .long_name = "--ipv4",
     .help = "IPv4 only",
     .manual = "Names are resolved to IPv4 addresses only, and an IPv6 address among the targets is an error.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().allow_v6 = false; }},
    {.short_name = "-6",
     .long_name = "--ipv6",
     .help = "IPv6 only",
     .manual = "Names are resolved to IPv6 addresses only, and an IPv4 address among the targets is an error.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().allow_v4 = false; }},
};

constexpr OptionSpec engine[] = {
    {.long_name = "--engine",
     .argument = "ENGINE",
     .default_text = "auto",
     .help = "how packets are passed to the kernel: auto, uring or mmsg",
     .manual =
         "uring uses one io_uring per worker (kernel 6.1 or newer); mmsg uses sendmmsg and recvmmsg. auto uses uring if the kernel allows it, and otherwise says why it does not.",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().engine = parse_choice<EngineChoice>(v.option, v.text, engines);
         }},
    {.long_name = "--socket",
     .argument = "KIND",
     .default_text = "auto",
     .help = "kind of socket: auto, dgram (a ping socket) or raw",
     .manual =
         "dgram requires a group within net.ipv4.ping_group_range, raw requires the capability CAP_NET_RAW. auto uses the first that works, dgram before raw, and reports which.",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().socket = parse_choice<SocketChoice>(v.option, v.text, sockets);
         }},
    {.short_name = "-w",
     .long_name = "--workers",
     .argument = "N",
     .default_text = "auto",
     .help = "sending threads, 1 to 256, or auto",
     .manual =
         "auto is one worker up to 100k probes per second, and one per core above that rate and for max. Raw sockets allow only one, since each of several would get a copy of the replies to the others.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().workers = parse_workers(v.option, v.text); }},
    {.long_name = "--batch",
     .argument = "N",
     .default_text = "32",
     .help = "send at most N probes at once, 1 to 64",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().batch = static_cast<std::uint32_t>(parse_integer(v.option, v.text, batch_range));
         }},
    {.long_name = "--no-guards",
     .help = "do not hold back to protect this machine's tables",
     .manual =
         "The guards keep the number of unresolved targets on this machine's own links below what its neighbour table and the send buffer hold, and the default rate below half of what its connection tracking table has free. The summary says when a guard slowed the sweep, and which setting raises the limit.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().guards = false; }},
};

}  // namespace

constexpr OptionSpec timeout_option = {
    .short_name = "-t",
    .long_name = "--timeout",
    .argument = "TIME",
    .default_text = "1s",
    .help = "time to wait for a reply to each attempt",
    .manual =
        "A duration with a unit: us, ms, s, m or h, at most 24h. A late reply to an earlier attempt still decides its target while a later attempt is waiting.",
    .set = [](const OptionValue& v) {
      v.in<SweepOptions>().timeout_ns = parse_duration(v.option, v.text, Zero::refused);
    }};

std::span<const OptionSpec> target_options() {
  return targets;
}

std::span<const OptionSpec> packet_options() {
  return packet;
}

std::span<const OptionSpec> engine_options() {
  return engine;
}

std::vector<OptionSpec> make_option_table(std::initializer_list<OptionSection> sections) {
  std::vector<OptionSpec> table;
  for (const OptionSection& section : sections) {
    for (OptionSpec option : section.options) {
      option.group = section.group;
      table.push_back(option);
    }
  }
  return table;
}

RowFormatKind parse_row_format(std::string_view option, std::string_view text) {
  return parse_choice<RowFormatKind>(option, text, row_formats);
}

}  // namespace ringsweep
