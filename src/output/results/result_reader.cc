#include "ringsweep/output/results/result_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "output/results/result_fields.h"
#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"
#include "ringsweep/output/text/json.h"
#include "ringsweep/output/text/number_text.h"

namespace ringsweep {
namespace {

// The text of the value in CSV.
std::string text_of(const Json& value, std::string_view column) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.string(column);
  // JSON drops trailing zeros; rtt_ms has three decimals.
  if (value.is_number() && column == "rtt_ms") return fmt::format("{:.3f}", value.number(column));
  return value.is_structured() ? "{...}" : value.text();
}

bool is_ours(std::string_view column) {
  return std::find(result_columns.begin(), result_columns.end(), column) != result_columns.end();
}

}  // namespace

void ResultReader::feed(std::string_view piece, const TakeRow& take) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (rest_.size() + part.size() > longest_line) {
      ++line_;
      refuse(rest_.empty() ? part : rest_, fmt::format("is longer than {} bytes", longest_line));
    }
    if (end == std::string_view::npos) {
      rest_ += part;
      return;
    }
    piece.remove_prefix(end + 1);
    whole_bytes_ += rest_.size() + part.size() + 1;
    if (rest_.empty()) {
      take_line(part, take);
    } else {
      std::string line;
      line.swap(rest_);
      take_line(line += part, take);
    }
  }
}

void ResultReader::finish() {
  if (line_ > 0) return;
  ++line_;
  refuse(rest_, was_cut() ? "was cut off within its first line" : "is not a result: the file is empty");
}

void ResultReader::take_line(std::string_view line, const TakeRow& take) {
  ++line_;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line_ == 1) format_ = line.starts_with('{') ? RowFormatKind::ndjson : RowFormatKind::csv;
  if (format_ == RowFormatKind::ndjson) return take(read_ndjson(line));
  if (line_ == 1) return take_header(line);
  take(read_csv(line));
}

void ResultReader::take_header(std::string_view line) {
  const bool whole = split_csv(line, fields_) && fields_.size() >= result_columns.size() &&
                     std::equal(result_columns.begin(), result_columns.end(), fields_.begin());
  if (!whole) refuse(line, "is not the header of a result (was it written with --no-header, or by something else?)");
  more_columns_.assign(fields_.begin() + result_columns.size(), fields_.end());
  for (auto column = more_columns_.begin(); column != more_columns_.end(); ++column) {
    if (column->empty() || is_ours(*column) || std::find(more_columns_.begin(), column, *column) != column)
      refuse(line, fmt::format("has an invalid or repeated column {}", quote_text(*column)));
  }
}

ResultRow ResultReader::read_csv(std::string_view line) {
  if (!split_csv(line, fields_)) refuse(line, "is not CSV");
  const std::size_t wanted = result_columns.size() + more_columns_.size();
  if (fields_.size() != wanted)
    refuse(line, fmt::format("has {} instead of {}", counted_text(fields_.size(), "field"), wanted));
  ResultRow row;
  if (const std::string fault = read_fields(fields_, row); !fault.empty()) refuse_fields(line, fault);
  row.more.assign(fields_.begin() + result_columns.size(), fields_.end());
  return row;
}

ResultRow ResultReader::read_ndjson(std::string_view line) {
  const std::optional<Json> object = Json::parse(line);
  if (!object || !object->is_object()) refuse(line, "is not a JSON object");
  if (line_ == 1) {
    for (const auto& [key, value] : object->members("row")) {
      if (!is_ours(key)) more_columns_.push_back(key);
    }
  }
  fields_.clear();
  for (const std::string_view column : result_columns) {
    const Json* value = object->find(column);
    if (value == nullptr) refuse(line, fmt::format("has no {}", column));
    fields_.push_back(text_of(*value, column));
  }
  ResultRow row;
  if (const std::string fault = read_fields(fields_, row); !fault.empty()) refuse_fields(line, fault);
  for (const std::string& column : more_columns_) {
    const Json* value = object->find(column);
    row.more.push_back(value == nullptr ? std::string() : text_of(*value, column));
  }
  return row;
}

void ResultReader::refuse_fields(std::string_view text, std::string_view fault) const {
  throw usage_error(fmt::format("{}:{}: {} in {}", name_, line_, fault, quote_text(text)));
}

void ResultReader::refuse(std::string_view text, std::string_view reason) const {
  throw usage_error(fmt::format("{}:{}: {} {}", name_, line_, quote_text(text), reason));
}

}  // namespace ringsweep
