#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/core/targets/target_set.h"

namespace ringsweep {
namespace {

using ListReader = TargetSetBuilder::ListReader;
using Purpose = ListReader::Purpose;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

TargetSetBuilder::Options options() {
  return {.max_targets = max_targets};
}

std::vector<std::string> texts_of(const TargetSet& set) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < set.count(); ++i) {
    texts.push_back(set.is_name(i) ? set.name_at(i) : to_text(set.address_at(i)));
  }
  return texts;
}

// The targets of a list that is handed over in pieces of `piece_size`.
std::vector<std::string> read(const std::string& list, std::size_t piece_size = std::string::npos) {
  TargetSetBuilder builder(options());
  ListReader reader(builder, "targets.txt", Purpose::add);
  for (std::size_t at = 0; at < list.size(); at += std::min(piece_size, list.size())) {
    reader.feed(std::string_view(list).substr(at, piece_size));
  }
  reader.finish();
  return texts_of(builder.build());
}

std::string error_of(const std::string& list, Purpose purpose = Purpose::add, std::size_t piece_size = 4096) {
  TargetSetBuilder builder(options());
  ListReader reader(builder, "targets.txt", purpose);
  try {
    for (std::size_t at = 0; at < list.size(); at += piece_size) {
      reader.feed(std::string_view(list).substr(at, piece_size));
    }
    reader.finish();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "";
}

// field bug 23
TEST(TargetList, takes_comments_blanks_crlf_and_a_byte_order_mark_in_pieces_of_any_size) {
  const std::string list =
      "\xef\xbb\xbf"
      "10.0.0.1\n"
      "# a comment\n"
      "\n"
      "10.0.0.3\r\n"
      "\t10.0.0.5  \t\n"
      "10.0.0.7 # behind an address\n"
      "10.0.0.9#without a blank\r\n"
      "   \t \r\n"
      "  # indented comment\r\n"
      "10.0.0.11-12\r\n"
      "host.example # a name\n"
      "2001:db8::1\t\n"
      "10.0.0.14/31";
  const auto expected = ElementsAre("10.0.0.1", "10.0.0.3", "10.0.0.5", "10.0.0.7", "10.0.0.9", "10.0.0.11",
                                    "10.0.0.12", "10.0.0.14", "10.0.0.15", "2001:db8::1", "host.example");
  EXPECT_THAT(read(list), expected);
  for (std::size_t piece_size = 1; piece_size <= list.size(); ++piece_size) {
    EXPECT_THAT(read(list, piece_size), expected) << piece_size;
  }
}

TEST(TargetList, the_last_line_needs_no_newline) {
  EXPECT_THAT(read("10.0.0.1\n10.0.0.3"), ElementsAre("10.0.0.1", "10.0.0.3"));
  EXPECT_THAT(read("10.0.0.1\n10.0.0.3\r"), ElementsAre("10.0.0.1", "10.0.0.3"));
  EXPECT_THAT(read("10.0.0.1\n10.0.0.3\n"), ElementsAre("10.0.0.1", "10.0.0.3"));
}

TEST(TargetList, plain_addresses_may_be_a_byte_order_mark_away_from_the_start) {
  EXPECT_THAT(read("\xef\xbb\xbf#x\n10.0.0.1"), ElementsAre("10.0.0.1"));
  EXPECT_EQ(error_of("10.0.0.1\n\xef\xbb\xbf"
                     "10.0.0.2\n"),
            "targets.txt:2: '\\xef\\xbb\\xbf10.0.0.2': an international host name must be given in its xn-- form");
}

// field bug 23
TEST(TargetList, a_bad_line_is_an_error_with_file_line_and_text) {
  EXPECT_EQ(error_of("10.0.0.1\n\n# x\n10.0.0.256 # y\n"), "targets.txt:4: '10.0.0.256': '256' is over 255");
  EXPECT_EQ(error_of("10.0.0.1\r\n10.0.0\r\n"),
            "targets.txt:2: '10.0.0': it is not four numbers with dots between them");
  EXPECT_EQ(error_of("10.0.0.1\n10.0.0.300"), "targets.txt:2: '10.0.0.300': '300' is over 255");
  EXPECT_EQ(error_of("10.0.0.1 10.0.0.2\n"),
            "targets.txt:1: '10.0.0.1 10.0.0.2': ' ' cannot be part of an address or a host name");
  EXPECT_EQ(error_of("\n10.0.0.0/33", Purpose::exclude),
            "targets.txt:2: '10.0.0.0/33': the prefix length 33 is over 32");
}

// field bug 23
TEST(TargetList, a_line_of_10000_characters_is_an_ordinary_bad_line) {
  for (const std::size_t piece_size : {7U, 4096U, 100'000U}) {
    EXPECT_EQ(error_of("10.0.0.1\n" + std::string(10'000, 'x') + "\n10.0.0.2\n", Purpose::add, piece_size),
              "targets.txt:2: '" + std::string(60, 'x') + "'...: a target has at most 254 characters");
  }
  EXPECT_THAT(read("10.0.0.1 #" + std::string(10'000, 'x') + "\n10.0.0.3"), ElementsAre("10.0.0.1", "10.0.0.3"));
  EXPECT_THAT(read(std::string(10'000, ' ') + "10.0.0.1" + std::string(10'000, '\t')), ElementsAre("10.0.0.1"));
}

TEST(TargetList, what_is_no_list_of_lines_is_refused_before_it_fills_the_memory) {
  EXPECT_THAT(error_of("10.0.0.1\n" + std::string(2'000'000, '\0')),
              AllOf(StartsWith("targets.txt:2: '\\x00\\x00"),
                    EndsWith("\\x00'...: the line is too long; is this a list of targets?")));
  EXPECT_EQ(error_of(std::string("\xff\xfe"
                                 "1\0.\0",
                                 6)),
            "targets.txt:1: '\\xff\\xfe1\\x00.\\x00': the list is UTF-16; save it as UTF-8");
}

TEST(TargetList, control_characters_of_a_file_never_reach_the_terminal) {
  EXPECT_EQ(error_of("\x1b[2Jx\n"), "targets.txt:1: '\\x1b[2Jx': '\\x1b' cannot be part of an address or a host name");
}

TEST(TargetList, a_list_of_excludes_is_taken_out) {
  TargetSetBuilder builder(options());
  builder.add("10.0.0.0/30", "argument '10.0.0.0/30'");
  builder.add("a.example", "argument 'a.example'");
  builder.add("b.example", "argument 'b.example'");
  ListReader reader(builder, "not.txt", Purpose::exclude);
  reader.feed("10.0.0.1\n10.0.0.3 # broken\nA.example");
  reader.finish();
  EXPECT_THAT(texts_of(builder.build()), ElementsAre("10.0.0.0", "10.0.0.2", "b.example"));
}

TEST(TargetList, plain_addresses_of_a_family_that_is_switched_off_are_errors) {
  TargetSetBuilder builder({.max_targets = max_targets, .allow_v4 = false});
  ListReader excludes(builder, "not.txt", Purpose::exclude);
  excludes.feed("10.0.0.1\n");
  ListReader reader(builder, "targets.txt", Purpose::add);
  reader.feed("::1\n");
  try {
    reader.feed("10.0.0.1\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "targets.txt:2: '10.0.0.1': it is IPv4, but -6 allows only IPv6");
  }
}

TEST(TargetList, an_empty_list_is_no_error_of_its_own) {
  EXPECT_EQ(error_of(""), "");
  EXPECT_EQ(error_of("\xef\xbb\xbf"), "");
  EXPECT_EQ(error_of("# nothing\n\n"), "");
}

}  // namespace
}  // namespace ringsweep
