#include "cli/sweep/sweep_command.h"

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/sweep/dry_run.h"
#include "cli/sweep/target_input.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/version.h"
#include "ringsweep/engine/journal/opened_output.h"
#include "ringsweep/engine/preparation/machine_facts.h"
#include "ringsweep/engine/preparation/preparation.h"
#include "ringsweep/engine/sweep/sweep.h"
#include "ringsweep/output/store/store.h"
#include "ringsweep/output/summary/metrics.h"
#include "ringsweep/output/text/number_text.h"
#include "ringsweep/output/writer/report_file.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/privileges.h"
#include "ringsweep/system/signals.h"

namespace ringsweep {
namespace {

// Below this rate, with more targets than this, the user is warned of the duration.
constexpr std::uint64_t slow_sweep_milli_pps = 10'000;
constexpr std::uint64_t slow_sweep_targets = 100;

OpenedOutput open_output_of(const SweepOptions& options, const PreparedSweep& prepared) {
  if (options.output_file.empty() || options.output_file == "-") return {open_output(options.output_file), nullptr};
  const RowFormatKind format = choose_format(options.format, options.output_file);
  return open_output(options, prepared.plan, format, prepared.resolved_fingerprint);
}

void say_how_to_resume(const SweepOptions& options, const Journal& journal) {
  if (options.quiet) return;
  const std::string text =
      fmt::format("unfinished: run the same command with --resume to go on ('{}' stays)\n", journal.path());
  std::fputs(text.c_str(), stderr);
}

// The rate may have been forgotten or meant in another unit: better to say so now than after an hour.
void warn_of_duration(const SweepPlan& plan) {
  const std::optional<std::int64_t> longest_ns = plan.longest_duration_ns();
  if (plan.targets_here <= slow_sweep_targets || !longest_ns || plan.rate.milli_pps >= slow_sweep_milli_pps) return;
  const std::string text = fmt::format("ringsweep: warning: {} targets at {} pps take up to {}; -r sets the rate\n",
                                       plan.targets_here, rate_text(plan.rate), duration_text(*longest_ns));
  std::fputs(text.c_str(), stderr);
}

// A list has no columns to add to.
void check_columns(const SweepOptions& options) {
  const char* option = options.mac ? "--mac" : options.rdns ? "--rdns" : nullptr;
  if (option == nullptr || !options.store_file.empty() ||
      choose_format(options.format, options.output_file) != RowFormatKind::list)
    return;
  throw usage_error(fmt::format("{} adds a column, but the list format has none", option),
                    fmt::format("give another --format, or leave out {}", option));
}

ReportFile summary_file(const SweepOptions& options) {
  return {options.summary_json_file, "summary", "--summary-json"};
}

ReportFile metrics_file(const SweepOptions& options) {
  return {options.metrics_file, "metrics", "--metrics", true};
}

void report(const SweepOptions& options, const SweepSummary& summary, std::optional<Signals>& signals) {
  std::vector<Report> reports;
  if (!options.metrics_file.empty())
    reports.push_back({metrics_file(options), metrics_text(summary, options.job_name)});
  if (!options.summary_json_file.empty()) reports.push_back({summary_file(options), summary_json(summary)});
  write_reports(reports, [&] {
    signals.reset();
    std::fputs((options.quiet ? summary_errors(summary) : summary_text(summary)).c_str(), stderr);
  });
}

int sweep(const SweepOptions& given, const ZoneNames& zones) {
  SweepOptions options = given;
  if (options.resume && !options.seed) options.seed = seed_to_resume(options);
  TargetSet targets = read_targets(options, zones);
  if (options.dry_run) {
    drop_privileges_for_good();
    return print_dry_run(targets, SweepPlan(options, targets, read_machine_facts(options)), zones);
  }
  PreparedSweep prepared = prepare_sweep(options, targets);
  if (!options.quiet) warn_of_duration(prepared.plan);
  if (!options.summary_json_file.empty()) check_report_file(summary_file(options));
  std::optional<Store> store = open_store(options.store_file, options.quiet);
  OpenedOutput output = open_output_of(options, prepared);
  const std::string output_name = output.file.name();
  // Until here a signal ends the program as usual: names may be slow, and a FIFO may have no reader.
  std::optional<Signals> signals(std::in_place);
  prepared.on_link->begin(prepared.sockets.send_buffer_bytes, prepared.plan.workers);
  Sweep sweep(
      options, targets, zones,
      {std::move(prepared), std::move(output.file), output_name, choose_format(options.format, options.output_file),
       std::string(program_version), store ? &*store : nullptr, output.journal.get()},
      *signals);
  const SweepSummary summary = sweep.run();
  try {
    report(options, summary, signals);
  } catch (...) {
    if (output.journal) say_how_to_resume(options, *output.journal);
    throw;
  }
  // Last of all, so that a run that is killed before can be resumed.
  if (output.journal && sweep.is_finished() && output.journal->others_have_all()) {
    output.journal->remove();
  } else if (output.journal) {
    say_how_to_resume(options, *output.journal);
  }
  return summary.exit_status;
}

}  // namespace

int run_sweep_command(const SweepOptions& options, const ZoneNames& zones) {
  const std::initializer_list<NamedOutput> outputs = {{"--output", options.output_file},
                                                      {"--summary-json", options.summary_json_file},
                                                      {"--metrics", options.metrics_file}};
  refuse_to_replace_lists(options, outputs);
  refuse_unfinished({options.summary_json_file, options.metrics_file});
  check_columns(options);
  if (options.metrics_file.empty() || options.dry_run) return sweep(options, zones);
  check_report_file(metrics_file(options));
  try {
    return sweep(options, zones);
  } catch (...) {
    // Whoever watches the metrics must see the failure; the exception says what failed.
    try {
      const std::string text = metrics_text_of_failure(program_version, options.job_name, realtime_now_ns());
      write_report_file(metrics_file(options), text);
    } catch (const Error&) {
    }
    throw;
  }
}

}  // namespace ringsweep
