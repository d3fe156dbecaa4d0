// How a verdict becomes text: one class a format (csv, ndjson, list, table), all made by `make_row_format`.
//
// A format belongs to the writer's thread. It only appends text to a buffer: it knows nothing of files. A row is
// appended whole, ends with '\n', and never depends on the locale. Verdicts `interrupted` and `not_sent` are counted
// elsewhere and never become rows (asserted; the RowQueue drops them). Columns and their meaning: ringsweep-output(5).
//
// Behind the columns that every result has stand those that options add (ExtraColumn), in csv, ndjson and table; a list
// has none.
//
// The table of up to `table_sort_limit` targets keeps its rows and prints them in address order in append_end; a longer
// one, and one in a file that a later run may go on with, prints as they come.
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

// A column that an option adds. Asked on the writer's thread while the row is made, by each who makes one of it.
class ExtraColumn {
 public:
  virtual ~ExtraColumn() = default;
  virtual std::string_view name() const = 0;
  // How wide most values are, for a table that is printed as it comes.
  virtual std::size_t usual_width() const = 0;
  // Printable; empty: absent. Valid until the next call.
  virtual std::string_view value(const Verdict& verdict) = 0;
};

// What a row needs beside its verdict; all of it outlives the format.
struct RowContext {
  const TargetSet& targets;
  const ZoneNames& zones;
  std::span<ExtraColumn* const> columns = {};
  bool keeps_no_rows = false;  // each is appended as soon as it is decided
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

// By the ending of a file's name: .csv; .ndjson, .jsonl, .json; .txt, .list. Anything else is csv.
RowFormatKind row_format_of_file(std::string_view path);

}  // namespace ringsweep
