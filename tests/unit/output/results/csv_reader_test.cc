#include "ringsweep/output/results/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each field with the line of its record: "10.0.0.1@2".
std::vector<std::string> fields_of(const std::string& text, std::size_t piece_size = 1000) {
  std::vector<std::string> fields;
  CsvColumnReader reader("ips.csv", {"address", "ip_address"});
  const auto take = [&](const std::string& field, std::uint64_t line) {
    fields.push_back(field + "@" + std::to_string(line));
  };
  for (std::size_t at = 0; at < text.size(); at += piece_size)
    reader.feed(std::string_view(text).substr(at, piece_size), take);
  reader.finish(take);
  return fields;
}

std::string error_of(const std::string& text) {
  try {
    fields_of(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(CsvColumnReader, finds_the_column_by_its_name_whatever_its_place_and_spelling) {
  EXPECT_THAT(fields_of("address,status\na,b\n"), ElementsAre("a@2"));
  EXPECT_THAT(fields_of("ID,IP Address,Status\n1,a,b\n2,c,d\n"), ElementsAre("a@2", "c@3"));
  EXPECT_THAT(fields_of("\"Address\"\n\"a\"\n"), ElementsAre("a@2"));
  EXPECT_THAT(fields_of("IP Address,address\na,b\n"), ElementsAre("b@2"));
}

TEST(CsvColumnReader, takes_quotes_line_ends_in_them_crlf_and_a_byte_order_mark) {
  const std::string text =
      "\xef\xbb\xbf"
      "comments,address\r\n\"one, \"\"two\"\"\r\nthree\",a\r\n\r\n,b\r\nlast,c";
  for (const std::size_t piece_size : {1000U, 1U, 3U})
    EXPECT_THAT(fields_of(text, piece_size), ElementsAre("a@2", "b@5", "c@6")) << piece_size;
}

TEST(CsvColumnReader, of_a_header_alone_is_nothing) {
  EXPECT_THAT(fields_of("address\n"), IsEmpty());
  EXPECT_THAT(fields_of("address"), IsEmpty());
}

TEST(CsvColumnReader, refuses_what_is_no_such_file_with_its_line) {
  EXPECT_EQ(error_of(""), "ips.csv:1: missing header");
  EXPECT_EQ(error_of("prefix,status\na,b\n"), "ips.csv:1: missing column address or ip_address");
  EXPECT_EQ(error_of("status,address\nb\n"), "ips.csv:2: 'b' has too few fields");
  EXPECT_EQ(error_of("address\na\n\"b\nc\n"), "ips.csv:3: unclosed quote");
  EXPECT_EQ(error_of("address\n\"a\"b\"\"\n"), "ips.csv:2: '\"a\"b\"\"' is not CSV");
  EXPECT_EQ(error_of("address\n" + std::string(1'100'000, 'a')), "ips.csv:2: a record is longer than 1048576 bytes");
}

}  // namespace
}  // namespace ringsweep
