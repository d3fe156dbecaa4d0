// Reads back what the CSV and NDJSON formats wrote, to compare, merge or resume results.
//
// Pure: pieces of a file of any size in, rows out; memory for one line. The format follows from the first byte ('{'
// means NDJSON). CSV must have its header: the columns of ringsweep-output(5) in their order. Further columns are kept
// by name, and so are other fields of NDJSON. A line is a row, at most `longest_line` bytes; it may end in CRLF.
//
// A last line without newline was cut off by a kill or a full disk: it is skipped without an error, and was_cut() is
// true. Everything else that is invalid is a usage Error that names file, line, text and reason; the rows before it
// were taken.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/core/jobs/verdict.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

// An address as it stands in a file: its zone may be an interface of another machine, so it stays text.
struct ResultAddress {
  Address address;   // without zone; none: the field was empty
  std::string zone;  // "eth0"; empty: none
  friend bool operator==(const ResultAddress&, const ResultAddress&) = default;
};

struct ResultRow {
  ResultAddress address;
  std::string name;  // empty: the target was an address
  State state = State::no_reply;
  std::int64_t rtt_ns = -1;  // -1: none; so for ttl, icmp_type, icmp_code
  std::int16_t ttl = -1;
  std::uint32_t attempts = 0;
  ResultAddress responder;
  std::int16_t icmp_type = -1;
  std::int16_t icmp_code = -1;
  Reason reason = Reason::none;
  std::int64_t time_ns = 0;       // CLOCK_REALTIME, whole milliseconds
  std::vector<std::string> more;  // values of ResultReader::more_columns(); empty where absent
};

class ResultReader {
 public:
  static constexpr std::size_t longest_line = 64 * 1024;
  using TakeRow = std::function<void(const ResultRow&)>;

  // `name` of the file, for errors.
  explicit ResultReader(std::string name) : name_(std::move(name)) {}

  void feed(std::string_view piece, const TakeRow& take);
  // The end of the file. An empty file is an error: CSV has at least a header, and NDJSON at least one row.
  void finish();

  bool was_cut() const { return !rest_.empty(); }
  // Up to the end of the last whole line.
  std::uint64_t whole_bytes() const { return whole_bytes_; }
  // The further columns of CSV, or the further fields of the first row of NDJSON.
  const std::vector<std::string>& more_columns() const { return more_columns_; }

 private:
  void take_line(std::string_view line, const TakeRow& take);
  void take_header(std::string_view line);
  ResultRow read_csv(std::string_view line);
  ResultRow read_ndjson(std::string_view line);
  [[noreturn]] void refuse(std::string_view text, std::string_view reason) const;
  [[noreturn]] void refuse_fields(std::string_view text, std::string_view fault) const;

  std::string name_;
  RowFormatKind format_ = RowFormatKind::csv;
  std::vector<std::string> more_columns_;
  std::vector<std::string> fields_;  // of the line at hand
  std::string rest_;                 // the line that the latest piece began
  std::uint64_t line_ = 0;
  std::uint64_t whole_bytes_ = 0;
};

}  // namespace ringsweep
