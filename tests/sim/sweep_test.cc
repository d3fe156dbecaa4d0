// The results of a sweep of a network whose truth is known: one subject for each test, no randomness.
#include <gtest/gtest.h>

#include <cerrno>

#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

TEST(SimSweep, a_host_that_answers_is_alive_with_the_networks_rtt) {
  SimSweep sweep({.targets = {"10.0.0.7"}}, all_alive(12'345'600));
  sweep.run();
  const Verdict row = sweep.row("10.0.0.7");
  EXPECT_EQ(row.state, State::alive);
  EXPECT_EQ(row.reason, Reason::echo_reply);
  EXPECT_EQ(row.rtt_ns, 12'345'600);
  EXPECT_EQ(row.attempts, 1U);
  EXPECT_EQ(row.ttl, 64);
  EXPECT_EQ(row.icmp_type, 0);
  EXPECT_TRUE(sweep.tally.balances(1));
}

TEST(SimSweep, a_silent_host_gets_three_probes_a_second_apart_and_then_no_reply) {
  SimSweep sweep({.targets = {"10.0.0.7"}}, all_silent());
  sweep.run();
  const Verdict row = sweep.row("10.0.0.7");
  EXPECT_EQ(row.state, State::no_reply);
  EXPECT_EQ(row.reason, Reason::timeout);
  EXPECT_EQ(row.attempts, 3U);
  ASSERT_EQ(sweep.transport.sent().size(), 3U);
  for (std::size_t i = 1; i < 3; ++i) {
    const std::int64_t gap_ns = sweep.transport.sent()[i].at_ns - sweep.transport.sent()[i - 1].at_ns;
    EXPECT_NEAR(static_cast<double>(gap_ns), 1e9, 5e6);
  }
  EXPECT_EQ(sweep.tally.of(Outcome::timed_out), 3U);
}

TEST(SimSweep, ends_as_soon_as_the_last_target_is_decided) {  // field bug 27
  SimSweep sweep({.targets = {"10.0.0.0/24"}}, all_alive(20 * ms));
  sweep.run();
  const std::int64_t last_sent_ns = sweep.transport.sent().back().at_ns;
  EXPECT_LT(sweep.transport.now_ns() - last_sent_ns, 21 * ms);
}

TEST(SimSweep, each_reply_is_credited_to_its_own_target_beyond_65536_probes_in_flight) {  // field bug 1
  // Every host answers after a different time, in another order than that of the probes.
  const auto delay_of = [](const Address& to) { return (500 + static_cast<std::int64_t>(to.low % 997)) * ms; };
  SimSweep sweep({.targets = {"10.0.0.0/14"},
                  .rate = Rate{200'000'000},
                  .job = {.timeout_ns = 3 * ns_per_s},
                  .table_slots = 1U << 20},
                 {.answers = [&](const Address& to, std::uint32_t) { return reply_after(delay_of(to)); }});
  sweep.run();
  EXPECT_EQ(sweep.rows(), 262'144U);
  std::uint64_t right = 0;
  for (const Verdict& row : sweep.sink.verdicts) {
    const std::int64_t error_ns = row.rtt_ns - delay_of(row.address);
    if (row.state == State::alive && row.attempts == 1 && error_ns >= 0 && error_ns <= 1'000) ++right;
  }
  EXPECT_EQ(right, 262'144U);
  EXPECT_EQ(sweep.tally.probes_sent, 262'144U);
}

TEST(SimSweep,
     a_reply_after_the_timeout_while_the_next_attempt_is_in_flight_decides_with_its_own_rtt) {  // field bug 17
  SimSweep sweep({.targets = {"10.0.0.7"}}, {.answers = [](const Address&, std::uint32_t nth) {
                   return nth == 1 ? reply_after(1'300 * ms) : std::vector<SimAnswer>{};
                 }});
  sweep.run();
  const Verdict row = sweep.row("10.0.0.7");
  EXPECT_EQ(row.state, State::alive);
  EXPECT_EQ(row.rtt_ns, 1'300 * ms);
  EXPECT_EQ(row.attempts, 2U);
  EXPECT_EQ(sweep.tally.of(Outcome::answered), 1U);
  EXPECT_EQ(sweep.tally.of(Outcome::superseded), 1U);
}

TEST(SimSweep, a_late_reply_while_the_retry_waits_for_its_turn_drops_the_retry) {
  // At 2 pps the retry of the first of 4 targets waits behind those that come before it.
  SimSweep sweep({.targets = {"10.0.0.0/30"}, .rate = Rate{2'000}, .job = {.attempts = 2}},
                 {.answers = [](const Address&, std::uint32_t nth) {
                   return nth == 1 ? reply_after(1'001 * ms) : std::vector<SimAnswer>{};
                 }});
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 4U);
  EXPECT_LT(sweep.transport.sent().size(), 8U);
}

TEST(SimSweep, a_retry_that_is_dropped_does_not_keep_the_sweep) {
  // The reply comes while the retry waits for its turn, which a rate of 0.1 pps gives after 10 s.
  SimSweepOptions options{.targets = {"10.0.0.7"}, .rate = Rate{100}};
  SimSweep sweep(options, all_alive(1'100 * ms));
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::alive);
  EXPECT_LT(sweep.transport.now_ns() - options.transport.start_ns, 2 * ns_per_s);
}

TEST(SimSweep, linger_listens_longer_after_the_last_attempt_only) {
  SimSweepOptions options{.targets = {"10.0.0.7"}, .job = {.attempts = 1, .linger_ns = 2 * ns_per_s}};
  SimSweep within(options, all_alive(2'900 * ms));
  within.run();
  EXPECT_EQ(within.row("10.0.0.7").state, State::alive);
  SimSweep beyond(options, all_alive(3'100 * ms));
  beyond.run();
  EXPECT_EQ(beyond.row("10.0.0.7").state, State::no_reply);
}

TEST(SimSweep, a_reply_whose_stamp_is_after_the_last_timeout_is_late_even_if_read_before_expiry) {
  SimSweepOptions options{.targets = {"10.0.0.7"}, .job = {.attempts = 1}};
  SimSweep sweep(options, all_alive(1'000 * ms + 1'000));
  sweep.transport.stop_process(options.transport.start_ns + 500 * ms, 2 * ns_per_s);
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::no_reply);
  EXPECT_EQ(sweep.tally.replies.late, 1U);
}

TEST(SimSweep, an_error_whose_stamp_is_after_the_last_timeout_is_late_even_if_read_before_expiry) {
  SimSweepOptions options{.targets = {"10.0.0.7"}, .job = {.attempts = 1}};
  SimSweep sweep(
      options, {.answers = [](const Address&, std::uint32_t) {
        return std::vector<SimAnswer>{
            {.kind = SimAnswer::Kind::error, .delay_ns = 1'000 * ms + 1'000, .from = Address::v4(0x0a0000fe)}};
      }});
  sweep.transport.stop_process(options.transport.start_ns + 500 * ms, 2 * ns_per_s);
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::no_reply);
  EXPECT_EQ(sweep.tally.replies.late, 1U);
}

TEST(SimSweep, replies_that_wait_while_the_process_is_stopped_for_a_second_are_in_time) {  // field bug 7, 41
  // 3,000 replies waiting, 9 handed out a call, the clock jumped by 1 s: no probe times out, RTTs are the network's.
  SimSweepOptions options{.targets = {"10.0.0.0/20"}, .rate = Rate{10'000'000}};
  options.transport.handed_out_per_reap = 9;
  SimSweep sweep(options, all_alive(300 * ms));
  sweep.transport.stop_process(options.transport.start_ns + 320 * ms, ns_per_s);
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 4096U);
  EXPECT_EQ(sweep.tally.of(Outcome::timed_out), 0U);
  EXPECT_EQ(sweep.tally.probes_sent, 4096U);
  EXPECT_GE(sweep.rtts.min_ns(), 300 * ms);
  EXPECT_LE(sweep.rtts.max_ns(), 300 * ms + 1'000);
}

TEST(SimSweep, a_forged_tag_or_a_wrong_sequence_never_makes_a_host_alive) {  // field bug 2, 3, 8
  for (const auto kind : {SimAnswer::Kind::forged, SimAnswer::Kind::wrong_sequence}) {
    SimSweep sweep({.targets = {"10.0.0.7"}}, {.answers = [&](const Address&, std::uint32_t) {
                     return std::vector<SimAnswer>{{.kind = kind, .delay_ns = ms}};
                   }});
    sweep.run();
    EXPECT_EQ(sweep.row("10.0.0.7").state, State::no_reply);
    EXPECT_EQ(sweep.tally.replies.foreign, 3U);
  }
}

TEST(SimSweep, a_truncated_reply_is_malformed) {
  SimSweep sweep({.targets = {"10.0.0.7"}}, {.answers = [&](const Address&, std::uint32_t) {
                   return std::vector<SimAnswer>{{.kind = SimAnswer::Kind::truncated, .delay_ns = ms}};
                 }});
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::no_reply);
  EXPECT_EQ(sweep.tally.replies.malformed, 3U);
}

TEST(SimSweep, a_host_that_answers_each_probe_three_times_has_one_row_and_two_duplicates) {  // field bug 16
  SimSweep sweep({.targets = {"10.0.0.7"}}, {.answers = [](const Address&, std::uint32_t) {
                   return std::vector<SimAnswer>{{.delay_ns = ms}, {.delay_ns = ms}, {.delay_ns = ms}};
                 }});
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::alive);
  EXPECT_EQ(sweep.rows(), 1U);
  EXPECT_EQ(sweep.tally.replies.duplicate, 2U);
}

TEST(SimSweep, an_error_of_the_network_decides_at_once_and_a_reply_after_it_contradicts) {
  const Address router = Address::v4(0x0a000001);
  SimSweep sweep({.targets = {"10.0.0.7"}}, {.answers = [&](const Address&, std::uint32_t) {
                   return std::vector<SimAnswer>{{.kind = SimAnswer::Kind::error, .delay_ns = ms, .from = router},
                                                 {.delay_ns = ms}};
                 }});
  sweep.run();
  // Both wait in the socket; replies are looked at before errors in each reap.
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::alive);
  SimSweep later({.targets = {"10.0.0.7", "10.0.0.8"}}, {.answers = [&](const Address& to, std::uint32_t) {
                   if (to.low == 0x0a000008) return std::vector<SimAnswer>{{.delay_ns = 50 * ms}};
                   return std::vector<SimAnswer>{{.kind = SimAnswer::Kind::error, .delay_ns = ms, .from = router},
                                                 {.delay_ns = 2 * ms}};
                 }});
  later.run();
  const Verdict row = later.row("10.0.0.7");
  EXPECT_EQ(row.state, State::unreachable);
  EXPECT_EQ(row.reason, Reason::host_unreachable);
  EXPECT_EQ(row.responder, router);
  EXPECT_EQ(row.icmp_type, 3);
  EXPECT_EQ(row.icmp_code, 1);
  EXPECT_EQ(row.attempts, 1U);
  EXPECT_EQ(later.tally.replies.contradicted, 1U);
}

TEST(SimSweep, an_error_that_quotes_only_eight_bytes_is_matched_by_sequence_and_destination) {
  const Address router = Address::v4(0x0a000001);
  SimSweep sweep({.targets = {"10.0.0.0/24"}}, {.answers = [&](const Address&, std::uint32_t) {
                   return std::vector<SimAnswer>{
                       {.kind = SimAnswer::Kind::error, .delay_ns = 30 * ms, .from = router, .quoted_bytes = 8}};
                 }});
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::unreachable), 256U);
  EXPECT_EQ(sweep.tally.probes_sent, 256U);
}

TEST(SimSweep, an_error_that_this_machine_made_itself_is_no_word_of_the_network) {
  SimSweepOptions options{.targets = {"10.0.0.7"}};
  const Address own = Address::v4(0x0a000064);
  options.machine.add_own(own, own);
  options.machine.sort();
  SimSweep sweep(options, {.answers = [&](const Address&, std::uint32_t) {
                   return std::vector<SimAnswer>{{.kind = SimAnswer::Kind::error, .delay_ns = ms, .from = own}};
                 }});
  sweep.run();
  const Verdict row = sweep.row("10.0.0.7");
  EXPECT_EQ(row.state, State::no_reply);
  EXPECT_EQ(row.reason, Reason::no_neighbour);
  EXPECT_EQ(row.attempts, 3U);
}

TEST(SimSweep, other_errors_of_this_machine_are_errors_like_any) {
  // Its own firewall rejects what it sends: code 13.
  SimSweepOptions options{.targets = {"10.0.0.7"}};
  const Address own = Address::v4(0x0a000064);
  options.machine.add_own(own, own);
  options.machine.sort();
  SimSweep sweep(
      options, {.answers = [&](const Address&, std::uint32_t) {
        return std::vector<SimAnswer>{{.kind = SimAnswer::Kind::error, .delay_ns = ms, .from = own, .error_code = 13}};
      }});
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::unreachable);
  EXPECT_EQ(sweep.row("10.0.0.7").reason, Reason::admin_prohibited);
  EXPECT_EQ(sweep.row("10.0.0.7").responder, own);
}

TEST(SimSweep, an_answer_from_another_address_is_other_source_unless_the_target_answers_too) {  // field bug 44
  const Address firewall = Address::v4(0x0a0000fe);
  SimSweep only_firewall({.targets = {"10.0.0.7"}}, {.answers = [&](const Address&, std::uint32_t) {
                           return std::vector<SimAnswer>{{.delay_ns = 5 * ms, .from = firewall}};
                         }});
  only_firewall.run();
  const Verdict row = only_firewall.row("10.0.0.7");
  EXPECT_EQ(row.state, State::other_source);
  EXPECT_EQ(row.responder, firewall);
  EXPECT_EQ(row.rtt_ns, 5 * ms);
  EXPECT_EQ(row.attempts, 3U);
  SimSweep both({.targets = {"10.0.0.7"}}, {.answers = [&](const Address&, std::uint32_t nth) {
                  std::vector<SimAnswer> answers{{.delay_ns = 5 * ms, .from = firewall}};
                  if (nth == 2) answers.push_back({.delay_ns = 9 * ms});
                  return answers;
                }});
  both.run();
  EXPECT_EQ(both.row("10.0.0.7").state, State::alive);
  EXPECT_EQ(both.row("10.0.0.7").rtt_ns, 9 * ms);
}

TEST(SimSweep, a_full_send_buffer_is_no_verdict_and_no_attempt) {  // field bug 4, 33
  for (const int error : {EAGAIN, ENOBUFS, ENOMEM}) {
    SimSweep sweep({.targets = {"10.0.0.0/24"}},
                   {.answers = [](const Address&, std::uint32_t) { return reply_after(ms); },
                    .send_error = [&](const Address&, std::uint64_t sends) { return sends % 3 == 0 ? error : 0; }});
    sweep.run();
    EXPECT_EQ(sweep.tally.of(State::alive), 256U);
    EXPECT_EQ(sweep.tally.probes_sent, 256U);
    EXPECT_EQ(sweep.tally.local.send_full, sweep.tally.local.lost_here);
    EXPECT_GT(sweep.tally.local.send_full, 0U);
    for (const Verdict& row : sweep.sink.verdicts) EXPECT_EQ(row.attempts, 1U);
  }
}

TEST(SimSweep, a_send_that_the_local_filter_refuses_ten_times_fails_and_others_do_not) {
  const Address filtered = Address::v4(0x0a000007);
  std::uint64_t tries = 0;
  SimSweep sweep(
      {.targets = {"10.0.0.0/24"}},
      {.answers = [](const Address&, std::uint32_t) { return reply_after(ms); },
       .send_error = [&](const Address& to, std::uint64_t) { return to == filtered && ++tries ? EPERM : 0; }});
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::send_failed);
  EXPECT_EQ(sweep.row("10.0.0.7").reason, Reason::filtered_locally);
  EXPECT_EQ(sweep.row("10.0.0.7").attempts, 0U);
  EXPECT_EQ(tries, 10U);
  EXPECT_EQ(sweep.tally.of(State::alive), 255U);
}

TEST(SimSweep, a_send_without_route_fails_at_once_with_its_reason) {
  const std::vector<std::pair<int, Reason>> cases = {{ENETUNREACH, Reason::no_route},
                                                     {EHOSTUNREACH, Reason::no_route},
                                                     {EACCES, Reason::route_prohibited},
                                                     {EMSGSIZE, Reason::too_big},
                                                     {EADDRNOTAVAIL, Reason::no_source}};
  for (const auto& [error, reason] : cases) {
    SimSweep sweep({.targets = {"10.0.0.7"}},
                   {.answers = [](const Address&, std::uint32_t) { return reply_after(ms); },
                    .send_error = [error = error](const Address&, std::uint64_t) { return error; }});
    sweep.run();
    EXPECT_EQ(sweep.row("10.0.0.7").state, State::send_failed);
    EXPECT_EQ(sweep.row("10.0.0.7").reason, reason);
    EXPECT_EQ(sweep.tally.probes_sent, 0U);
  }
}

TEST(SimSweep, retries_are_inside_the_rate) {  // field bug 21
  SimSweep sweep({.targets = {"10.0.0.0/22"}, .rate = Rate{500'000}}, all_silent());
  sweep.run();
  ASSERT_EQ(sweep.transport.sent().size(), 3'072U);
  // 3,072 probes at 500 pps take 6.14 s, whatever is sent.
  const auto& sent = sweep.transport.sent();
  const std::int64_t span_ns = sent.back().at_ns - sent.front().at_ns;
  EXPECT_GE(span_ns, 6'100 * ms);
  for (std::size_t i = 0; i + 500 < sent.size(); ++i) EXPECT_GE(sent[i + 500].at_ns - sent[i].at_ns, 960 * ms);
}

TEST(SimSweep, while_the_output_is_full_nothing_is_sent_and_nothing_is_lost) {  // field bug 46
  SimSweep sweep({.targets = {"10.0.0.0/24"}, .rate = Rate{1'000'000}}, all_alive(10 * ms));
  sweep.sink.room = 40;
  // The reader resumes only after a while.
  sweep.transport.on_wait = [&sweep, waits = 0]() mutable {
    if (++waits == 300) sweep.sink.room = 10'000;
  };
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 256U);
  EXPECT_EQ(sweep.tally.local.output_stalls, 1U);
}

TEST(SimSweep, skipped_addresses_are_rows_without_probes) {  // field bug 25
  SimSweepOptions options{.targets = {"10.0.0.0/24", "224.0.0.1", "0.0.0.0", "255.255.255.255"}};
  options.machine.add_broadcast(Address::v4(0x0a0000ff));
  options.machine.sort();
  SimSweep sweep(options, all_alive(ms));
  sweep.run();
  EXPECT_EQ(sweep.rows(), 259U);
  EXPECT_EQ(sweep.row("10.0.0.255").reason, Reason::broadcast);
  EXPECT_EQ(sweep.row("224.0.0.1").reason, Reason::multicast);
  EXPECT_EQ(sweep.row("0.0.0.0").reason, Reason::unspecified);
  EXPECT_EQ(sweep.row("255.255.255.255").reason, Reason::broadcast);
  EXPECT_EQ(sweep.tally.probes_sent, 255U);
}

TEST(SimSweep, a_sweep_may_last_longer_than_the_send_times_of_the_table_reach) {
  // 120 targets at 0.001 pps: 33 hours.
  SimSweep sweep({.targets = {"10.0.0.0-10.0.0.119"}, .rate = Rate{1}}, all_alive(250 * ms));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 120U);
  EXPECT_EQ(sweep.tally.probes_sent, 120U);
  EXPECT_EQ(sweep.rtts.min_ns(), 250 * ms);
  EXPECT_EQ(sweep.rtts.max_ns(), 250 * ms);
}

TEST(SimSweep, ipv6_and_ipv4_targets_mix) {
  SimSweep sweep({.targets = {"fd77::/120", "10.0.0.0/24"}}, all_alive(ms));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::alive), 512U);
  EXPECT_EQ(sweep.row("fd77::a1").icmp_type, 129);
}

TEST(SimSweep, a_table_much_smaller_than_the_sweep_never_waits_for_itself) {
  SimSweep sweep({.targets = {"10.0.0.0/20"}, .rate = Rate{100'000'000}, .table_slots = 1024}, all_silent());
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::no_reply), 4096U);
  EXPECT_EQ(sweep.tally.probes_sent, 3 * 4096U);
}

}  // namespace
}  // namespace ringsweep
