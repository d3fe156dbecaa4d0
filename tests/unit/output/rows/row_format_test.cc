// The exact text of a row of every state in every format (src/README.md, 5).
#include "ringsweep/output/rows/row_format.h"

#include <gtest/gtest.h>

#include <clocale>
#include <string>
#include <vector>

#include "ringsweep/output/text/json.h"
#include "unit/output/output_support.h"

namespace ringsweep {
namespace {

using test::address_of;
using test::alive;
using test::targets_of;
using test::verdict_of;

// Targets 0 to 7 are 198.18.0.0 to .7, 8 is fd77::1, 9 is fe80::1 on lab0, 10 and 11 are names.
class RowFormatTest : public testing::Test {
 protected:
  RowFormatTest() {
    zones_.add(7, "lab0");
    zones_.add(8, "a,\"b");
  }

  TargetSet targets() const {
    return targets_of({"198.18.0.0/29", "fd77::1", "fe80::1%lab0", "router.example", "gone.example"}, zones_);
  }

  std::string row(RowFormatKind format, const Verdict& verdict) const {
    const TargetSet set = targets();
    TextBuffer out;
    make_row_format(format, {set, zones_})->append_row(out, verdict);
    return std::string(out.view());
  }
  std::string csv(const Verdict& verdict) const { return row(RowFormatKind::csv, verdict); }
  std::string ndjson(const Verdict& verdict) const { return row(RowFormatKind::ndjson, verdict); }
  std::string list(const Verdict& verdict) const { return row(RowFormatKind::list, verdict); }

  ZoneNames zones_;
};

Verdict other_source() {
  Verdict verdict = alive(1, "198.18.0.1", 1'020'000);
  verdict.state = State::other_source;
  verdict.responder = address_of("198.18.255.1");
  verdict.attempts = 3;
  return verdict;
}

Verdict unreachable() {
  Verdict verdict = verdict_of(2, "198.18.0.2", State::unreachable, Reason::host_prohibited);
  verdict.responder = address_of("198.18.255.1");
  verdict.attempts = 1;
  verdict.ttl = 63;
  verdict.icmp_type = 3;
  verdict.icmp_code = 10;
  return verdict;
}

Verdict time_exceeded() {
  Verdict verdict = verdict_of(3, "198.18.0.3", State::time_exceeded, Reason::ttl_exceeded);
  verdict.responder = address_of("198.18.255.9");
  verdict.attempts = 2;
  verdict.icmp_type = 11;
  verdict.icmp_code = 0;
  return verdict;
}

Verdict with_attempts(Verdict verdict, std::uint32_t attempts) {
  verdict.attempts = attempts;
  return verdict;
}

Verdict no_reply() {
  return with_attempts(verdict_of(4, "198.18.0.4", State::no_reply, Reason::timeout), 3);
}
Verdict send_failed() {
  return with_attempts(verdict_of(5, "198.18.0.5", State::send_failed, Reason::no_route), 0);
}
Verdict skipped() {
  return verdict_of(7, "198.18.0.7", State::skipped, Reason::broadcast);
}
Verdict unresolved() {
  return verdict_of(11, "", State::unresolved, Reason::name_unknown);
}
Verdict alive_by_name() {
  return alive(10, "198.18.0.1");
}

TEST_F(RowFormatTest, the_csv_header_is_the_columns_of_the_agreement) {
  const TargetSet set = targets();
  TextBuffer out;
  make_row_format(RowFormatKind::csv, {set, zones_})->append_header(out);
  EXPECT_EQ(out.view(), "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time\n");
}

TEST_F(RowFormatTest, csv_has_one_row_for_each_state) {
  EXPECT_EQ(csv(alive(0, "198.18.0.0")),
            "198.18.0.0,,alive,0.123,64,1,198.18.0.0,0,0,echo_reply,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(other_source()),
            "198.18.0.1,,other_source,1.020,64,3,198.18.255.1,0,0,echo_reply,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(unreachable()),
            "198.18.0.2,,unreachable,,63,1,198.18.255.1,3,10,host_prohibited,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(time_exceeded()),
            "198.18.0.3,,time_exceeded,,,2,198.18.255.9,11,0,ttl_exceeded,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(no_reply()), "198.18.0.4,,no_reply,,,3,,,,timeout,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(send_failed()), "198.18.0.5,,send_failed,,,0,,,,no_route,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(skipped()), "198.18.0.7,,skipped,,,0,,,,broadcast,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(unresolved()), ",gone.example,unresolved,,,0,,,,name_unknown,2026-11-25T03:48:15.123Z\n");
}

TEST_F(RowFormatTest, csv_shows_names_and_ipv6_addresses_with_their_zone) {
  EXPECT_EQ(csv(alive_by_name()),
            "198.18.0.1,router.example,alive,0.123,64,1,198.18.0.1,0,0,echo_reply,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(alive(8, "fd77::1")), "fd77::1,,alive,0.123,64,1,fd77::1,129,0,echo_reply,2026-11-25T03:48:15.123Z\n");
  EXPECT_EQ(csv(alive(9, "fe80::1%7")),
            "fe80::1%lab0,,alive,0.123,64,1,fe80::1%lab0,129,0,echo_reply,2026-11-25T03:48:15.123Z\n");
}

TEST_F(RowFormatTest, csv_quotes_what_holds_commas_or_quotes) {
  EXPECT_EQ(csv(with_attempts(verdict_of(9, "fe80::1%8", State::no_reply, Reason::timeout), 3)),
            "\"fe80::1%a,\"\"b\",,no_reply,,,3,,,,timeout,2026-11-25T03:48:15.123Z\n");
}

TEST_F(RowFormatTest, ndjson_has_one_object_for_each_state) {
  EXPECT_EQ(ndjson(alive(0, "198.18.0.0")),
            R"({"address":"198.18.0.0","name":null,"state":"alive","rtt_ms":0.123,"ttl":64,"attempts":1,)"
            R"("responder":"198.18.0.0","icmp_type":0,"icmp_code":0,"reason":"echo_reply",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(other_source()),
            R"({"address":"198.18.0.1","name":null,"state":"other_source","rtt_ms":1.020,"ttl":64,"attempts":3,)"
            R"("responder":"198.18.255.1","icmp_type":0,"icmp_code":0,"reason":"echo_reply",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(unreachable()),
            R"({"address":"198.18.0.2","name":null,"state":"unreachable","rtt_ms":null,"ttl":63,"attempts":1,)"
            R"("responder":"198.18.255.1","icmp_type":3,"icmp_code":10,"reason":"host_prohibited",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(time_exceeded()),
            R"({"address":"198.18.0.3","name":null,"state":"time_exceeded","rtt_ms":null,"ttl":null,"attempts":2,)"
            R"("responder":"198.18.255.9","icmp_type":11,"icmp_code":0,"reason":"ttl_exceeded",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(no_reply()),
            R"({"address":"198.18.0.4","name":null,"state":"no_reply","rtt_ms":null,"ttl":null,"attempts":3,)"
            R"("responder":null,"icmp_type":null,"icmp_code":null,"reason":"timeout",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(send_failed()),
            R"({"address":"198.18.0.5","name":null,"state":"send_failed","rtt_ms":null,"ttl":null,"attempts":0,)"
            R"("responder":null,"icmp_type":null,"icmp_code":null,"reason":"no_route",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(skipped()),
            R"({"address":"198.18.0.7","name":null,"state":"skipped","rtt_ms":null,"ttl":null,"attempts":0,)"
            R"("responder":null,"icmp_type":null,"icmp_code":null,"reason":"broadcast",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
  EXPECT_EQ(ndjson(unresolved()),
            R"({"address":null,"name":"gone.example","state":"unresolved","rtt_ms":null,"ttl":null,"attempts":0,)"
            R"("responder":null,"icmp_type":null,"icmp_code":null,"reason":"name_unknown",)"
            R"("time":"2026-11-25T03:48:15.123Z"})"
            "\n");
}

TEST_F(RowFormatTest, ndjson_is_read_back_by_a_json_library) {
  const std::vector<Verdict> verdicts = {
      alive(0, "198.18.0.0"), other_source(), unreachable(), time_exceeded(),      no_reply(),
      send_failed(),          skipped(),      unresolved(),  alive(9, "fe80::1%8")};
  for (const Verdict& verdict : verdicts) {
    const Json json = Json::parse(ndjson(verdict)).value();
    EXPECT_EQ(json.members("row").size(), 11U);
    EXPECT_EQ(json.string_at("state"), to_text(verdict.state));
    EXPECT_EQ(json.string_at("reason"), to_text(verdict.reason));
    EXPECT_EQ(json.count_at("attempts"), verdict.attempts);
    EXPECT_EQ(json.at("rtt_ms").is_number(), verdict.rtt_ns >= 0);
    EXPECT_EQ(json.string_at("time"), test::row_time);
  }
  EXPECT_EQ(Json::parse(ndjson(alive(9, "fe80::1%8"))).value().string_at("address"), "fe80::1%a,\"b");
}

TEST_F(RowFormatTest, a_list_has_one_address_or_name_a_line) {
  EXPECT_EQ(list(alive(0, "198.18.0.0")), "198.18.0.0\n");
  EXPECT_EQ(list(alive(8, "fd77::1")), "fd77::1\n");
  EXPECT_EQ(list(alive(9, "fe80::1%7")), "fe80::1%lab0\n");
  EXPECT_EQ(list(alive_by_name()), "router.example\n");
}

TEST_F(RowFormatTest, columns_of_options_stand_behind_the_others_in_their_order) {
  const TargetSet set = targets();
  test::ColumnOf first("mac", {{4, "02:00:00:00:00:09"}});
  test::ColumnOf second("rdns", {{4, "a,\"b"}});
  ExtraColumn* const columns[] = {&first, &second};
  const auto rows = [&](RowFormatKind format) {
    TextBuffer out;
    const auto formatted = make_row_format(format, {set, zones_, columns});
    formatted->append_header(out);
    formatted->append_row(out, no_reply());
    formatted->append_row(out, send_failed());
    return std::string(out.view());
  };
  EXPECT_EQ(rows(RowFormatKind::csv),
            "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time,mac,rdns\n"
            "198.18.0.4,,no_reply,,,3,,,,timeout,2026-11-25T03:48:15.123Z,02:00:00:00:00:09,\"a,\"\"b\"\n"
            "198.18.0.5,,send_failed,,,0,,,,no_route,2026-11-25T03:48:15.123Z,,\n");
  const std::string ndjson = rows(RowFormatKind::ndjson);
  EXPECT_NE(ndjson.find("\"time\":\"2026-11-25T03:48:15.123Z\",\"mac\":\"02:00:00:00:00:09\",\"rdns\":\"a,\\\"b\"}\n{"),
            std::string::npos);
  EXPECT_TRUE(ndjson.ends_with("\"time\":\"2026-11-25T03:48:15.123Z\",\"mac\":null,\"rdns\":null}\n"));
  EXPECT_EQ(rows(RowFormatKind::list), "198.18.0.4\n198.18.0.5\n");
}

TEST_F(RowFormatTest, rows_do_not_depend_on_the_locale) {
  // If no locale with a decimal comma is installed, this holds trivially.
  const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8");
  const std::string csv_row = csv(alive(0, "198.18.0.0"));
  const std::string json_row = ndjson(alive(0, "198.18.0.0"));
  if (set != nullptr) std::setlocale(LC_ALL, "C");
  EXPECT_NE(csv_row.find(",0.123,"), std::string::npos);
  EXPECT_NE(json_row.find(":0.123,"), std::string::npos);
}

TEST_F(RowFormatTest, the_largest_values_fit_the_row) {
  Verdict verdict = alive(8, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", std::numeric_limits<std::int64_t>::max());
  verdict.attempts = 4'294'967'295;
  verdict.ttl = 255;
  verdict.icmp_type = 255;
  verdict.icmp_code = 255;
  EXPECT_EQ(csv(verdict),
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,,alive,9223372036854.776,255,4294967295,"
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,255,255,echo_reply,2026-11-25T03:48:15.123Z\n");
}

TEST(RowFormat, follows_from_the_ending_of_a_file) {
  EXPECT_EQ(row_format_of_file("out.csv"), RowFormatKind::csv);
  EXPECT_EQ(row_format_of_file("out.ndjson"), RowFormatKind::ndjson);
  EXPECT_EQ(row_format_of_file("a.b/out.JSONL"), RowFormatKind::ndjson);
  EXPECT_EQ(row_format_of_file("out.json"), RowFormatKind::ndjson);
  EXPECT_EQ(row_format_of_file("alive.txt"), RowFormatKind::list);
  EXPECT_EQ(row_format_of_file("alive.list"), RowFormatKind::list);
  EXPECT_EQ(row_format_of_file("out.dat"), RowFormatKind::csv);
  EXPECT_EQ(row_format_of_file("/dev/null"), RowFormatKind::csv);
  EXPECT_EQ(row_format_of_file(""), RowFormatKind::csv);
}

}  // namespace
}  // namespace ringsweep
