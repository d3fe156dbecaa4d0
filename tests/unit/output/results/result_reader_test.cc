// Rows come back as the row formats wrote them; anything else is an error with file, line, text and reason.
#include "ringsweep/output/results/result_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ringsweep/base/error.h"
#include "ringsweep/base/time.h"
#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::address_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string header = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time\n";
const std::string one_row = "10.0.0.1,,alive,0.123,64,1,10.0.0.1,0,0,echo_reply,2026-11-25T03:48:15.123Z\n";
const std::string one_object =
    R"({"address":"10.0.0.1","name":null,"state":"alive","rtt_ms":0.123,"ttl":64,"attempts":1,)"
    R"("responder":"10.0.0.1","icmp_type":0,"icmp_code":0,"reason":"echo_reply","time":"2026-11-25T03:48:15.123Z"})"
    "\n";

struct Read {
  std::vector<ResultRow> rows;
  std::vector<std::string> more_columns;
  bool was_cut = false;
  std::uint64_t whole_bytes = 0;
};

Read read(const std::string& text, std::size_t piece_size = 1'000'000) {
  Read result;
  ResultReader reader("old.csv");
  for (std::size_t at = 0; at < text.size(); at += piece_size)
    reader.feed(std::string_view(text).substr(at, piece_size),
                [&](const ResultRow& row) { result.rows.push_back(row); });
  reader.finish();
  result.more_columns = reader.more_columns();
  result.was_cut = reader.was_cut();
  result.whole_bytes = reader.whole_bytes();
  return result;
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "taken";
}

void expect_the_one_row(const ResultRow& row) {
  EXPECT_EQ(row.address.address, Address::v4(0x0a000001));
  EXPECT_EQ(row.address.zone, "");
  EXPECT_EQ(row.name, "");
  EXPECT_EQ(row.state, State::alive);
  EXPECT_EQ(row.rtt_ns, 123'000);
  EXPECT_EQ(row.ttl, 64);
  EXPECT_EQ(row.attempts, 1U);
  EXPECT_EQ(row.responder.address, Address::v4(0x0a000001));
  EXPECT_EQ(row.icmp_type, 0);
  EXPECT_EQ(row.icmp_code, 0);
  EXPECT_EQ(row.reason, Reason::echo_reply);
  EXPECT_EQ(row.time_ns, 1'795'578'495'123 * ns_per_ms);
}

TEST(ResultReader, reads_every_field_of_a_row) {
  const Read result = read(header + one_row);
  ASSERT_EQ(result.rows.size(), 1U);
  expect_the_one_row(result.rows[0]);
  EXPECT_FALSE(result.was_cut);
  EXPECT_EQ(result.whole_bytes, header.size() + one_row.size());
}

TEST(ResultReader, knows_ndjson_by_its_first_byte) {
  const Read result = read(one_object + one_object);
  ASSERT_EQ(result.rows.size(), 2U);
  expect_the_one_row(result.rows[1]);
}

TEST(ResultReader, takes_pieces_of_any_size_and_windows_line_ends) {
  std::string windows = header + one_row + one_row;
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2) windows.insert(at, "\r");
  for (const std::size_t size : {1U, 2U, 7U, 80U}) {
    const Read result = read(windows, size);
    ASSERT_EQ(result.rows.size(), 2U) << size;
    expect_the_one_row(result.rows[1]);
  }
}

TEST(ResultReader, leaves_out_a_last_line_that_was_cut_off) {
  const Read result = read(header + one_row + one_row.substr(0, 30));
  EXPECT_EQ(result.rows.size(), 1U);
  EXPECT_TRUE(result.was_cut);
  EXPECT_EQ(result.whole_bytes, header.size() + one_row.size());
  EXPECT_EQ(read(header).rows.size(), 0U);
}

TEST(ResultReader, keeps_columns_that_were_added_at_the_end) {
  const std::string longer_header = header.substr(0, header.size() - 1) + ",mac,rdns\n";
  const std::string longer_row = one_row.substr(0, one_row.size() - 1) + ",02:00:00:00:00:09,\"a,b\"\n";
  const Read csv = read(longer_header + longer_row);
  EXPECT_THAT(csv.more_columns, ElementsAre("mac", "rdns"));
  EXPECT_THAT(csv.rows.at(0).more, ElementsAre("02:00:00:00:00:09", "a,b"));
  const Read ndjson = read(one_object.substr(0, one_object.size() - 2) +
                           R"(,"mac":null,"rdns":"a,b"})"
                           "\n" +
                           one_object);
  EXPECT_THAT(ndjson.more_columns, ElementsAre("mac", "rdns"));
  EXPECT_THAT(ndjson.rows.at(0).more, ElementsAre("", "a,b"));
  EXPECT_THAT(ndjson.rows.at(1).more, ElementsAre("", ""));
}

TEST(ResultReader, takes_no_zone_that_no_interface_can_have) {
  const std::string end = ",,no_reply,,,3,,,,timeout,2026-11-25T03:48:15.123Z\n";
  EXPECT_EQ(read(header + "fe80::1%fifteen-chars-x" + end).rows.size(), 1U);
  for (const char* zone : {"", "sixteen-chars-xx", "a b", "a\x1b[2J", "a\x7f"})
    EXPECT_THROW(read(header + "fe80::1%" + zone + end), Error) << zone;
}

TEST(ResultReader, keeps_zones_as_text_and_unquotes_names) {
  const Read result = read(header +
                           "\"fe80::1%a,\"\"b\",,no_reply,,,3,,,,timeout,2026-11-25T03:48:15.123Z\n"
                           ",gone.example,unresolved,,,0,,,,name_unknown,1970-01-01T00:00:00.000Z\n");
  ASSERT_EQ(result.rows.size(), 2U);
  EXPECT_EQ(result.rows[0].address, (ResultAddress{address_of("fe80::1"), "a,\"b"}));
  EXPECT_EQ(result.rows[0].rtt_ns, -1);
  EXPECT_EQ(result.rows[0].ttl, -1);
  EXPECT_TRUE(result.rows[1].address.address.is_none());
  EXPECT_EQ(result.rows[1].name, "gone.example");
  EXPECT_EQ(result.rows[1].time_ns, 0);
}

TEST(ResultReader, refuses_what_is_no_result) {
  EXPECT_EQ(complaint(""), "old.csv:1: '' is not a result: the file is empty");
  EXPECT_EQ(complaint("address,na"), "old.csv:1: 'address,na' was cut off within its first line");
  EXPECT_THAT(complaint(one_row), HasSubstr("old.csv:1: '10.0.0.1,,alive"));
  EXPECT_THAT(complaint(one_row), HasSubstr("is not the header of a result (was it written with --no-header"));
  EXPECT_THAT(complaint("state,address\n"), HasSubstr("is not the header"));
  EXPECT_THAT(complaint(header.substr(0, header.size() - 1) + ",mac,mac\n"),
              HasSubstr("invalid or repeated column 'mac'"));
  EXPECT_THAT(complaint(header.substr(0, header.size() - 1) + ",state\n"),
              HasSubstr("invalid or repeated column 'state'"));
  EXPECT_THAT(complaint(header + "\n"), HasSubstr("old.csv:2: '' has 1 field instead of 11"));
  EXPECT_THAT(complaint(header + "\"10.0.0.1,,\n"), HasSubstr("is not CSV"));
  EXPECT_THAT(complaint("{}\n"), HasSubstr("has no address"));
  EXPECT_THAT(complaint("{\"address\"\n"), HasSubstr("is not a JSON object"));
  EXPECT_THAT(complaint(one_object + "[1]\n"), HasSubstr("old.csv:2: '[1]' is not a JSON object"));
  EXPECT_THAT(complaint(header + std::string(70'000, 'x')), HasSubstr("is longer than 65536 bytes"));
}

// Replaces one field after the other by an invalid one.
TEST(ResultReader, names_the_field_that_is_wrong) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string row = one_row;
    return complaint(header + row.replace(row.find(from), from.size(), to));
  };
  EXPECT_THAT(with("10.0.0.1,", "10.0.0.256,"), HasSubstr("old.csv:2: "));
  EXPECT_THAT(with("10.0.0.1,", "10.0.0.256,"), HasSubstr("invalid address '10.0.0.256'"));
  EXPECT_THAT(with("10.0.0.1,", "10.0.0.1%eth0,"), HasSubstr("invalid address '10.0.0.1%eth0'"));
  EXPECT_THAT(with("10.0.0.1,", ","), HasSubstr("neither address nor name"));
  EXPECT_THAT(with(",,", ",\x1b,"), HasSubstr("invalid name '\\x1b'"));
  EXPECT_THAT(with("alive", "up"), HasSubstr("invalid state 'up'"));
  EXPECT_THAT(with("alive", "not_sent"), HasSubstr("invalid state 'not_sent'"));
  EXPECT_THAT(with("0.123", "0.12"), HasSubstr("invalid rtt_ms '0.12'"));
  EXPECT_THAT(with("0.123", "-1.000"), HasSubstr("invalid rtt_ms '-1.000'"));
  EXPECT_THAT(with("0.123", "99999999999999999.000"), HasSubstr("rtt_ms"));
  EXPECT_THAT(with("64", "256"), HasSubstr("invalid ttl '256'"));
  EXPECT_THAT(with(",1,", ",x,"), HasSubstr("invalid attempts 'x'"));
  EXPECT_THAT(with("echo_reply", "pong"), HasSubstr("invalid reason 'pong'"));
  EXPECT_THAT(with("2026-11-25", "2026-02-30"), HasSubstr("invalid time '2026-02-30T03:48:15.123Z'"));
  EXPECT_THAT(with("Z\n", "\n"), HasSubstr("time"));
}

TEST(ResultReader, reads_back_every_state_and_reason_that_the_formats_write) {
  const TargetSet targets = test::targets_of({"10.0.0.1", "host.example"}, {});
  const ZoneNames zones;
  for (const RowFormatKind name : {RowFormatKind::csv, RowFormatKind::ndjson}) {
    TextBuffer out;
    const auto format = make_row_format(name, {targets, zones});
    format->append_header(out);
    for (std::size_t reason = 1; reason < reason_count; ++reason) {
      for (const State state : {State::alive, State::unreachable, State::no_reply, State::skipped}) {
        Verdict verdict = test::alive(0, "10.0.0.1", 1'234'567'000);
        verdict.state = state;
        verdict.reason = static_cast<Reason>(reason);
        format->append_row(out, verdict);
      }
    }
    const Read result = read(std::string(out.view()), 1000);
    ASSERT_EQ(result.rows.size(), 4 * (reason_count - 1));
    for (std::size_t row = 0; row < result.rows.size(); ++row) {
      EXPECT_EQ(result.rows[row].reason, static_cast<Reason>(row / 4 + 1));
      EXPECT_EQ(result.rows[row].rtt_ns, 1'234'567'000);
      EXPECT_EQ(result.rows[row].time_ns, test::row_time_ns / ns_per_ms * ns_per_ms);
    }
  }
}

}  // namespace
}  // namespace ringsweep
