// `ringsweep diff OLD NEW`, and `ringsweep diff --store FILE`.
#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "cli/files/result_output.h"
#include "cli/files/standard_streams.h"
#include "cli/options/choices.h"
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

using enum OptionGroup;

constexpr OptionSpec options[] = {
    {OptionId::all, command, "", "--all", "", false, "", "states, responders, TTLs and RTTs as well",
     "A responder or TTL is compared where the state is the same on both sides, an RTT where both are alive."},
    {OptionId::states, command, "", "--states", "", false, "",
     "with --all: tell unreachable, time_exceeded, no_reply apart",
     "Without it they count as one: routers limit how many ICMP errors they send, so an unchanged network shows now one and now another."},
    {OptionId::rtt_factor, command, "", "--rtt-factor", "N", false, "3",
     "with --all: how many times as long or short an RTT must be",
     "An RTT that changed by less than 1 ms is not shown, whatever the factor."},
    {OptionId::old_summary, command, "", "--old-summary", "FILE", false, "beside OLD", "the summary of OLD's sweep",
     ""},
    {OptionId::new_summary, command, "", "--new-summary", "FILE", false, "beside NEW", "the summary of NEW's sweep",
     "What --summary-json wrote. Without the option it is looked for beside the result: of new.csv in new.csv.json and new.json."},
    {OptionId::store, command, "", "--store", "FILE", false, "",
     "compare two sweeps of a store; OLD NEW are their numbers",
     "Without numbers: the last complete sweep, and the last complete one before it of the same series (the same targets and options)."},
    {OptionId::format, command, "", "--format", "FORMAT", false, "text", "changes as text, csv or ndjson",
     "Without it the ending of the -o FILE decides (.csv; .ndjson, .jsonl, .json)."},
    {OptionId::output, command, "-o", "--output", "FILE", false, "stdout", "write the changes to FILE",
     "It is written whole or not at all."},
    {OptionId::quiet, command, "-q", "--quiet", "", false, "", "nothing on stderr but errors", ""},
    help_option,
};

constexpr ExitStatusText exit_statuses[] = {
    {0, "nothing changed"},
    {1, "something changed, or is unknown"},
    {2, "trouble: a wrong option, a result that cannot be read, or output that failed"},
};

constexpr Choice<DiffFormat> formats[] = {
    {"text", DiffFormat::text}, {"csv", DiffFormat::csv}, {"ndjson", DiffFormat::ndjson}};

DiffFormat format_of(const ScannedLine& line, const std::string& output) {
  if (line.has(OptionId::format)) return parse_choice<DiffFormat>("--format", line.value_of(OptionId::format), formats);
  if (row_format_of_file(output) == RowFormatKind::ndjson) return DiffFormat::ndjson;
  return output.ends_with(".csv") ? DiffFormat::csv : DiffFormat::text;
}

DiffOptions options_of(const ScannedLine& line) {
  DiffOptions result;
  result.all = line.has(OptionId::all);
  result.states = line.has(OptionId::states);
  if (line.has(OptionId::rtt_factor))
    result.rtt_factor_milli = parse_factor("--rtt-factor", line.value_of(OptionId::rtt_factor));
  if (!result.all && (result.states || line.has(OptionId::rtt_factor))) {
    throw usage_error(fmt::format("{} is about what --all shows", result.states ? "--states" : "--rtt-factor"),
                      "give --all as well");
  }
  return result;
}

using Sides = std::array<InputResult, 2>;

Sides read_files(const ScannedLine& line, ResultZones& zones) {
  return {read_result(line.words[0], {line.value_of(OptionId::old_summary), "--old-summary"}, zones),
          read_result(line.words[1], {line.value_of(OptionId::new_summary), "--new-summary"}, zones)};
}

Sides read_store(const ScannedLine& line, const std::string& file, ResultZones& zones) {
  for (const auto& [option, name] :
       {std::pair(OptionId::old_summary, "--old-summary"), std::pair(OptionId::new_summary, "--new-summary")}) {
    if (line.has(option)) throw usage_error(fmt::format("a store has its summaries: leave out {}", name));
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
  const bool is_stored = line.has(OptionId::store);
  if (line.words.size() == 1 || (line.words.empty() && !is_stored)) throw words_missing(diff_command);
  const std::string output =
      line.has(OptionId::output) ? parse_file("--output", line.value_of(OptionId::output)) : std::string("-");
  const DiffOptions chosen = options_of(line);
  const DiffFormat format = format_of(line, output);
  const std::string store = is_stored ? parse_file("--store", line.value_of(OptionId::store)) : "";
  refuse_same_outputs({{"--store", store}, {"--output", output}});
  if (!is_stored) {
    check_inputs(line.words);
    std::vector<std::string> inputs = line.words;
    for (const OptionId summary : {OptionId::old_summary, OptionId::new_summary}) {
      if (line.has(summary)) inputs.push_back(line.value_of(summary));
    }
    check_output_is_no_input("--output", output, inputs);
  }
  refuse_unfinished({output});
  if (output == "-") check_standard_output();

  ResultZones zones;
  const auto [before, now] = is_stored ? read_store(line, store, zones) : read_files(line, zones);
  const Difference difference = compare_results({before.rows, before.summary ? &*before.summary : nullptr},
                                                {now.rows, now.summary ? &*now.summary : nullptr}, chosen);

  const std::string text = difference_text(difference, before.rows, now.rows, format);
  if (output == "-") {
    print_text(text);
  } else {
    write_report_file({output, "changes", "-o"}, text);
  }
  if (!line.has(OptionId::quiet)) {
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
    "diff",
    "OLD NEW",
    0,
    2,
    "what changed between two results",
    "Compares two results (CSV or NDJSON, - is stdin): which hosts came up, and which went down.\n"
    "Up is alive. A host that is missing because a sweep was incomplete is unknown, not down.\n"
    "With --store OLD and NEW are two sweeps of a store; without them its last two of one kind.\n",
    "Compares two results of one network, each CSV or NDJSON as a sweep wrote it; - is standard input. Shows one line a change, in address order: up where a host is alive that was not, down where one was alive that is not, and unknown "
    "where the other result does not tell: the sweep or its file is incomplete, or the host has no row there or was not asked. That a row is missing on purpose (-a, --show) is known from the summaries that --summary-json wrote: a host without a row is down where both sweeps had the same targets and excludes, its own was complete, and its result has all that were alive.",
    options,
    exit_statuses,
    run};

}  // namespace ringsweep
