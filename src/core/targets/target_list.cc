// The streaming reader of target lists. Most lines of a long list are plain addresses, and these take the short way.
#include <fmt/core.h>

#include <utility>

#include "core/targets/target_messages.h"
#include "ringsweep/core/targets/target_set.h"

namespace ringsweep {
namespace {

// Nothing sensible is longer; without a limit, a file without newlines would have to fit in memory.
constexpr std::size_t max_line = std::size_t{1} << 20;

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view without_comment_and_blanks(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

}  // namespace

TargetSetBuilder::ListReader::ListReader(TargetSetBuilder& builder, std::string name, Purpose purpose)
    : builder_(builder), name_(std::move(name)), purpose_(purpose) {}

void TargetSetBuilder::ListReader::feed(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t newline = piece.find('\n');
    const bool is_whole = newline != std::string_view::npos;
    const std::string_view line = piece.substr(0, newline);
    piece.remove_prefix(is_whole ? newline + 1 : piece.size());
    if (is_whole && rest_.empty()) {
      take_line(line);
      continue;
    }
    rest_ += line;
    if (is_whole) {
      take_line(rest_);
      rest_.clear();
    } else if (rest_.size() > max_line) {
      ++line_;
      refuse_line(rest_, "the line is too long; is this a list of targets?");
    }
  }
}

void TargetSetBuilder::ListReader::finish() {
  if (!rest_.empty()) take_line(rest_);
  rest_.clear();
}

void TargetSetBuilder::ListReader::take_line(std::string_view line) {
  ++line_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (const auto v4 = parse_v4(line); v4 && builder_.take_v4(*v4, purpose_)) return;

  if (line_ == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  if (line_ == 1 && (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff"))) {
    refuse_line(line, "the list is UTF-16; save it as UTF-8");
  }
  const std::string_view spec = without_comment_and_blanks(line);
  if (spec.empty()) return;
  const std::string where = fmt::format("{}:{}", name_, line_);
  if (purpose_ == Purpose::add) {
    builder_.add(spec, where);
  } else {
    builder_.exclude(spec, where);
  }
}

void TargetSetBuilder::ListReader::refuse_line(std::string_view line, const std::string& reason) const {
  throw bad_target(fmt::format("{}:{}", name_, line_), line, reason);
}

}  // namespace ringsweep
