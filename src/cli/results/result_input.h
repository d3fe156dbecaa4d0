// A result that the user names, read whole, with the summary that its sweep wrote beside it (--summary-json).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/output/results/result_set.h"
#include "ringsweep/output/summary/summary.h"

namespace ringsweep {

// Which file is the summary of a result.
struct SummaryChoice {
  std::string file;         // empty: FILE.csv.json or FILE.json beside FILE.csv, where one of them is one
  std::string_view option;  // "--old-summary", for errors
};

struct InputResult {
  ResultSet rows;
  std::optional<SweepSummary> summary;
  std::vector<std::string> notes;  // what the user should know, such as a summary that is not of this result
};

// `path` may be "-". A summary is of this result where the latest row came between its start and its end (without rows:
// where it is not older than the result); another is an error where it was asked for, and left aside with a note else.
// Throws Error (usage): unreadable, damaged, newer, not ours.
InputResult read_result(const std::string& path, const SummaryChoice& choice, ResultZones& zones);

// The same without keeping the rows: each with the columns that `row.more` has. Returns the notes.
using TakeRow = std::function<void(const ResultRow& row, const std::vector<std::string>& more_columns)>;
std::vector<std::string> read_rows(const std::string& path, const TakeRow& take);

// On standard error, a line each.
void tell_notes(const std::vector<std::string>& notes);

// Adds why a sweep was not complete, where its summary says so; read_result has done it.
void add_notes_of_summary(InputResult& input);

// Throws Error (usage) where "-" stands among `inputs` more than once.
void check_inputs(const std::vector<std::string>& inputs);

// Throws Error (usage) where `output`, given by `option`, is one of the results that are read, or may be the summary of
// one.
void check_output_is_no_input(std::string_view option, const std::string& output,
                              const std::vector<std::string>& inputs);

}  // namespace ringsweep
