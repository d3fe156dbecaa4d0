#include "cli/throughput/throughput_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/options/command_spec.h"
#include "cli/options/option_values.h"
#include "cli/options/options.h"
#include "cli/options/units.h"
#include "ringsweep/base/error.h"
#include "ringsweep/engine/journal/opened_output.h"

namespace ringsweep {
namespace {

using enum OptionGroup;

constexpr bool once = false;

constexpr OptionSpec search_options[] = {
    {OptionId::max_rate, rate, "", "--max-rate", "PPS", once, "50k, or what the targets may be asked",
     "highest rate that is tried",
     "More than --per-target times the number of targets that answer is refused, with the number that it would need."},
    {OptionId::min_rate, rate, "", "--min-rate", "PPS", once, "100", "lowest rate that is tried",
     "A --max-rate below 100 is the only rate, unless this is given."},
    {OptionId::per_target, rate, "", "--per-target", "PPS", once, "100", "most probes a second for one target",
     "Many hosts and routers limit what they answer; a limit of the targets is told as such."},
    {OptionId::loss, rate, "", "--loss", "PERCENT", once, "0%", "look for the rate that loses no more than this",
     "As in --loss 0.1%."},
    {OptionId::precision, rate, "", "--precision", "PERCENT", once, "2%", "how close the ends of the interval get",
     "Halving stops when the highest rate without loss and the lowest with it are so close. The interval is at most twice as wide where trials do not contradict each other."},
    {OptionId::trial, rate, "", "--trial", "TIME", once, "5s", "how long a trial sends",
     "Trials on the way up are shorter. A queue or a bucket of n packets on the path hides n / TIME of the rate, so longer trials see sharper."},
    {OptionId::budget, rate, "", "--budget", "TIME", once, "120s", "time for all trials",
     "When it is over, the result is what is known, and the exit status 3."},
    {OptionId::yes_i_may, rate, "", "--yes-i-may", "", once, "",
     "targets outside private, loopback and link-local networks, too",
     "You say that you may load these targets and all networks between."},
};

// What is the same for a sweep has the same words.
constexpr std::array shared_options = {
    OptionId::file,    OptionId::exclude, OptionId::exclude_file, OptionId::target_limit, OptionId::all_addresses,
    OptionId::timeout, OptionId::size,    OptionId::ttl,          OptionId::tos,          OptionId::interface,
    OptionId::source,  OptionId::ipv4,    OptionId::ipv6,         OptionId::engine,       OptionId::socket,
    OptionId::workers, OptionId::batch,   OptionId::no_guards};

constexpr OptionSpec output_options[] = {
    {OptionId::output, output, "-o", "--output", "FILE", once, "", "write all trials to FILE as CSV; - is stdout", ""},
    {OptionId::summary_json, output, "", "--summary-json", "FILE", once, "", "write everything to FILE as JSON", ""},
    {OptionId::plot, output, "", "--plot", "FILE", once, "", "draw rate, loss and latency into FILE (SVG)", ""},
    {OptionId::quiet, output, "-q", "--quiet", "", once, "", "nothing on stderr but errors", ""},
    help_option,
};

std::vector<OptionSpec> make_table() {
  std::vector<OptionSpec> table;
  const auto add = [&](OptionGroup group) {
    for (const OptionSpec& option : option_table()) {
      if (option.group == group && std::ranges::find(shared_options, option.id) != shared_options.end())
        table.push_back(option);
    }
  };
  add(targets);
  table.insert(table.end(), std::begin(search_options), std::end(search_options));
  add(probing);
  add(engine);
  table.insert(table.end(), std::begin(output_options), std::end(output_options));
  return table;
}

double parse_pps(std::string_view place, const std::string& text) {
  const Rate rate = parse_rate(place, text);
  if (rate.is_max()) throw usage_error(fmt::format("{}: 'max' is no rate here", place), "give a number, as in 50k");
  return rate.pps();
}

void apply(const ScannedOption& option, ThroughputOptions& options) {
  Throughput::Options& run = options.run;
  switch (option.id) {
    case OptionId::max_rate:
      run.search.max_pps = parse_pps("--max-rate", option.value);
      options.max_rate_given = true;
      break;
    case OptionId::min_rate:
      run.search.min_pps = parse_pps("--min-rate", option.value);
      options.min_rate_given = true;
      break;
    case OptionId::per_target:
      run.per_target_pps = parse_pps("--per-target", option.value);
      break;
    case OptionId::loss:
      run.search.loss_goal = parse_percent("--loss", option.value, Zero::allowed);
      break;
    case OptionId::precision:
      run.search.precision = parse_percent("--precision", option.value, Zero::refused);
      break;
    case OptionId::trial:
      run.search.trial_ns = parse_duration("--trial", option.value, Zero::refused);
      break;
    case OptionId::budget:
      run.budget_ns = parse_duration("--budget", option.value, Zero::refused);
      break;
    case OptionId::yes_i_may:
      options.public_allowed = true;
      break;
    case OptionId::plot:
      options.plot_file = option.value;
      break;
    default:
      break;
  }
}

void check(const ThroughputOptions& options) {
  const RateSearch::Options& search = options.run.search;
  if (search.min_pps > search.max_pps) {
    throw usage_error(fmt::format("--min-rate {} is over --max-rate {}", search.min_pps, search.max_pps));
  }
  constexpr double least_precision = 0.001;
  if (search.precision < least_precision || search.precision > 0.5)
    throw usage_error("--precision: accepted: 0.1% to 50%");
  if (search.loss_goal >= 0.5) throw usage_error("--loss: accepted: less than 50%, where trials are cut short");
  if (search.trial_ns < 100 * ns_per_ms) throw usage_error("--trial: accepted: 100ms or more");
  refuse_same_outputs({{"--output", options.sweep.output_file},
                       {"--summary-json", options.sweep.summary_json_file},
                       {"--plot", options.plot_file}});
  refuse_unfinished({options.sweep.output_file, options.sweep.summary_json_file, options.plot_file});
}

}  // namespace

std::span<const OptionSpec> throughput_option_table() {
  static const std::vector<OptionSpec> table = make_table();
  return table;
}

ThroughputOptions throughput_options(const ScannedLine& line, const ZoneNames& zones) {
  ThroughputOptions options;
  options.sweep.command = "throughput";
  options.sweep.attempts = 2;
  options.sweep.targets = line.words;
  for (const ScannedOption& option : line.options) {
    apply(option, options);
    const bool is_own = std::ranges::find(search_options, option.id, &OptionSpec::id) != std::end(search_options);
    if (!is_own && option.id != OptionId::plot) apply_option(option, zones, options.sweep);
  }
  check_probing(options.sweep, "ringsweep throughput");
  // A default is no word of the user's.
  if (!options.min_rate_given)
    options.run.search.min_pps = std::min(options.run.search.min_pps, options.run.search.max_pps);
  check(options);
  options.run.timeout_ns = options.sweep.timeout_ns;
  return options;
}

}  // namespace ringsweep
