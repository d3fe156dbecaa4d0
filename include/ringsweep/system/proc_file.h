// The text files of /proc, as far as more than one file of this layer reads their kind. What is missing or is not as
// the kernel writes it is left out, never an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringsweep {

std::vector<std::string> words_of(const std::string& line);
// words.size() where `word` is not among them.
std::size_t place_of(const std::vector<std::string>& words, const std::string& word);
// The whole of `text`.
std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10);

// The number that a file begins with (/proc/sys).
std::optional<std::uint64_t> read_number(const std::string& file);
// One column of a file that has a line of names and then one of hexadecimal numbers a processor (/proc/net/stat).
std::vector<std::uint64_t> read_hex_column(const std::string& file, const std::string& column);

}  // namespace ringsweep
