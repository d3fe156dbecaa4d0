#include "cli/options/option_values.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "cli/options/choices.h"
#include "cli/options/units.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr IntegerRange attempts_range = {1, 1'000'000};
static_assert(attempts_range.max <= max_attempts);
constexpr IntegerRange payload_range = {token_size, max_payload_size};
constexpr IntegerRange ttl_range = {1, 255};
constexpr IntegerRange tos_range = {0, 255};
constexpr IntegerRange workers_range = {1, max_workers};
constexpr IntegerRange batch_range = {1, max_batch};
constexpr IntegerRange targets_range = {1, max_targets};
constexpr IntegerRange seed_range = {0, ~std::uint64_t{0}};

// The kernel's IFNAMSIZ without the terminating zero.
constexpr std::size_t max_interface_name = 15;

constexpr Choice<Order> orders[] = {{"random", Order::random}, {"address", Order::address}};
constexpr Choice<EngineChoice> engines[] = {
    {"auto", EngineChoice::automatic}, {"uring", EngineChoice::uring}, {"mmsg", EngineChoice::mmsg}};
constexpr Choice<SocketChoice> sockets[] = {
    {"auto", SocketChoice::automatic}, {"dgram", SocketChoice::dgram}, {"raw", SocketChoice::raw}};
constexpr Choice<RowFormatKind> formats[] = {{"csv", RowFormatKind::csv},
                                             {"ndjson", RowFormatKind::ndjson},
                                             {"table", RowFormatKind::table},
                                             {"list", RowFormatKind::list}};
constexpr Choice<ProgressChoice> progresses[] = {
    {"auto", ProgressChoice::automatic}, {"on", ProgressChoice::on}, {"off", ProgressChoice::off}};

std::string parse_job_name(std::string_view place, const std::string& text) {
  if (text.empty()) throw usage_error(fmt::format("{}: the name is empty", place));
  return text;
}

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

void add_source(std::string_view place, const std::string& text, const ZoneNames& zones, SweepOptions& options) {
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

void set_expectation(std::string_view place, std::string_view text, SweepOptions& options) {
  if (text == "all") {
    options.expect_all = true;
    return;
  }
  try {
    options.expect_alive = parse_count(place, text, targets_range);
  } catch (const Error& error) {
    throw usage_error(error.what(), "accepted: all, or the least number of targets that must be alive (from 1)");
  }
}

std::optional<unsigned> parse_workers(std::string_view place, std::string_view text) {
  if (text == "auto") return std::nullopt;
  try {
    return static_cast<unsigned>(parse_integer(place, text, workers_range));
  } catch (const Error& error) {
    throw usage_error(error.what(), error.remedy() + ", or auto");
  }
}

// One value and where it came from.
struct Given {
  std::string_view place;
  const std::string& value;
  const ZoneNames& zones;
};
struct Setter {
  OptionId id;
  void (*set)(const Given& given, SweepOptions& options);
};

constexpr Setter setters[] = {
    {OptionId::file, [](const Given& g, SweepOptions& o) { o.target_files.push_back(parse_file(g.place, g.value)); }},
    {OptionId::exclude, [](const Given& g, SweepOptions& o) { o.excludes.push_back(g.value); }},
    {OptionId::exclude_file,
     [](const Given& g, SweepOptions& o) { o.exclude_files.push_back(parse_file(g.place, g.value)); }},
    {OptionId::target_limit,
     [](const Given& g, SweepOptions& o) { o.max_targets = parse_count(g.place, g.value, targets_range); }},
    {OptionId::all_addresses, [](const Given&, SweepOptions& o) { o.all_addresses = true; }},
    {OptionId::rate, [](const Given& g, SweepOptions& o) { o.rate = parse_rate(g.place, g.value); }},
    {OptionId::attempts,
     [](const Given& g, SweepOptions& o) {
       o.attempts = static_cast<std::uint32_t>(parse_integer(g.place, g.value, attempts_range));
     }},
    {OptionId::timeout,
     [](const Given& g, SweepOptions& o) { o.timeout_ns = parse_duration(g.place, g.value, Zero::refused); }},
    {OptionId::linger,
     [](const Given& g, SweepOptions& o) { o.linger_ns = parse_duration(g.place, g.value, Zero::allowed); }},
    {OptionId::size, [](const Given& g, SweepOptions& o) { o.payload_size = parse_payload_size(g.place, g.value); }},
    {OptionId::ttl,
     [](const Given& g, SweepOptions& o) { o.ttl = static_cast<int>(parse_integer(g.place, g.value, ttl_range)); }},
    {OptionId::tos,
     [](const Given& g, SweepOptions& o) {
       o.tos = static_cast<int>(parse_integer(g.place, g.value, tos_range, Hex::allowed));
     }},
    {OptionId::interface, [](const Given& g, SweepOptions& o) { o.interface = parse_interface(g.place, g.value); }},
    {OptionId::source, [](const Given& g, SweepOptions& o) { add_source(g.place, g.value, g.zones, o); }},
    {OptionId::ipv4, [](const Given&, SweepOptions& o) { o.allow_v6 = false; }},
    {OptionId::ipv6, [](const Given&, SweepOptions& o) { o.allow_v4 = false; }},
    {OptionId::seed,
     [](const Given& g, SweepOptions& o) { o.seed = parse_integer(g.place, g.value, seed_range, Hex::allowed); }},
    {OptionId::order, [](const Given& g, SweepOptions& o) { o.order = parse_choice<Order>(g.place, g.value, orders); }},
    {OptionId::shard,
     [](const Given& g, SweepOptions& o) {
       const Shard shard = parse_shard(g.place, g.value);
       o.shard = shard.index;
       o.shards = shard.count;
     }},
    {OptionId::engine,
     [](const Given& g, SweepOptions& o) { o.engine = parse_choice<EngineChoice>(g.place, g.value, engines); }},
    {OptionId::socket,
     [](const Given& g, SweepOptions& o) { o.socket = parse_choice<SocketChoice>(g.place, g.value, sockets); }},
    {OptionId::workers, [](const Given& g, SweepOptions& o) { o.workers = parse_workers(g.place, g.value); }},
    {OptionId::batch,
     [](const Given& g, SweepOptions& o) {
       o.batch = static_cast<std::uint32_t>(parse_integer(g.place, g.value, batch_range));
     }},
    {OptionId::output, [](const Given& g, SweepOptions& o) { o.output_file = parse_file(g.place, g.value); }},
    {OptionId::format, [](const Given& g, SweepOptions& o) { o.format = parse_row_format(g.place, g.value); }},
    {OptionId::no_guards, [](const Given&, SweepOptions& o) { o.guards = false; }},
    {OptionId::show, [](const Given& g, SweepOptions& o) { o.show.push_back(g.value); }},
    {OptionId::alive, [](const Given&, SweepOptions& o) { o.alive_only = true; }},
    {OptionId::mac, [](const Given&, SweepOptions& o) { o.mac = true; }},
    {OptionId::rdns, [](const Given&, SweepOptions& o) { o.rdns = true; }},
    {OptionId::no_header, [](const Given&, SweepOptions& o) { o.header = false; }},
    {OptionId::metrics, [](const Given& g, SweepOptions& o) { o.metrics_file = parse_file(g.place, g.value); }},
    {OptionId::job, [](const Given& g, SweepOptions& o) { o.job_name = parse_job_name(g.place, g.value); }},
    {OptionId::summary_json,
     [](const Given& g, SweepOptions& o) { o.summary_json_file = parse_file(g.place, g.value); }},
    {OptionId::store, [](const Given& g, SweepOptions& o) { o.store_file = parse_file(g.place, g.value); }},
    {OptionId::store_keep,
     [](const Given& g, SweepOptions& o) {
       o.store_keep_ns = parse_duration(g.place, g.value, Zero::refused, Longest::century);
     }},
    {OptionId::quiet, [](const Given&, SweepOptions& o) { o.quiet = true; }},
    {OptionId::progress,
     [](const Given& g, SweepOptions& o) { o.progress = parse_choice<ProgressChoice>(g.place, g.value, progresses); }},
    {OptionId::expect, [](const Given& g, SweepOptions& o) { set_expectation(g.place, g.value, o); }},
    {OptionId::resume, [](const Given&, SweepOptions& o) { o.resume = true; }},
    {OptionId::restart, [](const Given&, SweepOptions& o) { o.restart = true; }},
    {OptionId::dry_run, [](const Given&, SweepOptions& o) { o.dry_run = true; }},
};

}  // namespace

RowFormatKind parse_row_format(std::string_view place, std::string_view text) {
  return parse_choice<RowFormatKind>(place, text, formats);
}

void apply_option(const ScannedOption& option, const ZoneNames& zones, SweepOptions& options) {
  const auto setter = std::ranges::find(setters, option.id, &Setter::id);
  const auto spec = std::ranges::find(option_table(), option.id, &OptionSpec::id);
  if (setter == std::end(setters)) return;  // --help and --version say what to do, not how
  setter->set({spec->long_name, option.value, zones}, options);
}

}  // namespace ringsweep
