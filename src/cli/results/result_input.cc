#include "cli/results/result_input.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "cli/files/read_file.h"
#include "cli/files/result_output.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/base/time.h"
#include "ringsweep/output/results/result_reader.h"
#include "ringsweep/output/summary/summary_reader.h"

namespace ringsweep {
namespace {

// No summary is longer; a result that has its name is not read to its end.
constexpr std::size_t longest_summary = 1U << 20;

// The reader's own words at the end: cut or not, and which columns.
ResultReader read_all(const std::string& path, const TakeRow& take) {
  ResultReader reader(input_name(path));
  bool empty = true;
  const auto take_row = [&](const ResultRow& row) { take(row, reader.more_columns()); };
  read_file(path, [&](std::string_view piece) {
    empty = false;
    reader.feed(piece, take_row);
  });
  // NDJSON has no header: without rows the file is empty.
  if (!empty || row_format_of_file(path) != RowFormatKind::ndjson) reader.finish();
  return reader;
}

ResultSet read_set(const std::string& path, ResultZones& zones) {
  ResultSet set(input_name(path), zones);
  const ResultReader reader =
      read_all(path, [&set](const ResultRow& row, const std::vector<std::string>&) { set.add(row); });
  set.finish(reader.was_cut(), reader.more_columns());
  return set;
}

std::optional<SweepSummary> read_summary_file(const std::string& path) {
  std::string text;
  read_file(path, [&text](std::string_view piece) {
    if (text.size() <= longest_summary) text += piece;
  });
  if (text.size() > longest_summary) return std::nullopt;
  return read_summary(text, path);
}

// The wall clock may have been slewed meanwhile; both ends are by the monotonic one.
std::int64_t slack_ns(const SweepSummary& summary) {
  return ns_per_s + (summary.finished_ns - summary.started_ns) / 1000;
}

// A summary is written when the last row is: where there is no row that tells (`latest_row_ns` is 0), the files' times
// do.
bool belongs_to(const SweepSummary& summary, std::int64_t latest_row_ns, const std::string& summary_path,
                const std::string& path) {
  if (latest_row_ns != 0) {
    const std::int64_t slack = slack_ns(summary);
    // A sweep that was resumed may have had nobody left to find.
    const bool after_start = summary.run > 1 || latest_row_ns >= summary.started_ns - slack;
    return after_start && latest_row_ns <= summary.finished_ns + slack;
  }
  std::error_code error;
  const auto written = std::filesystem::last_write_time(path, error);
  return error || std::filesystem::last_write_time(summary_path, error) >= written;
}

std::array<std::string, 2> places_beside(const std::string& path) {
  const std::filesystem::path file(path);
  return {path + ".json", std::filesystem::path(file).replace_extension(".json").string()};
}

std::optional<SweepSummary> find_summary(const std::string& path, std::int64_t latest_row_ns,
                                         std::vector<std::string>& notes) {
  for (const std::string& place : places_beside(path)) {
    std::error_code ignored;
    if (place == path || !std::filesystem::is_regular_file(place, ignored)) continue;
    std::optional<SweepSummary> summary = read_summary_file(place);
    if (!summary) continue;
    if (belongs_to(*summary, latest_row_ns, place, path)) return summary;
    notes.push_back(fmt::format("{} is the summary of another sweep than {}: left aside", place, path));
  }
  return std::nullopt;
}

void add_notes(std::vector<std::string>& notes, const std::string& name, bool was_cut,
               const std::optional<SweepSummary>& summary) {
  if (was_cut) notes.push_back(fmt::format("{}: the last line was cut off, rows may be missing", name));
  if (!summary || summary->complete) return;
  for (const std::string& cause : summary->incomplete_because)
    notes.push_back(fmt::format("{}: incomplete: {}", name, cause));
  for (const MovedCounter& bound : summary->lower_bound)
    notes.push_back(fmt::format("{}: lower bound: {} moved by {}", name, bound.counter, bound.delta));
}

}  // namespace

InputResult read_result(const std::string& path, const SummaryChoice& choice, ResultZones& zones) {
  InputResult input{read_set(path, zones), std::nullopt, {}};
  const std::int64_t latest_row_ns = input.rows.latest_ns();
  if (choice.file.empty()) {
    if (path != "-") input.summary = find_summary(path, latest_row_ns, input.notes);
  } else {
    input.summary = read_summary_file(choice.file);
    if (!input.summary) {
      throw usage_error(fmt::format("{}: {} is no summary of ringsweep", choice.option, quote_text(choice.file)),
                        "give the FILE that --summary-json wrote");
    }
    if (!belongs_to(*input.summary, latest_row_ns, choice.file, path)) {
      throw usage_error(fmt::format("{}: {} is the summary of another sweep than {}", choice.option,
                                    quote_text(choice.file), input.rows.name()),
                        "its sweep began after the last row, or ended before it");
    }
  }
  add_notes(input.notes, input.rows.name(), input.rows.was_cut(), input.summary);
  return input;
}

void tell_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) std::fputs(fmt::format("ringsweep: {}\n", note).c_str(), stderr);
}

void add_notes_of_summary(InputResult& input) {
  add_notes(input.notes, input.rows.name(), false, input.summary);
}

std::vector<std::string> read_rows(const std::string& path, const TakeRow& take) {
  std::int64_t latest_row_ns = 0;
  const ResultReader reader = read_all(path, [&](const ResultRow& row, const std::vector<std::string>& more_columns) {
    latest_row_ns = std::max(latest_row_ns, row.time_ns);
    take(row, more_columns);
  });
  std::vector<std::string> notes;
  const auto summary = path == "-" ? std::nullopt : find_summary(path, latest_row_ns, notes);
  add_notes(notes, input_name(path), reader.was_cut(), summary);
  return notes;
}

void check_inputs(const std::vector<std::string>& inputs) {
  if (std::ranges::count(inputs, "-") > 1) {
    throw usage_error("standard input can be read only once: '-' was given more than once", "put one into a file");
  }
}

void check_output_is_no_input(std::string_view option, const std::string& output,
                              const std::vector<std::string>& inputs) {
  std::vector<std::string> read = inputs;
  for (const std::string& input : inputs)
    for (const std::string& place : places_beside(input)) read.push_back(place);
  refuse_to_replace_input(read, {{option, output}});
}

}  // namespace ringsweep
