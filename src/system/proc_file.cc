#include "ringsweep/system/proc_file.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace ringsweep {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream text(line);
  std::vector<std::string> words;
  std::string word;
  while (text >> word) words.push_back(word);
  return words;
}

std::size_t place_of(const std::vector<std::string>& words, const std::string& word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> read_number(const std::string& file) {
  std::ifstream in(file);
  std::string text;
  if (!(in >> text)) return std::nullopt;
  return parse_number(text);
}

std::vector<std::uint64_t> read_hex_column(const std::string& file, const std::string& column) {
  std::ifstream in(file);
  std::string line;
  std::vector<std::uint64_t> values;
  if (!std::getline(in, line)) return values;
  const std::size_t place = place_of(words_of(line), column);
  while (std::getline(in, line)) {
    const std::vector<std::string> words = words_of(line);
    if (place >= words.size()) continue;
    if (const auto value = parse_number(words[place], 16)) values.push_back(*value);
  }
  return values;
}

}  // namespace ringsweep
