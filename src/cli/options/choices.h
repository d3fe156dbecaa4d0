// Values of options that every command reads in the same way. Throw Error (usage), which names the option. Pure.
#pragma once

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {

template <typename Enum>
struct Choice {
  std::string_view text;
  Enum value;
};

template <typename Enum>
Enum parse_choice(std::string_view place, std::string_view text, std::span<const Choice<Enum>> choices) {
  std::vector<std::string_view> texts;
  for (const Choice<Enum>& choice : choices) {
    if (choice.text == text) return choice.value;
    texts.push_back(choice.text);
  }
  throw usage_error(fmt::format("{}: {} is not one of the choices", place, quote_text(text)),
                    fmt::format("accepted: {}", fmt::join(texts, ", ")));
}

inline std::string parse_file(std::string_view place, const std::string& text) {
  if (text.empty()) throw usage_error(fmt::format("{}: the file name is empty", place));
  return text;
}

}  // namespace ringsweep
