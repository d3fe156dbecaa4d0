#include "ringsweep/output/rows/row_filter.h"

#include <string_view>

#include "ringsweep/base/error.h"
#include "ringsweep/base/quote_text.h"

namespace ringsweep {
namespace {

constexpr std::string_view all_word = "all";

std::string valid_words() {
  std::string text = "valid: all; states:";
  for (std::size_t i = 0; i < state_count; ++i) {
    const auto state = static_cast<State>(i);
    if (becomes_row(state)) text.append(" ").append(to_text(state));
  }
  text.append("; reasons:");
  for (std::size_t i = 1; i < reason_count; ++i) text.append(" ").append(to_text(static_cast<Reason>(i)));
  return text;
}

template <typename Take>
void for_each_word(std::string_view text, Take take) {
  for (;;) {
    const std::size_t comma = text.find(',');
    take(text.substr(0, comma));
    if (comma == std::string_view::npos) return;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

RowFilter RowFilter::all() {
  RowFilter filter;
  filter.states_.set();
  return filter;
}

RowFilter RowFilter::default_of(RowFormatKind format) {
  if (format == RowFormatKind::csv || format == RowFormatKind::ndjson) return all();
  RowFilter filter;
  filter.states_.set(static_cast<std::size_t>(State::alive));
  if (format == RowFormatKind::table) filter.states_.set(static_cast<std::size_t>(State::other_source));
  return filter;
}

RowFilter RowFilter::from_options(std::span<const std::string> show, bool alive_only, RowFormatKind format) {
  if (alive_only && !show.empty()) throw usage_error("-a and --show exclude each other", "'-a' is '--show alive'");
  if (show.empty() && !alive_only) return default_of(format);
  RowFilter filter;
  if (alive_only) filter.add_word(to_text(State::alive));
  for (const std::string& text : show) {
    for_each_word(text, [&filter](std::string_view word) { filter.add_word(word); });
  }
  return filter;
}

std::string RowFilter::words() const {
  if (states_.all()) return std::string(all_word);
  std::string text;
  const auto add = [&text](std::string_view word) { text.append(text.empty() ? "" : ",").append(word); };
  for (std::size_t i = 0; i < state_count; ++i) {
    if (states_[i]) add(to_text(static_cast<State>(i)));
  }
  for (std::size_t i = 0; i < reason_count; ++i) {
    if (reasons_[i]) add(to_text(static_cast<Reason>(i)));
  }
  return text;
}

void RowFilter::add_word(std::string_view word) {
  if (word == all_word) {
    *this = all();
    return;
  }
  const auto state = state_from_text(word);
  if (state && !becomes_row(*state)) {
    throw usage_error("--show: " + quote_text(word) + " is counted in the summary, but never written as a row");
  }
  const auto reason = word.empty() ? std::nullopt : reason_from_text(word);
  if (state) {
    states_.set(static_cast<std::size_t>(*state));
  } else if (reason) {
    reasons_.set(static_cast<std::size_t>(*reason));
  } else {
    throw usage_error("--show: " + quote_text(word) + " is neither a state nor a reason", valid_words());
  }
}

}  // namespace ringsweep
