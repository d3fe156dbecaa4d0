// Turns verdicts into text: one class per format (csv, ndjson, list, table), all made by `make_row_format`.
//
// A format belongs to the writer's thread. It appends text to a buffer and knows nothing of files. A row is appended
// whole, ends with '\n', and never depends on the locale. Verdicts `interrupted` and `not_sent` never become rows
// (asserted; the RowQueue drops them). ringsweep-output(5) describes the columns.
//
// In csv, ndjson and table the columns that options add (ExtraColumn) follow those that every result has.
//
// A table of up to `table_sort_limit` targets keeps its rows and prints them in address order in append_end. A larger
// one, and one in a file that a later run may resume, prints rows as they come.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/core/targets/target_set.h"
#include "ringsweep/output/text/text_buffer.h"

namespace ringsweep {

enum class RowFormatKind {
  csv,
  ndjson,
  table,
  list
};

inline constexpr std::uint64_t table_sort_limit = 65'536;

// Undecided targets are counted, but have no row.
inline bool becomes_row(State state) {
  return state != State::interrupted && state != State::not_sent;
}

// A column that an option adds. Called on the writer's thread while a row is made, once for each row made of a verdict.
class ExtraColumn {
 public:
  virtual ~ExtraColumn() = default;
  virtual std::string_view name() const = 0;
  // The width of most values, for a table whose rows are printed as they come.
  virtual std::size_t usual_width() const = 0;
  // Printable; empty: absent. Valid until the next call.
  virtual std::string_view value(const Verdict& verdict) = 0;
};

// What a row needs besides its verdict; all of it outlives the format.
struct RowContext {
  const TargetSet& targets;
  const ZoneNames& zones;
  std::span<ExtraColumn* const> columns = {};
  bool keeps_no_rows = false;  // rows are appended as soon as they are decided
};

class RowFormat {
 public:
  virtual ~RowFormat() = default;
  virtual void append_header(TextBuffer& out) = 0;
  virtual void append_row(TextBuffer& out, const Verdict& verdict) = 0;
  // `shown` rows are in the output, those of an earlier run included; `hidden` were decided, but not shown (RowFilter).
  virtual void append_end(TextBuffer& out, std::uint64_t shown, std::uint64_t hidden) = 0;
};

std::unique_ptr<RowFormat> make_row_format(RowFormatKind name, const RowContext& context);

// By the extension of a file: .csv; .ndjson, .jsonl, .json; .txt, .list. Anything else is csv.
RowFormatKind row_format_of_file(std::string_view path);

}  // namespace ringsweep
