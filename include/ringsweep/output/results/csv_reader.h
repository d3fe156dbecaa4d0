// Reads CSV that other programs wrote (RFC 4180): quoted fields, also with line ends inside, CRLF, a UTF-8 byte-order
// mark, blank lines. Columns are found by the names in the first record, whatever their order.
//
// Pure: pieces of a file of any size in, the wanted columns of one record after the other out; memory for one record.
// Names are compared without regard to case, and "IP Address" is "ip_address". Throws Error (usage), which names file
// and line.
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
  // The field's text, and the line that its record begins in.
  using Take = std::function<void(const std::string& field, std::uint64_t line)>;

  // Reads one column: the first that has one of these names ("address", "ip_address").
  CsvColumnReader(std::string file, std::vector<std::string_view> names)
      : file_(std::move(file)), names_(std::move(names)) {}

  void feed(std::string_view piece, const Take& take);
  // The end of the file. Throws where not even the header was there, or a quote is open.
  void finish(const Take& take);

  [[noreturn]] void refuse(std::uint64_t line, std::string_view reason) const;

 private:
  void take_line(std::string_view line, const Take& take);
  void take_record(std::string_view record, const Take& take);
  void take_header();

  std::string file_;
  std::vector<std::string_view> names_;
  std::string rest_;    // the line that the latest piece began
  std::string record_;  // lines whose last quote is open
  bool open_ = false;   // there is a record_
  bool has_header_ = false;
  std::size_t column_ = 0;
  std::uint64_t line_ = 0;
  std::uint64_t record_line_ = 0;
  std::vector<std::string> fields_;
};

}  // namespace ringsweep
