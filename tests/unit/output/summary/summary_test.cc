#include "ringsweep/output/summary/summary.h"

#include <gtest/gtest.h>

#include "ringsweep/output/text/json.h"

namespace ringsweep {
namespace {

SweepSummary sweep() {
  SweepSummary summary;
  summary.version = "0.1.0";
  summary.plan_id = 0x00c0ffee12345678;
  summary.targets_id = 0x0000000000abcdef;
  summary.targets = 256;
  summary.seed = 42;
  summary.rate_asked = {10'000'000};
  summary.started_ns = 1'795'578'495'123'000'000;
  summary.finished_ns = 1'795'578'498'124'000'000;
  summary.duration_ns = 3'001'000'000;
  summary.sending_ns = 2'000'000'000;
  summary.tally.of(State::alive) = 2;
  summary.tally.of(State::unreachable) = 1;
  summary.tally.of(State::no_reply) = 252;
  summary.tally.of(State::skipped) = 1;
  summary.tally.probes_sent = 760;
  summary.tally.of(Outcome::answered) = 2;
  summary.tally.of(Outcome::error) = 1;
  summary.tally.of(Outcome::timed_out) = 757;
  summary.tally.rtt.kernel_stamp = 3;
  summary.rtts.add(100'000);
  summary.rtts.add(300'000);
  summary.engine = "uring";
  summary.sockets = "dgram";
  summary.engine_note = "io_uring";
  summary.sockets_note = "ping sockets";
  summary.matching = "tagged";
  summary.kernel = "6.18.0";
  return summary;
}

SweepSummary troubled() {
  SweepSummary summary = sweep();
  summary.rate_asked = {};
  summary.workers = 2;
  summary.complete = false;
  summary.exit_status = 3;
  summary.incomplete_because = {"output failed: No space left on device"};
  summary.tally.replies.duplicate = 3;
  summary.tally.replies.late = 1;
  summary.tally.local.socket_drops = 5;
  summary.tally.local.unrepaired = 4;
  summary.tally.rtt.clamped = 7;
  summary.guards = {{"neighbours", "held at 900 unresolved on-link targets"}};
  summary.lower_bound = {{"unrepaired", 4, std::string(remedy_for("unrepaired"))}};
  return summary;
}

TEST(Summary, is_json_with_the_keys_of_the_agreement) {
  EXPECT_EQ(summary_json(sweep()), R"({
  "schema": "ringsweep.summary/1",
  "version": "0.1.0",
  "command": "sweep",
  "plan_id": "00c0ffee12345678",
  "targets_id": "0000000000abcdef",
  "targets": 256,
  "run": 1,
  "decided_before": 0,
  "seed": 42,
  "shard": "1/1",
  "rate_asked_pps": 10000.0,
  "rate_sent_pps": 379.5,
  "started": "2026-11-25T03:48:15.123Z",
  "finished": "2026-11-25T03:48:18.124Z",
  "duration_s": 3.001,
  "complete": true,
  "exit": 0,
  "incomplete_because": [],
  "lower_bound": [],
  "kernel_counters": [],
  "states": {
    "alive": 2,
    "other_source": 0,
    "unreachable": 1,
    "time_exceeded": 0,
    "no_reply": 252,
    "send_failed": 0,
    "skipped": 1,
    "unresolved": 0,
    "interrupted": 0,
    "not_sent": 0
  },
  "probes": {
    "sent": 760,
    "answered": 2,
    "error": 1,
    "timed_out": 757,
    "superseded": 0,
    "void": 0,
    "abandoned": 0
  },
  "replies": {
    "duplicate": 0,
    "late": 0,
    "foreign": 0,
    "malformed": 0,
    "contradicted": 0,
    "other_source": 0,
    "redirect": 0,
    "source_quench": 0,
    "own_error": 0
  },
  "local": {
    "lost_here": 0,
    "send_full": 0,
    "send_maybe": 0,
    "send_final": 0,
    "short_sends": 0,
    "socket_drops": 0,
    "buffer_ring_empty": 0,
    "multishot_ended": 0,
    "completion_overflow": 0,
    "receive_backlogs": 0,
    "void_probes": 0,
    "unrepaired": 0,
    "output_stalls": 0,
    "late_window_cut": 0,
    "targets_refused": 0
  },
  "guards": [],
  "silent_but_there": 0,
  "notes": [],
  "rtt_ms": {
    "min": 0.1,
    "p50": 0.1,
    "p90": 0.3,
    "p99": 0.3,
    "max": 0.3,
    "mean": 0.2,
    "count": 2
  },
  "rtt_source": {
    "kernel_stamp": 3,
    "reap_time": 0,
    "clamped": 0,
    "stretched_batches": 0,
    "clock_steps": 0
  },
  "engine": "uring",
  "engine_note": "io_uring",
  "sockets": "dgram",
  "sockets_note": "ping sockets",
  "matching": "tagged",
  "workers": 1,
  "kernel": "6.18.0"
}
)");
}

TEST(Summary, says_in_json_what_is_not_known_and_what_went_wrong) {
  SweepSummary summary = troubled();
  summary.rtts = RttHistogram();
  summary.shard = 2;
  summary.shards = 7;
  const Json json = Json::parse(summary_json(summary)).value();
  EXPECT_TRUE(json.at("rate_asked_pps").is_null());
  EXPECT_TRUE(json.at("rtt_ms").at("p50").is_null());
  EXPECT_EQ(json.at("rtt_ms").count_at("count"), 0U);
  EXPECT_EQ(json.string_at("shard"), "2/7");
  EXPECT_EQ(json.count_at("exit"), 3U);
  const Json& bound = json.at("lower_bound").elements("lower_bound").at(0);
  EXPECT_EQ(bound.string_at("counter"), "unrepaired");
  EXPECT_EQ(bound.count_at("delta"), 4U);
  EXPECT_EQ(bound.string_at("remedy"), "raise net.core.rmem_max, lower -r, or raise --attempts");
  EXPECT_EQ(json.at("guards").elements("guards").at(0).string_at("guard"), "neighbours");
  EXPECT_EQ(json.at("incomplete_because").elements("incomplete_because").at(0),
            Json("output failed: No space left on device"));
}

TEST(Summary, is_a_few_lines_for_people) {
  EXPECT_EQ(summary_text(sweep()),
            "256 targets = 2 alive + 1 unreachable + 252 no_reply + 1 skipped\n"
            "760 probes = 2 answered + 1 error + 757 timed_out\n"
            "380 pps sent, 10k asked, in 3.001 s; engine uring, sockets dgram, 1 worker, tagged matching\n"
            "rtt ms: min 0.100, p50 0.100, p90 0.300, p99 0.300, max 0.300, mean 0.200\n");
}

TEST(Summary, shows_people_each_counter_that_moved_and_the_lower_bound_with_its_remedy) {  // field bug 5, 6, 34
  EXPECT_EQ(
      summary_text(troubled()),
      "256 targets = 2 alive + 1 unreachable + 252 no_reply + 1 skipped\n"
      "760 probes = 2 answered + 1 error + 757 timed_out\n"
      "380 pps sent, max asked, in 3.001 s; engine uring, sockets dgram, 2 workers, tagged matching\n"
      "rtt ms: min 0.100, p50 0.100, p90 0.300, p99 0.300, max 0.300, mean 0.200 (7 clamped)\n"
      "replies not counted as answers: 3 duplicate, 1 late\n"
      "on this machine: 5 socket_drops, 4 unrepaired\n"
      "guard neighbours: held at 900 unresolved on-link targets\n"
      "lower bound: unrepaired increased by 4, so more targets may be alive; raise net.core.rmem_max, lower -r, or raise --attempts\n"
      "incomplete: output failed: No space left on device\n");
}

TEST(Summary, an_empty_run_has_a_balance_too) {
  SweepSummary summary;
  summary.engine = "mmsg";
  summary.sockets = "raw";
  summary.matching = "tagged";
  EXPECT_EQ(summary_text(summary),
            "0 targets = 0\n"
            "0 probes = 0\n"
            "0 pps sent, max asked, in 0.000 s; engine mmsg, sockets raw, 1 worker, tagged matching\n");
}

TEST(Summary, never_hides_that_a_balance_does_not_hold) {
  SweepSummary summary = sweep();
  summary.targets = 260;
  summary.tally.probes_sent = 750;
  const std::string text = summary_text(summary);
  EXPECT_NE(text.find("1 skipped + 4 NOT ACCOUNTED FOR\n"), std::string::npos);
  EXPECT_NE(text.find("757 timed_out - 10 COUNTED TWICE\n"), std::string::npos);
}

TEST(Summary, writes_rates_exactly) {
  EXPECT_EQ(rate_text({0}), "max");
  EXPECT_EQ(rate_text({500}), "0.5");
  EXPECT_EQ(rate_text({500'000}), "500");
  EXPECT_EQ(rate_text({10'000'000}), "10k");
  EXPECT_EQ(rate_text({12'345'000}), "12345");
  EXPECT_EQ(rate_text({1'000'000'000}), "1M");
  EXPECT_EQ(rate_text({1'500'000'000}), "1500k");
}

StartInfo start_info() {
  return {.targets = 65'536,
          .rate = {10'000'000},
          .rate_reason = "500 pps for each /24, at most 10k",
          .packet_bytes = 52,
          .longest_ns = 22'660'000'000,
          .seed = 42,
          .sockets = "dgram",
          .engine = "uring"};
}

TEST(StartLine, says_targets_rate_and_why_bits_duration_seed_sockets_and_engine) {
  EXPECT_EQ(
      start_line(start_info()),
      "ringsweep: 65536 targets at 10k pps (500 pps for each /24, at most 10k), 4.16Mbit/s, at most 0:23; seed 42, sockets dgram, engine uring\n");
}

TEST(Summary, says_what_a_resumed_sweep_covers) {
  SweepSummary summary = sweep();
  summary.run = 3;
  summary.decided_before = 200;
  const std::string text = summary_text(summary);
  EXPECT_NE(text.find("256 targets = 2 alive + 1 unreachable + 252 no_reply + 1 skipped\n"
                      "resumed (run 3): 200 targets decided before; probes, replies and RTTs are those of this run\n"
                      "760 probes = "),
            std::string::npos)
      << text;
  EXPECT_NE(summary_json(summary).find("\"run\": 3,\n  \"decided_before\": 200,\n"), std::string::npos);
}

TEST(StartLine, says_how_many_were_decided_before) {
  StartInfo info = start_info();
  info.decided_before = 40'000;
  EXPECT_TRUE(start_line(info).starts_with("ringsweep: 65536 targets, 40000 of them decided before, at 10k pps (500"));
}

TEST(StartLine, says_how_long_names_can_take) {
  StartInfo info = start_info();
  info.names_ns = 12'000'000'000;
  EXPECT_EQ(start_line(info),
            "ringsweep: 65536 targets at 10k pps (500 pps for each /24, at most 10k), 4.16Mbit/s, at most 0:23, then "
            "at most 0:12 for names; seed 42, sockets dgram, engine uring\n");
}

TEST(StartLine, names_the_limit_of_on_link_targets) {
  StartInfo info = start_info();
  info.longest_ns.reset();
  info.on_link_limit = 816;
  EXPECT_EQ(
      start_line(info),
      "ringsweep: 65536 targets at 10k pps (500 pps for each /24, at most 10k), 4.16Mbit/s, at most 816 on-link targets at once; seed 42, sockets dgram, engine uring\n");
}

TEST(StartLine, names_the_shard_and_the_workers_where_there_are_several) {
  StartInfo info = start_info();
  info.shard = 2;
  info.shards = 7;
  info.workers = 2;
  info.rate = {};
  info.rate_reason = "asked";
  info.longest_ns.reset();
  EXPECT_EQ(
      start_line(info),
      "ringsweep: 65536 targets (shard 2/7) as fast as the kernel accepts them (asked); seed 42, sockets dgram, engine uring, 2 workers\n");
}

}  // namespace
}  // namespace ringsweep
