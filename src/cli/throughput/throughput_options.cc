#include "cli/throughput/throughput_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/options/option_value.h"
#include "cli/options/options.h"
#include "cli/options/shared_options.h"
#include "cli/options/units.h"
#include "ringsweep/base/error.h"
#include "ringsweep/engine/journal/opened_output.h"

namespace ringsweep {
namespace {

double parse_pps(std::string_view place, const std::string& text) {
  const Rate rate = parse_rate(place, text);
  if (rate.is_max()) throw usage_error(fmt::format("{}: invalid rate 'max'", place), "give a number, such as 50k");
  return rate.pps();
}

constexpr OptionSpec search_options[] = {
    {.long_name = "--max-rate",
     .argument = "PPS",
     .default_text = "50k, or what --per-target allows",
     .help = "highest rate to try",
     .manual =
         "A rate above --per-target times the number of targets that answer is refused, with the number of targets that it needs.",
     .set =
         [](const OptionValue& v) {
           v.in<ThroughputOptions>().run.search.max_pps = parse_pps(v.option, v.text);
           v.in<ThroughputOptions>().max_rate_given = true;
         }},
    {.long_name = "--min-rate",
     .argument = "PPS",
     .default_text = "100",
     .help = "lowest rate to try",
     .manual = "If --max-rate is below 100 and this option is not given, that rate is the only one.",
     .set =
         [](const OptionValue& v) {
           v.in<ThroughputOptions>().run.search.min_pps = parse_pps(v.option, v.text);
           v.in<ThroughputOptions>().min_rate_given = true;
         }},
    {.long_name = "--per-target",
     .argument = "PPS",
     .default_text = "100",
     .help = "highest rate of probes to a single target",
     .manual = "Many hosts and routers limit how often they answer. A limit of the targets is reported as such.",
     .set = [](const OptionValue& v) { v.in<ThroughputOptions>().run.per_target_pps = parse_pps(v.option, v.text); }},
    {.long_name = "--loss",
     .argument = "PERCENT",
     .default_text = "0%",
     .help = "find the highest rate that loses no more than this",
     .manual = "For example --loss 0.1%.",
     .set =
         [](const OptionValue& v) {
           v.in<ThroughputOptions>().run.search.loss_goal = parse_percent(v.option, v.text, Zero::allowed);
         }},
    {.long_name = "--precision",
     .argument = "PERCENT",
     .default_text = "2%",
     .help = "width of the interval at which the search stops",
     .manual =
         "The search stops when the highest rate without loss and the lowest rate with loss are this close. The interval is at most twice as wide unless trials contradict each other.",
     .set =
         [](const OptionValue& v) {
           v.in<ThroughputOptions>().run.search.precision = parse_percent(v.option, v.text, Zero::refused);
         }},
    {.long_name = "--trial",
     .argument = "TIME",
     .default_text = "5s",
     .help = "duration of a trial",
     .manual =
         "Trials on the way up are shorter. A queue or a token bucket of n packets on the path hides n / TIME of the rate, so longer trials are more precise.",
     .set =
         [](const OptionValue& v) {
           v.in<ThroughputOptions>().run.search.trial_ns = parse_duration(v.option, v.text, Zero::refused);
         }},
    {.long_name = "--budget",
     .argument = "TIME",
     .default_text = "120s",
     .help = "time limit for all trials",
     .manual = "When it is used up, the result is what is known so far, and the exit status is 3.",
     .set =
         [](const OptionValue& v) {
           v.in<ThroughputOptions>().run.budget_ns = parse_duration(v.option, v.text, Zero::refused);
         }},
    {.long_name = "--yes-i-may",
     .help = "allow targets outside private, loopback and link-local networks",
     .manual = "By this option you state that you may load these targets and all networks on the way.",
     .set = [](const OptionValue& v) { v.in<ThroughputOptions>().public_allowed = true; }},
};

constexpr OptionSpec output_options[] = {
    output_option({.help = "write all trials to FILE as CSV; - is stdout"}),
    summary_json_option("write all results to FILE as JSON"),
    {.long_name = "--plot",
     .argument = "FILE",
     .help = "plot rate, loss and latency to FILE (SVG)",
     .set = [](const OptionValue& v) { v.in<ThroughputOptions>().plot_file = parse_file(v.option, v.text); }},
    quiet_option,
    help_option,
};

std::vector<OptionSpec> make_table() {
  std::vector<OptionSpec> probing_options = {timeout_option};
  probing_options.insert(probing_options.end(), packet_options().begin(), packet_options().end());
  return make_option_table({{OptionGroup::targets, target_options()},
                            {OptionGroup::rate, search_options},
                            {OptionGroup::probing, probing_options},
                            {OptionGroup::engine, engine_options()},
                            {OptionGroup::output, output_options}});
}

void check(const ThroughputOptions& options) {
  const RateSearch::Options& search = options.run.search;
  if (search.min_pps > search.max_pps) {
    throw usage_error(fmt::format("--min-rate {} is over --max-rate {}", search.min_pps, search.max_pps));
  }
  constexpr double least_precision = 0.001;
  if (search.precision < least_precision || search.precision > 0.5)
    throw usage_error("--precision: out of range", "accepted: 0.1% to 50%");
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
  store_options(line, {&options, &options.sweep, static_cast<OutputOptions*>(&options.sweep)}, zones);
  check_probing(options.sweep, "ringsweep throughput");
  // Only a lowest rate that was given can contradict the highest.
  if (!options.min_rate_given)
    options.run.search.min_pps = std::min(options.run.search.min_pps, options.run.search.max_pps);
  check(options);
  options.run.timeout_ns = options.sweep.timeout_ns;
  return options;
}

}  // namespace ringsweep
