#include "cli/help/plain_page.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace ringsweep {
namespace {

constexpr std::size_t page_width = 80;
constexpr std::size_t section_indent = 7;     // of text below .SH
constexpr std::size_t subsection_indent = 3;  // of the title of .SS
constexpr std::size_t tag_indent = 7;         // of text below a tag, beyond that of the tag
constexpr std::size_t literal_indent = 4;     // of .in

// What is left of an escape sequence, and how many characters it takes behind its backslash.
std::pair<std::string_view, std::size_t> unescape(std::string_view after) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> escapes = {{{"-", "-"},
                                                                                     {"e", "\\"},
                                                                                     {"&", ""},
                                                                                     {"(aq", "'"},
                                                                                     {"(ga", "`"},
                                                                                     {"(ha", "^"},
                                                                                     {"(ti", "~"},
                                                                                     {"(dq", "\""},
                                                                                     {"(bu", "*"}}};
  if (after.starts_with('f')) return {"", 2};  // a font
  for (const auto& [escape, text] : escapes) {
    if (after.starts_with(escape)) return {text, escape.size()};
  }
  return {"", 0};
}

std::string plain_text(std::string_view roff) {
  std::string text;
  for (std::size_t i = 0; i < roff.size(); ++i) {
    if (roff[i] != '\\') {
      text += roff[i];
      continue;
    }
    const auto [replacement, length] = unescape(roff.substr(i + 1));
    text += replacement;
    i += length;
  }
  return text;
}

// The words behind a macro; one in quotes may have blanks.
std::vector<std::string> macro_words(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  bool in_word = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      if (quoted) words.emplace_back();
      in_word = quoted;
    } else if (c == ' ' && !quoted) {
      in_word = false;
    } else {
      if (!in_word) words.emplace_back();
      in_word = true;
      words.back() += c;
    }
  }
  for (std::string& word : words) word = plain_text(word);
  return words;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

class Renderer {
 public:
  void take(std::string_view line) {
    if (!line.starts_with('.')) return literal_ ? put_literal(plain_text(line)) : put_text(plain_text(line));
    const std::string_view macro = line.substr(0, line.find(' '));
    const std::vector<std::string> words = macro_words(line.substr(std::min(macro.size(), line.size())));
    if (macro == ".B" || macro == ".I") return put_text(joined(words, " "));
    if (macro.size() == 3 && std::string_view("BIR").find(macro[1]) != std::string_view::npos &&
        std::string_view("BIR").find(macro[2]) != std::string_view::npos) {
      return put_text(joined(words, ""));
    }
    request(macro, words);
  }

  std::string finish() {
    flush();
    return page_ + '\n' + footer_ + '\n';
  }

 private:
  void request(std::string_view macro, const std::vector<std::string>& words) {
    flush();
    if (macro == ".TH") {
      title(words);
    } else if (macro == ".SH") {
      heading(0, joined(words, " "));
    } else if (macro == ".SS") {
      heading(subsection_indent, joined(words, " "));
    } else if (macro == ".PP") {
      indent_ = section_indent;
      gap_ = true;
    } else if (macro == ".TP") {
      indent_ = section_indent;
      gap_ = true;
      tag_follows_ = true;
    } else if (macro == ".TQ") {
      indent_ = section_indent;
      tag_follows_ = true;
    } else if (macro == ".IP") {
      gap_ = true;
      indent_ = section_indent;
      if (words.empty()) {
        indent_ += tag_indent;
      } else {
        put_tag(words[0], words.size() > 1 ? words[0].size() + 1 : tag_indent);
      }
    } else if (macro == ".in") {
      indent_ = words.empty() ? indent_ - std::min(indent_, literal_indent) : indent_ + literal_indent;
    } else if (macro == ".EX" || macro == ".EE") {
      literal_ = macro == ".EX";
      if (literal_) begin_paragraph();
    }
  }

  // NAME(SECTION), what the manual is called, and NAME(SECTION) again; the foot has version and date.
  void title(const std::vector<std::string>& words) {
    if (words.size() < 5) return;
    const std::string name = words[0] + '(' + words[1] + ')';
    page_ = spread({name, words[4], name});
    footer_ = spread({words[3], words[2], name});
  }

  void heading(std::size_t indent, const std::string& text) {
    if (!after_heading_) page_ += '\n';
    page_ += std::string(indent, ' ') + text + '\n';
    indent_ = section_indent;
    gap_ = false;
    after_heading_ = true;
  }

  static std::string spread(const std::array<std::string, 3>& texts) {
    const std::size_t used = texts[0].size() + texts[1].size() + texts[2].size();
    const std::size_t left = used + 2 < page_width ? page_width - used : 2;
    return texts[0] + std::string(left / 2, ' ') + texts[1] + std::string(left - left / 2, ' ') + texts[2] + '\n';
  }

  void begin_paragraph() {
    if (std::exchange(gap_, false) && !after_heading_) page_ += '\n';
    after_heading_ = false;
  }

  void put_tag(const std::string& tag, std::size_t width) {
    begin_paragraph();
    page_ += std::string(indent_, ' ') + tag;
    indent_ += width;
    if (tag.size() < width) {
      page_ += std::string(width - tag.size(), ' ');
      on_tag_line_ = true;
    } else {
      page_ += '\n';
    }
  }

  void put_text(const std::string& text) {
    if (std::exchange(tag_follows_, false)) return put_tag(text, tag_indent);
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t end = std::min(text.find(' ', from), text.size());
      if (end > from) words_.push_back(text.substr(from, end - from));
      from = end + 1;
    }
  }

  void put_literal(const std::string& line) { page_ += (line.empty() ? "" : std::string(indent_, ' ') + line) + '\n'; }

  // The words of a paragraph, in lines.
  void flush() {
    if (words_.empty()) {
      if (std::exchange(on_tag_line_, false)) page_ += '\n';
      return;
    }
    begin_paragraph();
    std::string line = std::exchange(on_tag_line_, false) ? "" : std::string(indent_, ' ');
    std::size_t column = indent_;
    for (const std::string& word : words_) {
      if (column > indent_ && column + 1 + word.size() > page_width) {
        page_ += line + '\n';
        line = std::string(indent_, ' ');
        column = indent_;
      }
      if (column > indent_) {
        line += ' ';
        ++column;
      }
      line += word;
      column += word.size();
    }
    page_ += line + '\n';
    words_.clear();
  }

  std::string page_;
  std::string footer_;
  std::vector<std::string> words_;
  std::size_t indent_ = section_indent;
  bool gap_ = false;            // an empty line goes before what comes next
  bool after_heading_ = false;  // unless that follows a heading
  bool tag_follows_ = false;    // the next line of text is a tag
  bool on_tag_line_ = false;    // the text begins on the line of its tag
  bool literal_ = false;
};

}  // namespace

std::string plain_page(std::string_view roff) {
  Renderer renderer;
  while (!roff.empty()) {
    const std::string_view line = roff.substr(0, roff.find('\n'));
    renderer.take(line);
    roff.remove_prefix(std::min(line.size() + 1, roff.size()));
  }
  return renderer.finish();
}

}  // namespace ringsweep
