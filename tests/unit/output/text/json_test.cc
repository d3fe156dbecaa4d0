#include "ringsweep/output/text/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace ringsweep {
namespace {

Json example() {
  Json json = Json::object();
  json["zero"] = 0;
  json["largest"] = std::numeric_limits<std::uint64_t>::max();
  json["least"] = std::numeric_limits<std::int64_t>::min();
  json["real"] = 10'000.0;
  json["yes"] = true;
  json["nothing"] = nullptr;
  json["list"] = std::vector<std::string>{"a", "b"};
  json["empty"] = Json::array();
  json["inner"]["member"] = Json::object({{"first", 0.1}, {"second", "text"}});
  return json;
}

std::string reprinted(std::string_view text) {
  const auto json = Json::parse(text);
  return json ? json->text() : "refused";
}

template <typename Read>
std::string error_of(const Read& read) {
  try {
    read();
  } catch (const JsonError& error) {
    return error.what();
  }
  return "none";
}

TEST(Json, prints_members_in_their_order) {
  EXPECT_EQ(example().text(),
            R"({"zero":0,"largest":18446744073709551615,"least":-9223372036854775808,"real":10000.0,"yes":true,)"
            R"("nothing":null,"list":["a","b"],"empty":[],"inner":{"member":{"first":0.1,"second":"text"}}})");
  Json json = Json::object({{"list", std::vector<std::string>{"a", "b"}}, {"empty", Json::object()}});
  EXPECT_EQ(json.indented_text(), "{\n  \"list\": [\n    \"a\",\n    \"b\"\n  ],\n  \"empty\": {}\n}");
}

TEST(Json, escapes_strings) {
  EXPECT_EQ(json_string("plain"), "\"plain\"");
  EXPECT_EQ(json_string("\"\\\n\x1b"), R"("\"\\\n\u001b")");
  EXPECT_EQ(json_string("\xc3\xa4"), "\"\xc3\xa4\"");
  EXPECT_EQ(json_string("a\x80"), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(Json::object({{"\"", 1}}).text(), R"({"\"":1})");
}

TEST(Json, reads_back_what_it_printed) {
  EXPECT_EQ(Json::parse(example().text()), example());
  EXPECT_EQ(Json::parse(example().indented_text()), example());
}

TEST(Json, takes_the_last_of_repeated_members) {
  EXPECT_EQ(reprinted(R"({"a":1,"b":2,"a":{"c":3}})"), R"({"a":{"c":3},"b":2})");
}

TEST(Json, refuses_what_is_not_json) {
  for (const char* text : {"", "nul", "[1,2", "{} x", "1e400", "\"\\ud800\"", "{\"a\"", "[1,]", "NaN", "'a'"})
    EXPECT_EQ(reprinted(text), "refused") << text;
}

TEST(Json, keeps_no_levels_below_the_deepest_allowed) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(reprinted(deep), std::string(Json::max_depth, '[') + std::string(Json::max_depth, ']'));
  EXPECT_EQ(reprinted(R"({"a":)" + deep + R"(,"b":1})").substr(0, 6), R"({"a":[)");
  EXPECT_EQ(Json::parse(R"({"a":)" + deep + R"(,"b":1})")->count_at("b"), 1U);
  EXPECT_EQ(reprinted(std::string(100'000, '[')), "refused");
}

TEST(Json, gives_values_by_type) {
  const Json json = Json::parse(R"({"count":7,"negative":-7,"real":0.5,"text":"x","yes":true,"list":[1]})").value();
  EXPECT_EQ(json.count_at("count"), 7U);
  EXPECT_EQ(json.integer_at("count"), 7);
  EXPECT_EQ(json.integer_at("negative"), -7);
  EXPECT_EQ(json.number_at("real"), 0.5);
  EXPECT_EQ(json.number_at("negative"), -7);
  EXPECT_EQ(json.string_at("text"), "x");
  EXPECT_TRUE(json.boolean_at("yes"));
  EXPECT_EQ(json.at("list").elements("list").size(), 1U);
  EXPECT_EQ(json.members("document").size(), 6U);
  EXPECT_EQ(json.find("other"), nullptr);
  EXPECT_EQ(json.at("list").find("other"), nullptr);
}

TEST(Json, names_what_is_missing_or_invalid) {
  const Json json = Json::parse(R"({"negative":-7,"real":0.5,"text":"x","list":[1]})").value();
  EXPECT_EQ(error_of([&] { json.at("other"); }), "missing other");
  EXPECT_EQ(error_of([&] { json.at("list").at("other"); }), "missing other");
  EXPECT_EQ(error_of([&] { json.count_at("negative"); }), "invalid negative '-7'");
  EXPECT_EQ(error_of([&] { json.count_at("real"); }), "invalid real '0.5'");
  EXPECT_EQ(error_of([&] { json.integer_at("real"); }), "invalid real '0.5'");
  EXPECT_EQ(error_of([&] { json.number_at("text"); }), "invalid text '\"x\"'");
  EXPECT_EQ(error_of([&] { json.boolean_at("text"); }), "invalid text '\"x\"'");
  EXPECT_EQ(error_of([&] { json.string_at("list"); }), "invalid list {...}");
  EXPECT_EQ(error_of([&] { json.at("text").elements("text"); }), "invalid text '\"x\"'");
  EXPECT_EQ(error_of([&] { json.at("text").members("text"); }), "invalid text '\"x\"'");
}

}  // namespace
}  // namespace ringsweep
