// Texts and fields of CSV, written by raw pointer as number_text.h does. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace ringsweep {

inline char* put_text(char* out, std::string_view text) {
  return std::copy(text.begin(), text.end(), out);
}

// Quoted as RFC 4180 asks where that is necessary; needs up to 2 x size + 2 bytes.
inline char* put_csv_field(char* out, std::string_view text) {
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
  field.resize(static_cast<std::size_t>(put_csv_field(field.data(), text) - field.data()));
  return field;
}

}  // namespace ringsweep
