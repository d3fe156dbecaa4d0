// The row formats and the small writers of text that they share; only make_row_format hands them out.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "ringsweep/base/address.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

std::unique_ptr<RowFormat> make_csv_format(const RowContext& context);
std::unique_ptr<RowFormat> make_ndjson_format(const RowContext& context);
std::unique_ptr<RowFormat> make_table_format(const RowContext& context);

// More than all fields but the name can need, escaped.
inline constexpr std::size_t max_row_without_name = 1024;

inline char* put_text(char* out, std::string_view text) {
  return std::copy(text.begin(), text.end(), out);
}

// A field of CSV by RFC 4180; needs up to 2 x size + 2 bytes.
inline char* put_quoted_where_needed(char* out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return put_text(out, text);
  *out++ = '"';
  for (const char c : text) {
    if (c == '"') *out++ = '"';
    *out++ = c;
  }
  *out++ = '"';
  return out;
}

inline std::string csv_field(std::string_view text) {
  std::string field(2 * text.size() + 2, ' ');
  field.resize(static_cast<std::size_t>(put_quoted_where_needed(field.data(), text) - field.data()));
  return field;
}

// The name of a target that was given as a name, else "".
inline std::string_view name_of(const RowContext& context, const Verdict& verdict) {
  if (!context.targets.is_name(verdict.target)) return {};
  return context.targets.name_at(verdict.target);
}

inline bool can_be_row(const Verdict& verdict) {
  return verdict.state != State::interrupted && verdict.state != State::not_sent;
}

}  // namespace ringsweep
