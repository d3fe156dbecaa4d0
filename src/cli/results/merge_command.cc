// `ringsweep merge PART...`.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/options/choices.h"
#include "cli/options/option_value.h"
#include "cli/options/shared_options.h"
#include "cli/results/result_commands.h"
#include "cli/results/result_input.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/version.h"
#include "ringsweep/engine/journal/opened_output.h"
#include "ringsweep/engine/sweep/sweep_store.h"
#include "ringsweep/output/merge/result_merge.h"
#include "ringsweep/output/store/store.h"
#include "ringsweep/output/writer/report_file.h"
#include "ringsweep/output/writer/row_output.h"

namespace ringsweep {
namespace {

constexpr OptionSpec option_rows[] = {
    output_option(
        {.default_text = "stdout",
         .help = "write the rows to FILE; - is CSV on stdout",
         .manual = "Nothing is written, and no file is replaced, before all parts have been read and fit together."}),
    row_format_option,
    no_header_option,
    summary_json_option("write the summary of the whole as JSON to FILE"),
    store_option(
        {.help = "add the whole to FILE, an SQLite database",
         .manual =
             "It is added as one sweep with the command 'merge'. Its series is that of merges of the same plan: the same targets, probing options, order and seed."}),
    quiet_option,
    help_option,
};

constexpr ExitStatusText exit_statuses[] = {
    {0, "complete: no part is missing, and each is complete"},
    {2, "usage: a wrong option, or parts that cannot be read or do not fit together"},
    {3, "parts are missing (nothing is written), a part is incomplete, or output failed"},
};

void check_columns(const ResultSet& part) {
  const std::vector<std::string> known = Store::more_columns();
  for (std::size_t i = 0; i < part.more_columns().size(); ++i) {
    const std::string& column = part.more_columns()[i];
    if (std::ranges::find(known, column) == known.end()) {
      throw usage_error(
          fmt::format("{}: the column {} cannot be joined", part.name(), quote_text(column)),
          fmt::format("behind the columns of every result this version knows {}", fmt::join(known, ", ")));
    }
    for (const Verdict& row : part.rows()) {
      const std::string_view value = part.more_of(row, i);
      if (std::ranges::all_of(value, [](char c) { return c > ' ' && c <= '~'; })) continue;
      throw usage_error(fmt::format("{}: {}: invalid {} {}", part.name(), key_text(part.key_of(row), part.zone_names()),
                                    column, quote_text(value)));
    }
  }
}

std::vector<InputResult> read_parts(const std::vector<std::string>& paths, ResultZones& zones) {
  std::vector<InputResult> parts;
  for (const std::string& path : paths) {
    parts.push_back(read_result(path, {}, zones));
    const InputResult& part = parts.back();
    if (!part.summary) {
      throw usage_error(
          fmt::format("{}: the summary of its sweep is missing, such as {}.json", part.rows.name(), path),
          "sweep with -o FILE.csv and --summary-json FILE.json: the summary says which part of which plan this is");
    }
    check_columns(part.rows);
  }
  return parts;
}

// The summaries do not name the series of a sweep in one part. But the plan is the same in each of its parts, and in
// later merges with the same targets, options, order and seed.
SweepRecord record_of(const SweepSummary& summary, const ScannedLine& line) {
  SweepRecord record;
  record.series = summary.plan_id;
  record.plan_id = summary.plan_id;
  record.command = summary.command;
  record.arguments = line.arguments;
  record.arguments.insert(record.arguments.begin(), summary.command);
  record.version = summary.version;
  record.targets = summary.targets;
  record.seed = summary.seed;
  record.started_ns = summary.started_ns;
  return record;
}

void store_merged(Store& store, const SweepRecord& record, const RowContext& context, std::span<const Verdict> rows,
                  const SweepSummary& summary) {
  constexpr std::size_t at_once = 65'536;
  SweepStore sweep(store, context, std::nullopt);
  sweep.begin(record);
  for (std::size_t first = 0; first < rows.size(); first += at_once)
    sweep.observer().take(rows.subspan(first, std::min(at_once, rows.size() - first)));
  StoreResult result = sweep.finish_rows();
  if (result.failure.empty()) sweep.end(summary, result);
  if (!result.failure.empty()) throw Error(ExitCode::incomplete, result.failure);
}

int merge(const ScannedLine& line) {
  OutputOptions options;
  store_options(line, {&options});
  const std::string& output = options.output_file;
  const ReportFile summary_file{options.summary_json_file, "summary", "--summary-json"};
  check_inputs(line.words);
  check_output_is_no_input("--output", output, line.words);
  check_output_is_no_input("--summary-json", summary_file.path, line.words);
  refuse_same_outputs({{"--output", output}, {"--summary-json", summary_file.path}, {"--store", options.store_file}});
  refuse_unfinished({output, summary_file.path});

  ResultZones zones;
  const std::vector<InputResult> inputs = read_parts(line.words, zones);
  std::vector<MergePart> parts;
  parts.reserve(inputs.size());
  for (const InputResult& input : inputs) parts.push_back({input.rows, *input.summary});
  check_parts(parts);
  const MergedRows rows(parts, zones);
  const SweepSummary summary = merge_summaries(parts, rows, std::string(program_version));

  if (!summary_file.path.empty()) check_report_file(summary_file);
  std::optional<Store> store = open_store(options.store_file, options.quiet);
  const ResultFile file = open_output(output);
  const RowContext context{rows.targets(), zones.names(), rows.columns()};
  write_rows(file, *make_row_format(choose_format(options.format, output), context), options.header, rows.rows());
  if (store) store_merged(*store, record_of(summary, line), context, rows.rows(), summary);
  if (!summary_file.path.empty()) write_report_file(summary_file, summary_json(summary));
  std::fputs((options.quiet ? summary_errors(summary) : summary_text(summary)).c_str(), stderr);
  return summary.exit_status;
}

}  // namespace

constexpr CommandSpec merge_command = {
    .name = "merge",
    .words = "PART...",
    .least_words = 1,
    .most_words = std::numeric_limits<std::size_t>::max(),
    .help = "join the results of all shards of a sweep",
    .introduction =
        "Joins the results of all shards (--shard I/N) of a sweep into one, in address order. Each PART is a\n"
        "CSV or NDJSON file with the summary of its sweep (--summary-json) next to it: part1.csv, part1.json.\n",
    .options = option_rows,
    .exit_statuses = exit_statuses,
    .run = merge};

}  // namespace ringsweep
