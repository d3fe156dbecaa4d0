#include "cli/options/option_hint.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

// Levenshtein's distance; both texts are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// A beginning is as good as a whole name ("--sum"), from three letters on.
bool abbreviates(std::string_view text, std::string_view name) {
  return text.size() >= 5 && name.starts_with(text);
}

}  // namespace

std::string_view nearest_option(std::string_view unknown, std::span<const OptionSpec> table) {
  const std::string_view name = unknown.substr(0, unknown.find('='));
  if (!name.starts_with("--")) return {};
  std::string_view nearest;
  std::size_t least = name.size() <= 6 ? 2 : 3;  // from this distance on it is another word
  for (const OptionSpec& option : table) {
    if (abbreviates(name, option.long_name)) return option.long_name;
    const std::size_t found = distance(name, option.long_name);
    if (found < least) {
      least = found;
      nearest = option.long_name;
    }
  }
  return nearest;
}

Error unknown_option(std::string_view text, std::span<const OptionSpec> table, std::string_view help_hint) {
  const std::string_view nearest = nearest_option(text, table);
  const std::string guess = nearest.empty() ? "" : fmt::format(": {}?", nearest);
  return usage_error(fmt::format("{} is not an option{}", quote_text(text), guess), std::string(help_hint));
}

}  // namespace ringsweep
