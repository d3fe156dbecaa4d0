#include "cli/throughput/throughput_command.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/files/standard_streams.h"
#include "cli/sweep/target_input.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/version.h"
#include "ringsweep/core/targets/private_networks.h"
#include "ringsweep/engine/preparation/preparation.h"
#include "ringsweep/engine/throughput/network_trial_runner.h"
#include "ringsweep/net/kernel/routes.h"
#include "ringsweep/output/text/number_text.h"
#include "ringsweep/output/throughput/throughput_plot.h"
#include "ringsweep/output/throughput/throughput_text.h"
#include "ringsweep/output/writer/report_file.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/signals.h"

namespace ringsweep {
namespace {

// More targets would not make a trial more polite.
constexpr std::size_t most_targets = 65'536;
constexpr std::int64_t name_poll_ns = 50 * ns_per_ms;

void refuse_public(const ThroughputOptions& options, const std::string& what) {
  if (options.public_allowed) return;
  throw usage_error(fmt::format("{} outside of private, loopback and link-local networks", what),
                    "a trial loads every network on the way; if you may do that, give --yes-i-may");
}

void check_addresses(const ThroughputOptions& options, const TargetSet& targets) {
  if (const auto range = public_range_of(targets)) refuse_public(options, fmt::format("targets in {} are", *range));
}

// Waits until all names are resolved, since none may lead out of the private networks unasked.
void check_names(const ThroughputOptions& options, const TargetSet& targets, const NameLookup& names,
                 Signals& signals) {
  for (std::uint64_t i = 0; i < targets.name_count(); ++i) {
    NameAnswer answer = names.look_up(i);
    while (answer.kind == NameAnswer::Kind::pending) {
      const auto number = signals.wait(name_poll_ns);
      if (number && *number != SIGUSR1) throw Error(ExitCode::incomplete, "interrupted");
      answer = names.look_up(i);
    }
    if (answer.kind == NameAnswer::Kind::address && !is_private(answer.address)) {
      refuse_public(options,
                    fmt::format("{} ({}) is", targets.name_at(targets.address_count() + i), to_text(answer.address)));
    }
  }
}

ReportFile csv_file(const ThroughputOptions& options) {
  return {options.sweep.output_file, "trials", "--output"};
}
ReportFile json_file(const ThroughputOptions& options) {
  return {options.sweep.summary_json_file, "result", "--summary-json"};
}
ReportFile plot_file(const ThroughputOptions& options) {
  return {options.plot_file, "plot", "--plot"};
}
bool csv_to_stdout(const ThroughputOptions& options) {
  return options.sweep.output_file == "-";
}

void check_files(const ThroughputOptions& options) {
  check_standard_output();
  if (!options.sweep.output_file.empty() && !csv_to_stdout(options)) check_report_file(csv_file(options));
  if (!options.sweep.summary_json_file.empty()) check_report_file(json_file(options));
  if (!options.plot_file.empty()) check_report_file(plot_file(options));
}

void say(const ThroughputOptions& options, const std::string& text) {
  if (!options.sweep.quiet) std::fputs(("ringsweep: " + text).c_str(), stderr);
}

std::string plan_text(const ThroughputOptions& options, const ThroughputReport& report) {
  const RateSearch::Options& search = options.run.search;
  const double bits_per_s = search.max_pps * static_cast<double>(report.packet_bytes) * 8;
  return fmt::format(
      "{} of {} answer; trials of {:.3g} s from {} to {} ({}bit/s), at most {} for each target (limit {}), {} in all at most\n",
      counted_text(report.targets, "target"), report.targets_asked, static_cast<double>(search.trial_ns) / 1e9,
      pps_text(search.min_pps), pps_text(search.max_pps), short_number(bits_per_s),
      pps_text(search.max_pps / static_cast<double>(report.targets)), pps_text(options.run.per_target_pps),
      duration_text(options.run.budget_ns));
}

// A target's turns are attempts, which are counted in 20 bits.
void check_turns(const ThroughputOptions& options, std::uint64_t targets) {
  const double turns = options.run.search.max_pps / static_cast<double>(targets) *
                       static_cast<double>(options.run.search.trial_ns) / 1e9;
  if (turns <= static_cast<double>(max_attempts)) return;
  throw usage_error(fmt::format("a trial would send {:.0f} probes to each target, more than {}", turns, max_attempts),
                    "shorten --trial, lower --max-rate, or give more targets");
}

void print_results(const ThroughputOptions& options, const ThroughputReport& report) {
  const std::string table = throughput_table(report);
  if (csv_to_stdout(options)) {
    std::fputs(throughput_csv(report).c_str(), stdout);
    if (!options.sweep.quiet) std::fputs(table.c_str(), stderr);
  } else {
    std::fputs(table.c_str(), stdout);
  }
  flush_standard_output();
}

// Files first, so that they exist even if standard output fails.
void write_results(const ThroughputOptions& options, const ThroughputReport& report, std::optional<Signals>& signals) {
  std::vector<Report> reports;
  if (!options.sweep.output_file.empty() && !csv_to_stdout(options))
    reports.push_back({csv_file(options), throughput_csv(report)});
  if (!options.sweep.summary_json_file.empty()) reports.push_back({json_file(options), throughput_json(report)});
  if (!options.plot_file.empty()) reports.push_back({plot_file(options), throughput_plot(report)});
  write_reports(reports, [&] {
    signals.reset();
    print_results(options, report);
  });
}

int measure(ThroughputOptions& options, const TargetSet& loaded, NetworkTrialRunner& runner, ThroughputReport& report,
            std::optional<Signals>& signals) {
  report.per_target_pps = options.run.per_target_pps;
  report.budget_ns = options.run.budget_ns;
  report.timeout_ns = options.run.timeout_ns;
  say(options, plan_text(options, report));
  const std::int64_t started_ns = monotonic_now_ns();
  std::size_t count = 0;
  Throughput throughput(options.run, loaded, runner, [&](const TrialResult& trial) {
    say(options, trial_line(++count, trial, {.goal = options.run.search.loss_goal}));
  });
  throughput.run(report);
  report.duration_ns = monotonic_now_ns() - started_ns;
  write_results(options, report, signals);
  return static_cast<int>(report.complete() ? ExitCode::ok : ExitCode::incomplete);
}

int run(const ScannedLine& line) {
  const ZoneNames zones = read_zone_names();
  ThroughputOptions options = throughput_options(line, zones);
  refuse_to_replace_lists(options.sweep, {{"--output", options.sweep.output_file},
                                          {"--summary-json", options.sweep.summary_json_file},
                                          {"--plot", options.plot_file}});
  TargetSet targets = read_targets(options.sweep, zones);
  check_addresses(options, targets);
  if (!options.sweep.all_addresses) fit_to_targets(options, targets.count(), "there are");
  PreparedSweep prepared =
      prepare_sweep(options.sweep, targets, Rate{static_cast<std::uint64_t>(options.run.search.max_pps * 1000)});
  const SweepPlan& plan = prepared.plan;
  check_files(options);

  std::optional<Signals> signals(std::in_place);
  if (prepared.names) check_names(options, targets, *prepared.names, *signals);
  ThroughputReport report;
  report.version = program_version;
  report.started_ns = realtime_now_ns();
  report.packet_bytes = plan.packet_bytes;
  report.targets_asked = targets.count();
  prepared.on_link->begin(prepared.sockets.send_buffer_bytes, 1);
  say(options, fmt::format("first pass: {} at {} pps; sockets {}\n", counted_text(targets.count(), "target"),
                           rate_text(plan.rate), prepared.sockets.description));
  NetworkTrialRunner runner(options.sweep, std::move(prepared.sockets), std::move(prepared.machine), *signals);
  const std::vector<Address> alive = runner.first_pass(plan, targets, prepared.names.get(), *prepared.on_link);
  if (runner.stopped()) throw Error(ExitCode::incomplete, "interrupted in the first pass");
  if (alive.empty()) {
    throw Error(ExitCode::incomplete, fmt::format("no reply from {}", counted_text(targets.count(), "target")), 0,
                "run 'ringsweep --show all' on the same targets to see why");
  }
  const TargetSet loaded = set_of(alive, most_targets);
  fit_to_targets(options, loaded.count(), "targets that answer:");
  check_turns(options, loaded.count());
  report.targets = loaded.count();
  report.engine = to_text(runner.crew().kind());
  report.sockets = runner.sockets();
  report.workers = runner.crew().size();
  report.receive_buffer_bytes = runner.crew().receive_buffer_bytes();
  return measure(options, loaded, runner, report, signals);
}

constexpr ExitStatusText exit_statuses[] = {
    {0, "a result"},
    {2, "usage: a wrong option or target, or a rate over the limit of the targets; no trial was made"},
    {3, "stopped early: interrupted, out of time, or no target answers; the result is what is known"},
    {4, "the system refused: no socket, no permission, no memory"},
};

}  // namespace

void fit_to_targets(ThroughputOptions& options, std::uint64_t targets, std::string_view which) {
  RateSearch::Options& search = options.run.search;
  const double most_pps = options.run.per_target_pps * static_cast<double>(targets);
  if (search.max_pps <= most_pps) return;
  const auto refuse = [&](std::string_view option, double pps) {
    throw usage_error(
        fmt::format("{} {} needs {:.0f} targets at {} each at most; {} {}", option, pps_text(pps),
                    std::ceil(pps / options.run.per_target_pps), pps_text(options.run.per_target_pps), which, targets),
        "give more targets, a lower rate, or a higher --per-target if you may ask them so often");
  };
  if (options.max_rate_given) refuse("--max-rate", search.max_pps);
  if (options.min_rate_given && search.min_pps > most_pps) refuse("--min-rate", search.min_pps);
  search.max_pps = most_pps;
  search.min_pps = std::min(search.min_pps, most_pps);
}

const CommandSpec throughput_command = {
    .name = "throughput",
    .words = "TARGET...",
    .least_words = 0,
    .most_words = std::numeric_limits<std::size_t>::max(),
    .help = "what rate the path to these targets carries without loss",
    .introduction =
        "Finds the highest rate at which no probe is lost on the way to these targets and back, says where\n"
        "the first one is lost, and how long replies take below that rate. Load only networks that you may\n"
        "load.\n",
    .options = throughput_option_table(),
    .exit_statuses = exit_statuses,
    .run = run,
    .opens_sockets = true,
};

}  // namespace ringsweep
