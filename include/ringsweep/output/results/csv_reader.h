// Reads CSV that other programs wrote (RFC 4180): quoted fields, even with line ends inside, CRLF, a UTF-8 byte order
// mark and blank lines. Columns are found by the names in the first record, in any order.
//
// Pure: takes pieces of a file of any size and passes on the wanted column of each record; it holds one record in
// memory. Names are compared without regard to case, and "IP Address" matches "ip_address". Throws Error (usage), which
// names file and line.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ringsweep {

class CsvColumnReader {
 public:
  static constexpr std::size_t longest_record = 1U << 20;
  // Receives the field's text, and the line in which its record begins.
  using Take = std::function<void(const std::string& field, std::uint64_t line)>;

  // Reads one column: the first that has one of these names ("address", "ip_address").
  CsvColumnReader(std::string file, std::vector<std::string_view> names)
      : file_(std::move(file)), names_(std::move(names)) {}

  void feed(std::string_view piece, const Take& take);
  // The end of the file. Throws if the header is missing or a quote is unclosed.
  void finish(const Take& take);

  [[noreturn]] void refuse(std::uint64_t line, std::string_view reason) const;

 private:
  void take_line(std::string_view line, const Take& take);
  void take_record(std::string_view record, const Take& take);
  void take_header();

  std::string file_;
  std::vector<std::string_view> names_;
  std::string rest_;    // the line that the latest piece began
  std::string record_;  // the lines so far of a record whose quote is open
  bool open_ = false;   // there is a record_
  bool has_header_ = false;
  std::size_t column_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t record_line_ = 0;
  std::vector<std::string> fields_;
};

}  // namespace ringsweep
