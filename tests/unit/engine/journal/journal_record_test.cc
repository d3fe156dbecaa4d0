#include "ringsweep/engine/journal/journal_record.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <utility>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

constexpr const char* name = "'out.csv.journal'";

JournalRecord record() {
  JournalRecord result;
  result.plan_id = 0xc0ffee;
  result.plan = {{"targets", "9 (00000000deadbeef)"}, {"--attempts", "3"}, {"--interface", "by \"route\""}};
  result.seed = 18'446'744'073'709'551'615U;
  result.targets = 9;
  result.runs = 2;
  result.output = {1234, 2, 1};
  result.output_fingerprint = 0xabc;
  for (const std::uint64_t place : {0U, 1U, 8U}) result.decided.add(place);
  result.states[static_cast<std::size_t>(State::alive)] = 2;
  result.states[static_cast<std::size_t>(State::send_failed)] = 1;
  result.targets_refused = 1;
  result.unrepaired = 4;
  result.lost = {{"Ip6OutDiscards", 9}};
  return result;
}

std::string text_of(const JournalRecord& record) {
  return journal_text(record, record.decided.to_text());
}

std::string what_is_wrong_with(const std::string& text) {
  try {
    read_journal_record(text, name);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_FALSE(error.remedy().empty());
    return error.what();
  }
  return "nothing";
}

// With the right checksum, so that only the contents are wrong.
std::string changed(const std::string& from, const std::string& to) {
  JournalRecord one = record();
  std::string text = text_of(one);
  text.replace(text.find(from), from.size(), to);
  text.erase(text.find("checksum "));
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  char line[32];
  std::snprintf(line, sizeof(line), "checksum %016llx\n", static_cast<unsigned long long>(hash));
  return text + line;
}

TEST(JournalRecord, is_text_that_can_be_read_with_the_eye) {
  EXPECT_EQ(text_of(record()).substr(0, text_of(record()).find("checksum")),
            "ringsweep.journal/1\n"
            R"x({"plan_id":"0000000000c0ffee","plan":{"targets":"9 (00000000deadbeef)","--attempts":"3",)x"
            R"("--interface":"by \"route\""},"seed":18446744073709551615,"targets":9,"runs":2,)"
            R"("output":{"bytes":1234,"rows":2,"hidden":1,"print":"0000000000000abc"},"states":{"alive":2,)"
            R"("other_source":0,"unreachable":0,"time_exceeded":0,"no_reply":0,"send_failed":1,"skipped":0,)"
            R"("unresolved":0,"interrupted":0,"not_sent":0},"targets_refused":1,"unrepaired":4,)"
            R"("lost":{"Ip6OutDiscards":9},"decided":"0 AwE"})"
            "\n");
}

TEST(JournalRecord, comes_back_from_its_text) {
  const JournalRecord back = read_journal_record(text_of(record()), name);
  EXPECT_EQ(back.plan_id, 0xc0ffeeU);
  EXPECT_EQ(back.plan, record().plan);
  EXPECT_EQ(back.seed, 18'446'744'073'709'551'615U);
  EXPECT_EQ(back.targets, 9U);
  EXPECT_EQ(back.runs, 2U);
  EXPECT_EQ(back.output.bytes, 1234U);
  EXPECT_EQ(back.output.rows, 2U);
  EXPECT_EQ(back.output.hidden, 1U);
  EXPECT_EQ(back.output_fingerprint, 0xabcU);
  EXPECT_EQ(back.decided.to_text(), "0 AwE");
  EXPECT_EQ(back.states, record().states);
  EXPECT_EQ(back.targets_refused, 1U);
  EXPECT_EQ(back.unrepaired, 4U);
  EXPECT_EQ(back.lost, record().lost);
}

TEST(JournalRecord, of_a_version_that_did_not_know_what_was_lost_is_read) {
  const JournalRecord back = read_journal_record(changed("\"lost\":{\"Ip6OutDiscards\":9},", ""), name);
  EXPECT_TRUE(back.lost.empty());
  EXPECT_EQ(back.unrepaired, 4U);
}

TEST(JournalRecord, one_that_is_cut_anywhere_or_has_a_changed_byte_anywhere_is_refused) {
  const std::string whole = text_of(record());
  const std::string first_line = "ringsweep.journal/1\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string what = what_is_wrong_with(whole.substr(0, size));
    const bool known = size >= first_line.size() - 2;
    EXPECT_EQ(what, known ? "the journal 'out.csv.journal' is damaged: its checksum is wrong"
                          : "'out.csv.journal' is not a ringsweep journal")
        << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string other = whole;
    other[at] = static_cast<char>(other[at] ^ 1);
    EXPECT_NE(what_is_wrong_with(other), "nothing") << at;
  }
  EXPECT_NE(what_is_wrong_with(whole + "\n"), "nothing");
  EXPECT_EQ(what_is_wrong_with(whole), "nothing");
}

TEST(JournalRecord, one_of_a_newer_version_is_named) {
  EXPECT_EQ(what_is_wrong_with("ringsweep.journal/2\nwhatever will be\n"),
            "the journal 'out.csv.journal' was written by a newer version of ringsweep (2; this one knows 1)");
}

TEST(JournalRecord, another_file_is_not_ours) {
  for (const char* text : {"", "address,name,state\n", "{}", "\n"}) {
    EXPECT_EQ(what_is_wrong_with(text), "'out.csv.journal' is not a ringsweep journal") << text;
    EXPECT_FALSE(is_journal(text));
  }
}

TEST(JournalRecord, numbers_that_do_not_add_up_and_words_that_are_none_are_damage) {
  EXPECT_EQ(what_is_wrong_with(changed("\"alive\":2", "\"alive\":3")),
            "the journal 'out.csv.journal' is damaged: its numbers do not add up");
  EXPECT_EQ(what_is_wrong_with(changed("\"rows\":2", "\"rows\":9")),
            "the journal 'out.csv.journal' is damaged: its numbers do not add up");
  EXPECT_EQ(what_is_wrong_with(changed("\"targets\":9", "\"targets\":8")),
            "the journal 'out.csv.journal' is damaged: its list of decided targets is invalid");
  EXPECT_EQ(what_is_wrong_with(changed("c0ffee", "coffee")),
            "the journal 'out.csv.journal' is damaged: invalid plan_id '0000000000coffee'");
  for (const auto& [from, to] : {std::pair{"\"seed\":", "\"sead\":"},
                                 {"\"runs\":2", "\"runs\":\"2\""},
                                 {"{\"plan_id\"", "[\"plan_id\""},
                                 {"\"--attempts\":\"3\"", "\"--attempts\":3"}}) {
    EXPECT_NE(what_is_wrong_with(changed(from, to)), "nothing") << from;
  }
}

TEST(JournalRecord, tells_the_difference_of_two_plans_option_by_option) {
  const PlanItems then = {{"targets", "9 (a)"}, {"--attempts", "3"}, {"--old", "x"}};
  EXPECT_EQ(plan_difference(then, then), "");
  EXPECT_EQ(plan_difference(then, {{"--new", "y"}, {"--attempts", "5"}, {"targets", "9 (a)"}}),
            "\n  --new: unknown then, y now\n  --attempts: 3 then, 5 now\n  --old: x then, unknown now");
}

TEST(JournalRecord, counts_states_and_what_was_refused_here) {
  JournalRecord counted;
  Verdict verdict;
  verdict.state = State::no_reply;
  verdict.reason = Reason::timeout;
  counted.count(verdict);
  verdict.state = State::send_failed;
  for (const Reason reason : {Reason::no_route, Reason::filtered_locally, Reason::no_buffer}) {
    verdict.reason = reason;
    counted.count(verdict);
  }
  EXPECT_EQ(counted.states[static_cast<std::size_t>(State::no_reply)], 1U);
  EXPECT_EQ(counted.states[static_cast<std::size_t>(State::send_failed)], 3U);
  EXPECT_EQ(counted.targets_refused, 2U);
}

// Counted with the verdict itself, so that no journal vouches for the verdict without its loss.
TEST(JournalRecord, counts_silent_targets_whose_answer_may_have_been_lost_here) {
  JournalRecord counted;
  Verdict verdict;
  verdict.state = State::no_reply;
  verdict.reason = Reason::timeout;
  counted.count(verdict);
  EXPECT_EQ(counted.unrepaired, 0U);
  verdict.unsure = true;
  counted.count(verdict);
  EXPECT_EQ(counted.unrepaired, 1U);
}

}  // namespace
}  // namespace ringsweep
