#include "ringsweep/output/results/csv_reader.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "output/results/result_fields.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// "IP Address" -> "ip_address"
std::string plain_name(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    if (c == ' ') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

}  // namespace

void CsvColumnReader::feed(std::string_view piece, const Take& take) {
  for (;;) {
    const std::size_t end = piece.find('\n');
    rest_ += piece.substr(0, end);
    if (rest_.size() + record_.size() > longest_record)
      refuse(line_ + 1, fmt::format("a record is longer than {} bytes", longest_record));
    if (end == std::string_view::npos) return;
    piece.remove_prefix(end + 1);
    std::string line;
    line.swap(rest_);
    take_line(line, take);
  }
}

void CsvColumnReader::finish(const Take& take) {
  if (!rest_.empty()) {
    std::string line;
    line.swap(rest_);
    take_line(line, take);
  }
  if (open_) refuse(record_line_, "unclosed quote");
  if (!has_header_) refuse(1, "missing header");
}

void CsvColumnReader::take_line(std::string_view line, const Take& take) {
  ++line_;
  if (line_ == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  if (open_) {
    record_ += '\n';
  } else {
    record_line_ = line_;
  }
  record_ += line;
  // A quote inside of a field is written twice, so an even number of them closes all.
  if (std::ranges::count(line, '"') % 2 != 0) open_ = !open_;
  if (open_) return;
  std::string record;
  record.swap(record_);
  if (record.ends_with('\r')) record.pop_back();
  if (!record.empty()) take_record(record, take);
}

void CsvColumnReader::take_record(std::string_view record, const Take& take) {
  if (!split_csv(record, fields_)) refuse(record_line_, fmt::format("{} is not CSV", quote_text(record)));
  if (!has_header_) return take_header();
  if (column_ >= fields_.size()) refuse(record_line_, fmt::format("{} has too few fields", quote_text(record)));
  take(fields_[column_], record_line_);
}

void CsvColumnReader::take_header() {
  has_header_ = true;
  for (const std::string_view wanted : names_) {
    const auto found =
        std::ranges::find_if(fields_, [&](const std::string& field) { return plain_name(field) == wanted; });
    if (found == fields_.end()) continue;
    column_ = static_cast<std::size_t>(found - fields_.begin());
    return;
  }
  refuse(record_line_, fmt::format("missing column {}", fmt::join(names_, " or ")));
}

void CsvColumnReader::refuse(std::uint64_t line, std::string_view reason) const {
  throw usage_error(fmt::format("{}:{}: {}", file_, line, reason));
}

}  // namespace ringsweep
