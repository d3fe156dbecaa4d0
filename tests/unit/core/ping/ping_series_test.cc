// What ping counts, by hand.
#include "ringsweep/core/ping/ping_series.h"

#include <gtest/gtest.h>

#include "ringsweep/base/time.h"

namespace ringsweep {
namespace {

constexpr std::int64_t start_ns = 5 * ns_per_s;

void send(PingSeries& series, std::int64_t sent_ns = start_ns) {
  series.sending(sent_ns);
  series.sent();
}

TEST(PingSeries, counts_from_1_and_measures_from_its_own_send_time) {
  PingSeries series;
  EXPECT_EQ(series.next_sequence(), 1);
  send(series);
  EXPECT_EQ(series.next_sequence(), 2);
  const PingSeries::Reply reply = series.reply(1, start_ns + 62'999);
  EXPECT_FALSE(reply.duplicate);
  EXPECT_EQ(reply.rtt_us, 62);
  EXPECT_EQ(series.counts().transmitted, 1U);
  EXPECT_EQ(series.counts().received, 1U);
  EXPECT_TRUE(series.answered(1));
}

TEST(PingSeries, an_rtt_is_never_negative) {
  PingSeries series;
  send(series);
  EXPECT_EQ(series.reply(1, start_ns - 500'000).rtt_us, 0);
}

TEST(PingSeries, a_second_reply_is_a_duplicate_that_counts_into_the_mean) {
  PingSeries series;
  send(series);
  series.reply(1, start_ns + 100 * ns_per_us);
  EXPECT_TRUE(series.reply(1, start_ns + 300 * ns_per_us).duplicate);
  EXPECT_EQ(series.counts().received, 1U);
  EXPECT_EQ(series.counts().duplicates, 1U);
  EXPECT_EQ(series.rtts().mean_us(), 200);
  EXPECT_EQ(series.rtts().min_us, 100);
  EXPECT_EQ(series.rtts().max_us, 300);
}

// field bug 8: nothing is computed from what a reply claims.
TEST(PingSeries, a_sequence_that_was_never_sent_has_no_rtt) {
  PingSeries series;
  send(series);
  EXPECT_EQ(series.reply(999, start_ns + ns_per_ms).rtt_us, std::nullopt);
  EXPECT_EQ(series.rtts().samples, 0U);
}

TEST(PingSeries, a_sequence_is_new_again_after_65536_probes) {
  PingSeries series;
  send(series);
  series.reply(1, start_ns + ns_per_ms);
  for (int i = 0; i < 65'536; ++i) send(series, start_ns + ns_per_s);
  EXPECT_FALSE(series.answered(1));
  const PingSeries::Reply reply = series.reply(1, start_ns + ns_per_s + ns_per_ms);
  EXPECT_FALSE(reply.duplicate);
  EXPECT_EQ(reply.rtt_us, 1'000);
}

TEST(PingSeries, in_flight_is_what_was_sent_behind_the_newest_answer) {
  PingSeries series;
  EXPECT_EQ(series.in_flight(), 0);
  for (int i = 0; i < 3; ++i) send(series);
  EXPECT_EQ(series.in_flight(), 3);
  series.reply(2, start_ns);
  EXPECT_EQ(series.in_flight(), 1);
  // An answer to an older one changes nothing.
  series.reply(1, start_ns);
  EXPECT_EQ(series.in_flight(), 1);
  series.acknowledge(3);
  EXPECT_EQ(series.in_flight(), 0);
}

TEST(PingSeries, in_flight_and_pipe_are_right_where_the_sequence_wraps) {
  PingSeries series;
  for (int i = 0; i < 65'535; ++i) {
    send(series);
    series.reply(static_cast<std::uint16_t>(i + 1), start_ns);
  }
  EXPECT_EQ(series.counts().pipe, 1);
  for (int i = 0; i < 3; ++i) send(series);  // 0, 1, 2
  EXPECT_EQ(series.in_flight(), 3);
  series.reply(0, start_ns);
  EXPECT_EQ(series.in_flight(), 2);
  EXPECT_EQ(series.counts().pipe, 3);
}

TEST(PingSeries, a_silent_target_may_have_any_number_in_flight) {
  PingSeries series;
  for (int i = 0; i < 70'000; ++i) send(series);
  EXPECT_EQ(series.in_flight(), 70'000);
  EXPECT_EQ(series.counts().pipe, -1);
}

TEST(PingSeries, an_answer_to_what_was_not_sent_ends_no_waiting) {
  PingSeries series;
  send(series);
  for (const std::uint16_t sequence : {std::uint16_t{0}, std::uint16_t{2}, std::uint16_t{40'000}}) {
    series.acknowledge(sequence);
    EXPECT_EQ(series.in_flight(), 1);
  }
  EXPECT_EQ(series.counts().pipe, -1);
}

TEST(PingSeries, is_complete_when_replies_and_errors_are_as_many_as_wanted) {
  PingSeries series;
  EXPECT_FALSE(series.complete(0));
  send(series);
  send(series);
  series.reply(1, start_ns);
  EXPECT_FALSE(series.complete(2));
  series.count_error();
  EXPECT_TRUE(series.complete(2));
}

TEST(PingRtts, mean_and_deviation) {
  PingRtts rtts;
  EXPECT_EQ(rtts.mean_us(), 0);
  EXPECT_EQ(rtts.deviation_us(), 0);
  for (const std::int64_t us : {1'000, 2'000, 6'000}) rtts.add(us);
  EXPECT_EQ(rtts.mean_us(), 3'000);
  EXPECT_EQ(rtts.deviation_us(), 2'160);
}

TEST(PingRtts, the_smoothed_rtt_moves_by_an_eighth) {
  PingRtts rtts;
  rtts.add(800);
  EXPECT_EQ(rtts.average8_us / 8, 800);
  rtts.add(1'600);
  EXPECT_EQ(rtts.average8_us / 8, 900);
}

}  // namespace
}  // namespace ringsweep
