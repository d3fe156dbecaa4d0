#include "ringsweep/base/quote_text.h"

#include <fmt/core.h>

namespace ringsweep {

std::string quote_text(std::string_view text) {
  constexpr std::size_t max_shown = 60;
  std::string result = "'";
  for (const char c : text.substr(0, max_shown)) {
    if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  result += "'";
  if (text.size() > max_shown) result += "...";
  return result;
}

}  // namespace ringsweep
