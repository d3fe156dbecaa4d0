// What this machine loses on the way back is noticed, and made good or reported.
#include <gtest/gtest.h>

#include <cerrno>

#include "sim/sim_sweep.h"

namespace ringsweep {
namespace {

TEST(SimLosses, replies_dropped_at_our_own_socket_are_probed_again_and_no_target_is_lost) {  // field bug 34
  SimSweepOptions options{.targets = {"10.0.0.0/18"}, .rate = Rate{50'000'000}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 50;
  // Replies come in bursts: all probes of a millisecond are answered at its end.
  SimSweep sweep(options, all_alive(100 * ms));
  sweep.transport.stop_process(options.transport.start_ns + 150 * ms, 200 * ms);
  sweep.run();
  EXPECT_GT(sweep.tally.local.socket_drops, 1'000U);
  EXPECT_GT(sweep.tally.local.void_probes, 1'000U);
  EXPECT_EQ(sweep.tally.of(State::alive), 16'384U);
  for (const Verdict& row : sweep.sink.verdicts) {
    EXPECT_EQ(row.attempts, 1U);
    EXPECT_FALSE(row.unsure);
  }
}

TEST(SimLosses, at_max_a_loss_at_our_own_socket_slows_down_what_was_measured_and_no_target_is_lost) {  // field bug 34
  SimSweepOptions options{.targets = {"10.0.0.0/16"}, .rate = Rate{}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 300;
  SimSweep sweep(options, all_alive(20 * ms));
  sweep.transport.stop_process(options.transport.start_ns + 5 * ms, 30 * ms);
  sweep.run();
  EXPECT_GT(sweep.tally.local.socket_drops, 1'000U);
  EXPECT_EQ(sweep.tally.of(State::alive), 65'536U);
  EXPECT_EQ(sweep.tally.local.unrepaired, 0U);
}

TEST(SimLosses, a_reply_lost_twice_at_our_own_socket_is_a_lower_bound) {
  SimSweepOptions options{.targets = {"10.0.0.0/24"}, .rate = Rate{100'000'000}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 0;
  SimSweep sweep(options, all_alive(20 * ms));
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::no_reply), 256U);
  EXPECT_EQ(sweep.tally.local.void_probes, 256U);
  EXPECT_EQ(sweep.tally.local.unrepaired, 256U);
  for (const Verdict& row : sweep.sink.verdicts) EXPECT_TRUE(row.unsure);
}

TEST(SimLosses, an_attempt_whose_repeat_was_refused_has_left_all_the_same) {
  SimSweepOptions options{.targets = {"10.0.0.0/20"}, .rate = Rate{100'000'000}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 200;
  // Answers are dropped and all probes in flight are sent again; the kernel refuses a third of these, and most answers
  // still arrive.
  SimBehaviour network = all_alive(30 * ms);
  network.send_error = [](const Address&, std::uint64_t sends) { return sends > 1'000 && sends % 3 == 0 ? EAGAIN : 0; };
  SimSweep sweep(options, network);
  sweep.transport.stop_process(options.transport.start_ns + 33 * ms, 5 * ms);
  sweep.run();
  EXPECT_GT(sweep.tally.local.void_probes, 1'000U);
  EXPECT_GT(sweep.tally.local.lost_here, 100U);
  EXPECT_EQ(sweep.tally.of(State::alive), 4'096U);
  for (const Verdict& row : sweep.sink.verdicts) EXPECT_EQ(row.attempts, 1U);
}

TEST(SimLosses, an_attempt_whose_repeat_was_refused_for_good_has_left_all_the_same) {
  SimSweepOptions options{.targets = {"10.0.0.7"}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 0;
  SimBehaviour network = all_alive(20 * ms);
  network.send_error = [](const Address&, std::uint64_t sends) { return sends > 0 ? EACCES : 0; };
  SimSweep sweep(options, network);
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::send_failed);
  EXPECT_EQ(sweep.row("10.0.0.7").attempts, 1U);
  EXPECT_EQ(sweep.transport.probes_to(sweep.row("10.0.0.7").address), 1U);
}

TEST(SimLosses, what_was_dropped_before_the_first_probe_is_no_loss_of_the_sweep) {
  SimSweepOptions options{.targets = {"10.0.0.0/24"}};
  options.transport.drops_before_start = 1000;
  SimSweep sweep(options, all_silent());
  sweep.run();
  EXPECT_EQ(sweep.tally.local.socket_drops, 0U);
  EXPECT_EQ(sweep.tally.local.void_probes, 0U);
  EXPECT_EQ(sweep.tally.of(State::no_reply), 256U);
}

TEST(SimLosses, at_max_what_is_dropped_before_the_first_probe_does_not_slow_it_down) {
  SimSweepOptions options{.targets = {"10.0.0.0/24"}, .rate = Rate{}, .job = {.attempts = 1}};
  // A full device takes none of 16 batches, which is tried for 100 ms, and others' replies flood the socket for 5 s.
  SimBehaviour network = all_alive(ms);
  network.send_error = [](const Address&, std::uint64_t sends) { return sends < 512 ? ENOBUFS : 0; };
  const std::int64_t start_ns = options.transport.start_ns;
  SimSweep sweep(options, network);
  sweep.transport.on_wait = [&] {
    if (sweep.tally.probes_sent == 0 && sweep.transport.now_ns() < start_ns + 5 * ns_per_s)
      sweep.transport.drop_foreign();
  };
  sweep.run();
  EXPECT_GT(sweep.tally.local.socket_drops, 0U);
  EXPECT_EQ(sweep.tally.of(State::alive), 256U);
  EXPECT_LT(sweep.transport.now_ns() - start_ns, 200 * ms);
}

TEST(SimLosses, an_answer_from_elsewhere_does_not_hide_that_the_targets_own_may_be_lost) {
  SimSweepOptions options{.targets = {"10.0.0.7"}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 1;
  // Each time the firewall's error fills the socket, so that the target's own answer is dropped.
  SimSweep sweep(options, {.answers = [](const Address&, std::uint32_t) {
                   return std::vector<SimAnswer>{{.delay_ns = ms, .from = Address::v4(0x0a0000fe)}, {.delay_ns = ms}};
                 }});
  sweep.run();
  EXPECT_EQ(sweep.row("10.0.0.7").state, State::other_source);
  EXPECT_EQ(sweep.tally.local.socket_drops, 2U);
  EXPECT_EQ(sweep.tally.local.unrepaired, 1U);
  EXPECT_TRUE(sweep.row("10.0.0.7").unsure);
}

// Routers answer for all 4,096 targets while the process is stopped: the kernel discards errors that do not fit into a
// ping socket without counting them.
SimSweepOptions stopped_among_errors() {
  SimSweepOptions options{.targets = {"10.0.0.0/20"}, .rate = Rate{20'000'000}, .job = {.attempts = 1}};
  options.transport.socket_buffer_packets = 100;
  options.transport.counts_lost_errors = false;
  return options;
}
SimBehaviour unreachable_after(std::int64_t delay_ns) {
  return {.answers = [delay_ns](const Address&, std::uint32_t) {
    return std::vector<SimAnswer>{
        {.kind = SimAnswer::Kind::error, .delay_ns = delay_ns, .from = Address::v4(0x0a0000fe)}};
  }};
}

TEST(SimLosses, errors_that_vanished_uncounted_while_the_process_was_stopped_are_asked_for_again) {
  const SimSweepOptions options = stopped_among_errors();
  SimSweep sweep(options, unreachable_after(100 * ms));
  sweep.transport.stop_process(options.transport.start_ns + 60 * ms, 300 * ms);
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::unreachable), 4'096U);
  EXPECT_EQ(sweep.tally.local.socket_drops, 0U);
  EXPECT_EQ(sweep.tally.local.receive_backlogs, 1U);
  EXPECT_GT(sweep.tally.local.void_probes, 1'000U);
  EXPECT_EQ(sweep.tally.local.unrepaired, 0U);
}

TEST(SimLosses, fewer_large_answers_fill_the_buffer) {
  SimSweepOptions options = stopped_among_errors();
  options.payload_size = 1'400;
  options.transport.packet_charge_bytes = 2'304;
  SimSweep sweep(options, unreachable_after(100 * ms));
  sweep.transport.stop_process(options.transport.start_ns + 60 * ms, 300 * ms);
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::unreachable), 4'096U);
  EXPECT_EQ(sweep.tally.local.receive_backlogs, 1U);
}

TEST(SimLosses, a_stop_after_which_the_buffer_was_not_full_costs_nothing) {
  SimSweepOptions options = stopped_among_errors();
  options.transport.socket_buffer_packets = 5'000;
  SimSweep sweep(options, unreachable_after(100 * ms));
  sweep.transport.stop_process(options.transport.start_ns + 60 * ms, 300 * ms);
  sweep.run();
  EXPECT_EQ(sweep.tally.of(State::unreachable), 4'096U);
  EXPECT_EQ(sweep.tally.local.receive_backlogs, 0U);
  EXPECT_EQ(sweep.tally.probes_sent, 4'096U);
}

}  // namespace
}  // namespace ringsweep
