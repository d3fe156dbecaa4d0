#include "cli/help/man_page.h"

#include <fmt/core.h>

#include <algorithm>

#include "ringsweep/base/version.h"

namespace ringsweep {
namespace {

constexpr std::string_view paragraph = ".PP\n";
constexpr std::string_view literal_begin = ".in +4n\n.EX\n";
constexpr std::string_view literal_end = ".EE\n.in\n";

// A character that roff would replace by a typographic one, or take for the beginning of an escape.
std::string_view escaped_literal(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {};
  }
}

// A line of an example: what is copied from the page is what stands here.
std::string literal_line(std::string_view line) {
  std::string text = line.starts_with('.') ? "\\&" : "";
  for (const char c : line) {
    const std::string_view escaped = escaped_literal(c);
    text += escaped.empty() ? std::string_view(&c, 1) : escaped;
  }
  return text + '\n';
}

// Plain prose: apostrophes may become typographic ones, nothing is a request or an escape.
std::string prose(std::string_view text) {
  std::string escaped;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) escaped += "\\&";
    const std::string_view replacement = c == '\'' ? std::string_view() : escaped_literal(c);
    escaped += replacement.empty() ? std::string_view(&c, 1) : replacement;
    line_start = c == '\n';
  }
  return escaped;
}

// A line of a source, with requests and escapes: only its hyphens change.
std::string roff_line(std::string_view line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '-' && (i == 0 || line[i - 1] != '\\')) text += '\\';
    text += line[i];
  }
  return text + '\n';
}

bool ends_with_heading(std::string_view page) {
  if (page.size() < 2) return false;
  return page.substr(page.rfind('\n', page.size() - 2) + 1).starts_with(".S");
}

std::string with_version(std::string_view line, std::string_view version) {
  constexpr std::string_view placeholder = "@VERSION@";
  std::string text(line);
  if (const std::size_t at = text.find(placeholder); at != std::string::npos)
    text.replace(at, placeholder.size(), version);
  return text + '\n';
}

// A line of help, with a capital letter and a full stop.
std::string as_sentence(std::string_view help) {
  std::string line(help);
  line[0] = static_cast<char>(line[0] >= 'a' && line[0] <= 'z' ? line[0] - 'a' + 'A' : line[0]);
  return line + '.';
}

std::string option_entry(const OptionSpec& option) {
  std::string text = ".TP\n";
  if (!option.short_name.empty()) text += fmt::format("\\fB{}\\fR, ", prose(option.short_name));
  text += fmt::format("\\fB{}\\fR", prose(option.long_name));
  if (!option.argument.empty()) text += fmt::format(" \\fI{}\\fR", prose(option.argument));
  text += fmt::format("\n{}\n", prose(as_sentence(option.help)));
  if (!option.default_text.empty()) text += fmt::format("Default: {}.\n", prose(option.default_text));
  if (!option.manual.empty()) text += prose(option.manual) + "\n";
  return text;
}

}  // namespace

std::string man_entry(std::string_view name, std::string_view argument, std::string_view text) {
  const std::string italics = argument.empty() ? "" : fmt::format(" \\fI{}\\fR", prose(argument));
  return fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", prose(name), italics, prose(as_sentence(text)));
}

std::string man_options(std::span<const OptionSpec> table) {
  const bool grouped = std::ranges::any_of(
      table, [](OptionGroup group) { return group != OptionGroup::command && group != OptionGroup::about; },
      &OptionSpec::group);
  std::string text;
  const OptionSpec* before = nullptr;
  for (const OptionSpec& option : table) {
    if (grouped && (before == nullptr || before->group != option.group))
      text += fmt::format(".SS {}\n", to_text(option.group));
    text += option_entry(option);
    before = &option;
  }
  return text;
}

std::string man_exit_statuses(std::span<const ExitStatusText> table) {
  std::string text;
  for (const ExitStatusText& status : table) text += man_entry(std::to_string(status.status), "", status.meaning);
  return text;
}

std::string man_literal(std::string_view text) {
  std::string roff = std::string(paragraph).append(literal_begin);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    roff += literal_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return roff.append(literal_end);
}

std::string man_page(std::string_view source, std::string_view version, std::span<const ManPart> parts) {
  std::string page;
  bool literal = false;
  while (!source.empty()) {
    const std::string_view line = source.substr(0, source.find('\n'));
    source.remove_prefix(std::min(line.size() + 1, source.size()));
    const auto part = std::ranges::find(parts, line, &ManPart::placeholder);
    if (line == ".EX" || line == ".EE") {
      literal = line == ".EX";
      // A heading is followed by a paragraph anyway; mandoc warns of another.
      if (literal && !ends_with_heading(page)) page += paragraph;
      page += literal ? literal_begin : literal_end;
    } else if (literal) {
      page += literal_line(line);
    } else if (part != parts.end()) {
      page += part->roff;
    } else if (line.starts_with(".TH ")) {
      page += with_version(line, version);
    } else if (!line.starts_with(".\\\"")) {
      page += roff_line(line);
    }
  }
  return page;
}

}  // namespace ringsweep
