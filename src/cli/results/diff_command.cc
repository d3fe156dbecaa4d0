// `ringsweep diff OLD NEW`, and `ringsweep diff --store FILE`.
#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/files/standard_streams.h"
#include "cli/options/choices.h"
#include "cli/options/option_value.h"
#include "cli/options/shared_options.h"
#include "cli/options/units.h"
#include "cli/results/result_commands.h"
#include "cli/results/result_input.h"
#include "cli/results/stored_input.h"
#include "ringsweep/base/error.h"
#include "ringsweep/engine/journal/opened_output.h"
#include "ringsweep/output/diff/diff_text.h"
#include "ringsweep/output/writer/report_file.h"

namespace ringsweep {
namespace {

// What the options say beside OutputOptions.
struct DiffArguments {
  DiffOptions diff;
  bool rtt_factor_given = false;
  std::string old_summary, new_summary;
  std::optional<DiffFormat> format;
};

constexpr Choice<DiffFormat> formats[] = {
    {"text", DiffFormat::text}, {"csv", DiffFormat::csv}, {"ndjson", DiffFormat::ndjson}};

constexpr OptionSpec option_rows[] = {
    {.long_name = "--all",
     .help = "compare states, responders, TTLs and RTTs as well",
     .manual = "A responder or TTL is compared if the state is the same on both sides, an RTT if both are alive.",
     .set = [](const OptionValue& v) { v.in<DiffArguments>().diff.all = true; }},
    {.long_name = "--states",
     .help = "with --all: tell unreachable, time_exceeded and no_reply apart",
     .manual =
         "By default they count as one: routers limit how many ICMP errors they send, so an unchanged network shows sometimes one and sometimes another.",
     .set = [](const OptionValue& v) { v.in<DiffArguments>().diff.states = true; }},
    {.long_name = "--rtt-factor",
     .argument = "N",
     .default_text = "3",
     .help = "with --all: show an RTT that is N times as long or as short",
     .manual = "An RTT that changed by less than 1 ms is not shown, whatever the factor.",
     .set =
         [](const OptionValue& v) {
           v.in<DiffArguments>().diff.rtt_factor_milli = parse_factor(v.option, v.text);
           v.in<DiffArguments>().rtt_factor_given = true;
         }},
    {.long_name = "--old-summary",
     .argument = "FILE",
     .default_text = "next to OLD",
     .help = "summary of the sweep of OLD",
     .set = [](const OptionValue& v) { v.in<DiffArguments>().old_summary = v.text; }},
    {.long_name = "--new-summary",
     .argument = "FILE",
     .default_text = "next to NEW",
     .help = "summary of the sweep of NEW",
     .manual =
         "A file that --summary-json wrote. By default it is looked for next to the result: for new.csv it is new.csv.json or new.json.",
     .set = [](const OptionValue& v) { v.in<DiffArguments>().new_summary = v.text; }},
    store_option(
        {.help = "compare two sweeps of a store; OLD and NEW are their numbers",
         .manual =
             "Without numbers these are the last complete sweep and the last complete one before it in the same series (the same targets and options)."}),
    {.long_name = "--format",
     .argument = "FORMAT",
     .default_text = "text",
     .help = "changes as text, csv or ndjson",
     .manual = "By default the suffix of the -o FILE decides (.csv; .ndjson, .jsonl, .json).",
     .set =
         [](const OptionValue& v) {
           v.in<DiffArguments>().format = parse_choice<DiffFormat>(v.option, v.text, formats);
         }},
    output_option({.default_text = "stdout",
                   .help = "write the changes to FILE",
                   .manual = "The file is written completely or not at all."}),
    quiet_option,
    help_option,
};

constexpr ExitStatusText exit_statuses[] = {
    {0, "nothing changed"},
    {1, "something changed, or is unknown"},
    {2, "trouble: a wrong option, a result that cannot be read, or output that failed"},
};

DiffFormat format_of(const DiffArguments& arguments, const std::string& output) {
  if (arguments.format) return *arguments.format;
  if (row_format_of_file(output) == RowFormatKind::ndjson) return DiffFormat::ndjson;
  return output.ends_with(".csv") ? DiffFormat::csv : DiffFormat::text;
}

void check(const DiffArguments& arguments) {
  const DiffOptions& diff = arguments.diff;
  if (!diff.all && (diff.states || arguments.rtt_factor_given)) {
    throw usage_error(fmt::format("{} needs --all", diff.states ? "--states" : "--rtt-factor"), "add --all");
  }
}

using Sides = std::array<InputResult, 2>;

Sides read_files(const ScannedLine& line, const DiffArguments& arguments, ResultZones& zones) {
  return {read_result(line.words[0], {arguments.old_summary, "--old-summary"}, zones),
          read_result(line.words[1], {arguments.new_summary, "--new-summary"}, zones)};
}

Sides read_store(const ScannedLine& line, const std::string& file, ResultZones& zones) {
  for (const std::string_view option : {"--old-summary", "--new-summary"}) {
    if (line.has(option)) throw usage_error(fmt::format("a store has its summaries: leave out {}", option));
  }
  const Store store = Store::open_to_read(file);
  const StoredPair pair = choose_sweeps(store.sweeps(), line.words, file);
  Sides sides = {read_stored(store, pair.before, zones), read_stored(store, pair.now, zones)};
  for (const std::int64_t id : pair.left_aside) {
    sides[1].notes.push_back(fmt::format("{}: sweep {} is later, but not complete: left aside", file, id));
  }
  return sides;
}

int diff(const ScannedLine& line) {
  DiffArguments arguments;
  OutputOptions options;
  store_options(line, {&arguments, &options});
  const bool is_stored = !options.store_file.empty();
  if (line.words.size() == 1 || (line.words.empty() && !is_stored)) throw words_missing(diff_command);
  const std::string output = options.output_file.empty() ? "-" : options.output_file;
  check(arguments);
  const DiffFormat format = format_of(arguments, output);
  refuse_same_outputs({{"--store", options.store_file}, {"--output", output}});
  if (!is_stored) {
    check_inputs(line.words);
    std::vector<std::string> inputs = line.words;
    for (const std::string& summary : {arguments.old_summary, arguments.new_summary}) {
      if (!summary.empty()) inputs.push_back(summary);
    }
    check_output_is_no_input("--output", output, inputs);
  }
  refuse_unfinished({output});
  if (output == "-") check_standard_output();

  ResultZones zones;
  const auto [before, now] =
      is_stored ? read_store(line, options.store_file, zones) : read_files(line, arguments, zones);
  const Difference difference = compare_results({before.rows, before.summary ? &*before.summary : nullptr},
                                                {now.rows, now.summary ? &*now.summary : nullptr}, arguments.diff);

  const std::string text = difference_text(difference, before.rows, now.rows, format);
  if (output == "-") {
    print_text(text);
  } else {
    write_report_file({output, "changes", "-o"}, text);
  }
  if (!options.quiet) {
    for (const InputResult* input : {&before, &now}) tell_notes(input->notes);
    std::fputs(difference_counts(difference).c_str(), stderr);
  }
  return difference.changes.empty() ? 0 : 1;
}

// Whoever asks whether two results differ must not take trouble for "yes".
int run(const ScannedLine& line) {
  try {
    return diff(line);
  } catch (const Error& error) {
    throw Error(ExitCode::usage, error.what(), error.errno_value(), error.remedy());
  } catch (const std::bad_alloc&) {
    throw usage_error("not enough memory");
  }
}

}  // namespace

constexpr CommandSpec diff_command = {
    .name = "diff",
    .words = "OLD NEW",
    .least_words = 0,
    .most_words = 2,
    .help = "what changed between two results",
    .introduction =
        "Compares two results (CSV or NDJSON, - is stdin): which hosts came up, and which went down.\n"
        "Up is alive. A host that is missing because a sweep was incomplete is unknown, not down.\n"
        "With --store, OLD and NEW are two sweeps of a store; without them its last two of one series.\n",
    .options = option_rows,
    .exit_statuses = exit_statuses,
    .run = run};

}  // namespace ringsweep
