// The options of a sweep. `help` fits on one line of --help (a test measures it); `manual` is prose.
#include "cli/options/option_table.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "cli/options/choices.h"
#include "cli/options/shared_options.h"
#include "cli/options/units.h"
#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

constexpr IntegerRange attempts_range = {1, 1'000'000};
static_assert(attempts_range.max <= max_attempts);
constexpr IntegerRange seed_range = {0, ~std::uint64_t{0}};
constexpr IntegerRange alive_range = {1, max_targets};

constexpr Choice<Order> orders[] = {{"random", Order::random}, {"address", Order::address}};
constexpr Choice<ProgressChoice> progresses[] = {
    {"auto", ProgressChoice::automatic}, {"on", ProgressChoice::on}, {"off", ProgressChoice::off}};

std::string parse_job_name(std::string_view place, const std::string& text) {
  if (text.empty()) throw usage_error(fmt::format("{}: the name is empty", place));
  return text;
}

void set_expectation(const OptionValue& value) {
  const auto& [place, text, zones, structs] = value;
  auto& options = value.in<SweepOptions>();
  if (text == "all") {
    options.expect_all = true;
    return;
  }
  try {
    options.expect_alive = parse_count(place, text, alive_range);
  } catch (const Error& error) {
    throw usage_error(error.what(), "accepted: all, or the least number of targets that must be alive (from 1)");
  }
}

constexpr OptionSpec rate_options[] = {
    {.short_name = "-r",
     .long_name = "--rate",
     .argument = "PPS",
     .default_text = "500 per /24, at most 10k",
     .help = "probes per second: 500, 10k, 1M, 0.5, max",
     .manual =
         "The rate of everything that is sent, retries included: from 0.001 to 1G, with the decimal suffixes k, M and G. With max, packets are sent as fast as the kernel takes them. By default the rate is 500 per /24 (IPv6: /64) among the targets, at most 10k, and stays below half of what this machine's connection tracking table has free per ICMP timeout.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().rate = parse_rate(v.option, v.text); }},
};

constexpr OptionSpec attempts_option = {
    .long_name = "--attempts",
    .argument = "N",
    .default_text = "3",
    .help = "probes to a target that stays silent, 1 to 1000000",
    .manual =
        "The next attempt is made when the previous one has timed out. The first reply or ICMP error ends the attempts.",
    .set = [](const OptionValue& v) {
      v.in<SweepOptions>().attempts = static_cast<std::uint32_t>(parse_integer(v.option, v.text, attempts_range));
    }};

constexpr OptionSpec linger_option = {
    .long_name = "--linger",
    .argument = "TIME",
    .default_text = "0s",
    .help = "keep listening this long before no_reply is final",
    .manual = "For networks whose hosts take seconds to answer, such as mobile networks.",
    .set = [](const OptionValue& v) {
      v.in<SweepOptions>().linger_ns = parse_duration(v.option, v.text, Zero::allowed);
    }};

constexpr OptionSpec order_options[] = {
    {.long_name = "--seed",
     .argument = "N",
     .default_text = "random",
     .help = "number that determines the random order",
     .manual =
         "The same targets and the same seed give the same order. Decimal, or hexadecimal as in 0x2a; up to 64 bits. With --shard the default is 0, so that parts that run separately fit together.",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().seed = parse_integer(v.option, v.text, seed_range, Hex::allowed);
         }},
    {.long_name = "--order",
     .argument = "ORDER",
     .default_text = "random",
     .help = "sending order: random, or address (ascending)",
     .manual = "A random order spreads the probes over all networks among the targets.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().order = parse_choice<Order>(v.option, v.text, orders); }},
    {.long_name = "--shard",
     .argument = "I/N",
     .default_text = "1/1",
     .help = "sweep only part I of N (from 1) of the targets",
     .manual =
         "Together the N parts contain each target exactly once, provided that targets, excludes and seed are the same. --rate is the rate of the whole plan: each part sends at an Nth of it.",
     .set =
         [](const OptionValue& v) {
           const Shard shard = parse_shard(v.option, v.text);
           v.in<SweepOptions>().shard = shard.index;
           v.in<SweepOptions>().shards = shard.count;
         }},
};

constexpr OptionSpec output_options[] = {
    output_option(
        {.default_text = "stdout",
         .help = "write the rows to FILE; - is CSV on stdout",
         .manual =
             "A regular file is replaced, unless the sweep that wrote it is unfinished. The file is locked while it is written, and every write ends at the end of a row."}),
    {.long_name = "--resume",
     .help = "finish a sweep to -o FILE that was stopped or killed",
     .manual =
         "While a sweep writes FILE it keeps a journal, FILE.journal, which remains if the sweep does not finish. Targets that the journal lists as decided are not probed again. Targets, excludes, the options of probing and order, --format, --show and --no-header must be the same; rate, workers, engine and sockets may change. The seed is taken from the journal.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().resume = true; }},
    {.long_name = "--restart",
     .help = "start over, even if FILE is from an unfinished sweep",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().restart = true; }},
    row_format_option,
    {.long_name = "--show",
     .argument = "WHAT",
     .repeatable = true,
     .default_text = "by format",
     .help = "only rows with these states or reasons, or all",
     .manual = "A comma-separated list, as in --show alive,other_source or --show unreachable,arp_reply.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().show.push_back(v.text); }},
    {.short_name = "-a",
     .long_name = "--alive",
     .help = "only rows of targets that are alive",
     .manual = "Short for --show alive.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().alive_only = true; }},
    {.long_name = "--mac",
     .help = "add the MAC addresses of targets on this machine's links",
     .manual =
         "Adds a column at the end. It is filled for targets that answered the probe, ARP or neighbour discovery, and empty for targets behind a router and for addresses of this machine.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().mac = true; }},
    {.long_name = "--rdns",
     .help = "add the names of targets that are alive, by reverse DNS",
     .manual =
         "Adds a column at the end. At most 200 queries are sent per second, and each name may take 2 s. Probing does not wait for names, but a row waits for its name, and the sweep ends after the last one. /etc/hosts and resolv.conf apply. A name that is not a valid host name is left out.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().rdns = true; }},
    no_header_option,
    summary_json_option("write the summary as JSON to FILE"),
    {.long_name = "--metrics",
     .argument = "FILE",
     .help = "write gauges of the sweep for Prometheus to FILE",
     .manual =
         "In the text format of node_exporter's textfile collector, mode 0644. Also written if the sweep fails, with ringsweep_complete 0.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().metrics_file = parse_file(v.option, v.text); }},
    {.long_name = "--job",
     .argument = "NAME",
     .default_text = "ringsweep",
     .help = "value of the label job_name of the gauges",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().job_name = parse_job_name(v.option, v.text); }},
    store_option(
        {.help = "keep the sweep in FILE, an SQLite database",
         .manual =
             "The database is created if it does not exist. It holds all rows of all sweeps, including those that --show and -a leave out, and the hosts that have ever answered. ringsweep-output(5) describes its tables and views, which sqlite3 can query. Several sweeps may write to one store at the same time."}),
    {.long_name = "--store-keep",
     .argument = "TIME",
     .default_text = "all",
     .help = "delete sweeps older than TIME from the store",
     .manual =
         "A duration with a unit, which may also be d for days: 90d. Their rows are deleted with them, but the hosts remain.",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().store_keep_ns = parse_duration(v.option, v.text, Zero::refused, Longest::century);
         }},
    quiet_option,
    {.long_name = "--progress",
     .argument = "WHEN",
     .default_text = "auto",
     .help = "show the progress: auto, on or off",
     .manual =
         "auto shows one line that is updated in place if stderr is a terminal. on prints plain lines every few seconds if it is not.",
     .set =
         [](const OptionValue& v) {
           v.in<SweepOptions>().progress = parse_choice<ProgressChoice>(v.option, v.text, progresses);
         }},
    {.long_name = "--expect",
     .argument = "WHAT",
     .help = "exit with 1 unless all, or at least N, targets are alive",
     .manual = "Without it, exit status 0 means that the sweep is complete, not that its targets are up.",
     .set = set_expectation},
    {.long_name = "--dry-run",
     .help = "send nothing: list the addresses in sending order",
     .manual =
         "Does everything except opening sockets, and needs no privileges. With --shard it shows which addresses each part probes.",
     .set = [](const OptionValue& v) { v.in<SweepOptions>().dry_run = true; }},
};

constexpr OptionSpec about_options[] = {
    help_option,
    {.short_name = "-V", .long_name = "--version", .help = "show the version and what it was built with"},
};

std::vector<OptionSpec> make_table() {
  using enum OptionGroup;
  std::vector<OptionSpec> probing_options = {attempts_option, timeout_option, linger_option};
  probing_options.insert(probing_options.end(), packet_options().begin(), packet_options().end());
  return make_option_table({{targets, target_options()},
                            {rate, rate_options},
                            {probing, probing_options},
                            {order, order_options},
                            {engine, engine_options()},
                            {output, output_options},
                            {about, about_options}});
}

constexpr ExitStatusText exit_statuses[] = {
    {0, "complete: every target has a verdict (which does not mean that it is up)"},
    {1, "complete, but --expect was not met"},
    {2, "usage error: an invalid option or target; nothing was sent"},
    {3, "incomplete: interrupted, output failed, or probes or replies were lost on this machine"},
    {4, "refused by the system: no socket, no permission, no memory"},
};

}  // namespace

std::string_view to_text(OptionGroup group) {
  using enum OptionGroup;
  switch (group) {
    case targets:
      return "Targets";
    case rate:
      return "Rate";
    case probing:
      return "Probing";
    case order:
      return "Order";
    case engine:
      return "Engine";
    case output:
      return "Output";
    case command:
      return "Options";
    case about:
      return "About";
  }
  return {};
}

std::span<const OptionSpec> option_table() {
  static const std::vector<OptionSpec> table = make_table();
  return table;
}

std::span<const ExitStatusText> exit_status_table() {
  return exit_statuses;
}

}  // namespace ringsweep
