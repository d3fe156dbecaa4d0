"""What is said about a sweep: start line, progress and summary on standard error, the summary as JSON. Rows alone are
on standard output (field bug 30)."""

import json

import ringsweep_test
from cli_test_case import HEADER, SILENT, CliTest, report
from ringsweep_test import needs_tool

ALIVE = HEADER + "127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME\n"
# The same everywhere, whatever the kernel allows.
FIXED = ("--engine", "mmsg", "--socket", "dgram")
RTTS = "rtt ms: min RTT, p50 RTT, p90 RTT, p99 RTT, max RTT, mean RTT\n"


def run_line(asked, workers="1 worker"):
    return f"PPS pps sent, {asked} asked, in RTT s; engine mmsg, sockets dgram, {workers}, tagged matching\n"


def start_line(text):
    return f"ringsweep: {text}; seed SEED, sockets ping sockets (asked for), engine sendmmsg\n"


class Report(CliTest):
    def reported(self, *arguments, status=0, before=(), **options):
        result = self.isolated(*before, ringsweep_test.BINARY, *FIXED, *arguments, **options)
        self.expect(result, status=status)
        return ringsweep_test.masked(result.stdout, "rtt", "time"), report(result.stderr)

    def test_results_on_standard_output_and_all_else_on_standard_error(self):
        stdout, stderr = self.reported("127.0.0.1", "-r", "1k")
        self.assertEqual(stdout, ALIVE)
        self.assertEqual(stderr, start_line("1 target at 1k pps (asked), 416kbit/s, at most 0:03") +
                         "1 target = 1 alive\n1 probe = 1 answered\n" + run_line("1k") + RTTS)

    @needs_tool("nft")
    def test_the_balance_adds_up(self):
        _, stderr = self.reported("127.0.0.0/30", "127.1.0.0/31", "127.255.255.255", "10.9.9.9", "-r", "1k",
                                  "-t", "50ms", before=SILENT)
        self.assertEqual(stderr, start_line("8 targets at 1k pps (asked), 416kbit/s, at most 0:01") +
                         "8 targets = 4 alive + 2 no_reply + 1 send_failed + 1 skipped\n"
                         "10 probes = 4 answered + 6 timed_out\n" + run_line("1k") + RTTS)

    def test_nobody_alive(self):
        _, stderr = self.reported("10.9.9.9", "-r", "1k")
        self.assertEqual(stderr, start_line("1 target at 1k pps (asked), 416kbit/s, at most 0:03") +
                         "1 target = 1 send_failed\n0 probes = 0\n" + run_line("1k"))

    def test_the_rate_and_where_it_comes_from(self):
        for arguments, text in (
                (["127.0.0.1"],
                 "1 target at 500 pps (default, 500 pps for each /24 (IPv6: /64)), 208kbit/s, at most 0:03"),
                (["127.0.0.1", "127.0.1.1"],
                 "2 targets at 1k pps (default, 500 pps for each /24 (IPv6: /64)), 416kbit/s, at most 0:03"),
                (["127.0.0.1", "-r", "max"], "1 target as fast as the kernel accepts them (asked)"),
                (["127.0.0.1", "-r", "0.5"], "1 target at 0.5 pps (asked), 208bit/s, at most 0:09"),
                (["127.0.0.1", "-r", "1M", "-t", "2m"], "1 target at 1M pps (asked), 416Mbit/s, at most 6:00"),
                (["127.0.0.1", "-r", "1k", "--size", "1000"],
                 "1 target at 1k pps (asked), 8.22Mbit/s, at most 0:03"),
                (["::1", "-r", "1k", "--attempts", "5", "--linger", "2s"],
                 "1 target at 1k pps (asked), 576kbit/s, at most 0:07"),
                (["127.0.0.0/31", "-r", "1k", "--shard", "1/2"],
                 "1 target (shard 1/2) at 500 pps (asked), 208kbit/s, at most 0:03")):
            with self.subTest(arguments=arguments):
                _, stderr = self.reported(*arguments)
                start = stderr.splitlines()[0]
                self.assertEqual(start.replace(", IPv6 sent raw", "") + "\n", start_line(text))

    def test_a_rate_that_takes_long_is_a_warning(self):
        warning = "128 targets at 9.5 pps take up to 0:43"
        for arguments, text in ((["127.0.0.0/25", "-r", "9.5"], warning),
                                (["127.0.0.0/24", "-r", "20", "--shard", "1/2"], None),
                                (["127.0.0.0/24", "-r", "19", "--shard", "1/2"], warning),
                                (["127.0.0.1-100", "-r", "1"], None)):
            with self.subTest(arguments=arguments), self.started(*arguments) as process:
                line = process.stderr.readline()
                expected = f"ringsweep: warning: {text}; -r sets the rate\n" if text else "ringsweep: 1"
                self.assertTrue(line.startswith(expected), line)
        with self.started("127.0.0.0/24", "-r", "1", "-q") as process:
            process.stdout.readline()
            process.kill()
            self.assertEqual(process.stderr.read(), "")

    def test_quiet(self):
        for arguments in (["127.0.0.0/30"], ["10.9.9.9", "--expect", "all"], ["127.0.0.1", "--progress", "off"]):
            result = self.ringsweep("-q", *arguments)
            self.assertEqual(result.stderr, "")

    def test_several_workers(self):
        _, stderr = self.reported("127.0.0.0/24", "-w", "2", "-r", "10k")
        self.assertIn(", engine sendmmsg, 2 workers\n256 targets = 256 alive\n256 probes = 256 answered\n"
                      + run_line("10k", "2 workers"), stderr)


class Progress(CliTest):
    LINE = r"\d+\.\d% \d+/256 targets, \d+ sent, PPS pps, \d+ alive, 0\.0% lost here(, \d:\d\d left)?"

    def test_a_pipe_gets_no_progress_by_itself(self):
        result = self.ringsweep("127.0.0.0/24", "-r", "500")
        self.expect(result, status=0)
        self.assertNotIn("%", result.stderr)

    def test_plain_lines_where_they_are_asked_for(self):
        """Every five seconds; the rate makes this sweep last for a little more than that."""
        result = self.ringsweep("127.0.0.0/24", "-r", "45", "--progress", "on", *FIXED)
        self.expect(result, status=0)
        lines = report(result.stderr).splitlines()
        self.assertRegex(lines[1], f"^{self.LINE}$")
        self.assertEqual(lines[2], "256 targets = 256 alive")
        self.assertNotIn("\x1b", result.stderr)
        self.assertNotIn("\r", result.stderr)

    def test_usr1_shows_it_at_once(self):
        with self.started("127.0.0.0/24", "-r", "1", *FIXED) as process:
            self.read_start(process)  # the warning, because of the rate
            self.read_start(process)
            for _ in range(3):
                process.send_signal(ringsweep_test.signal.SIGUSR1)
                self.assertRegex(report(process.stderr.readline()), f"^{self.LINE}\n$")
            self.assertIsNone(process.poll())


class SummaryJson(CliTest):
    # Design section 5, and what may be added to it: keys are only ever added.
    KEYS = {"schema", "version", "command", "plan_id", "targets", "seed", "shard", "rate_asked_pps", "rate_sent_pps",
            "started", "finished", "duration_s", "complete", "exit", "lower_bound", "states", "probes", "replies",
            "local", "guards", "rtt_ms", "rtt_source", "engine", "sockets", "workers", "kernel"}
    ADDED = {"incomplete_because", "matching", "engine_note", "sockets_note", "kernel_counters", "silent_but_there",
             "notes", "targets_id", "run", "decided_before"}
    STATES = ["alive", "other_source", "unreachable", "time_exceeded", "no_reply", "send_failed", "skipped",
              "unresolved", "interrupted", "not_sent"]

    def test_its_keys(self):
        summary = self.sweep("127.0.0.0/30").summary
        self.assertEqual(set(summary) - self.ADDED, self.KEYS)
        self.assertEqual(list(summary["states"]), self.STATES)
        self.assertEqual(list(summary["probes"]),
                         ["sent", "answered", "error", "timed_out", "superseded", "void", "abandoned"])
        self.assertEqual(list(summary["rtt_ms"]), ["min", "p50", "p90", "p99", "max", "mean", "count"])

    @needs_tool("nft")
    def test_its_values(self):
        swept = self.sweep("127.0.0.0/30", "127.1.0.0/31", "127.255.255.255", "10.9.9.9", "-r", "1k", "-t", "50ms",
                           "--seed", "77", "-q", *FIXED, through=SILENT)
        expected = {
            "schema": "ringsweep.summary/1", "command": "sweep", "targets": 8, "seed": 77, "shard": "1/1",
            "rate_asked_pps": 1000, "complete": True, "exit": 0, "incomplete_because": [], "lower_bound": [],
            "guards": [], "engine": "mmsg", "sockets": "dgram", "workers": 1, "matching": "tagged"}
        self.assertEqual({name: swept.summary[name] for name in expected}, expected)
        self.assertEqual({name: count for name, count in swept.summary["states"].items() if count},
                         {"alive": 4, "no_reply": 2, "send_failed": 1, "skipped": 1})
        self.assertEqual({name: count for name, count in swept.summary["probes"].items() if count},
                         {"sent": 10, "answered": 4, "timed_out": 6})
        self.assertEqual(swept.summary["rtt_ms"]["count"], 4)
        for name in ("started", "finished"):
            self.assertEqual(ringsweep_test.masked(swept.summary[name], "time"), "TIME")
        self.assertRegex(swept.summary["plan_id"], "^[0-9a-f]{16}$")
        self.assertRegex(swept.summary["version"], r"^\d+\.\d+\.\d+$")
        self.assertEqual(swept.summary["kernel"], ringsweep_test.os.uname().release)

    def test_the_rows_are_those_counted(self):
        swept = self.sweep("127.0.0.0/26", "-q")
        self.assertEqual(len(swept.rows), swept.summary["states"]["alive"])
        rtts = sorted(float(row["rtt_ms"]) for row in swept.rows)
        self.assertEqual((swept.summary["rtt_ms"]["min"], swept.summary["rtt_ms"]["max"]), (rtts[0], rtts[-1]))

    def test_the_plan_has_an_identity(self):
        """The same for what may be merged or resumed: targets, excludes, seed and probing options."""
        def plan(*arguments):
            return self.sweep("-q", "--seed", "1", *arguments).summary["plan_id"]
        this = plan("127.0.0.0/30")
        four = "127.0.0.0/30"
        for same in (["127.0.0.0-3"], [four, "-r", "2k"], [four, "--format", "list", "-o", "/dev/null"],
                     [four, "--shard", "1/2"], [four, "--engine", "mmsg", "-w", "2"]):
            self.assertEqual(plan(*same), this, same)
        for other in (["127.0.0.0/31"], [four, "-x", "127.0.0.3"], [four, "--seed", "2"], [four, "--attempts", "2"],
                      [four, "-t", "2s"], [four, "--order", "address"], [four, "--ttl", "9"]):
            self.assertNotEqual(plan(*other), this, other)

    def test_max_has_no_number(self):
        self.assertIsNone(self.sweep("127.0.0.1", "-r", "max").summary["rate_asked_pps"])

    def test_it_is_written_whatever_becomes_of_the_metrics(self):
        folder = self.folder()
        result = self.ringsweep("-q", "127.0.0.1", "-o", "/dev/null", "--metrics", "/dev/full", "--summary-json",
                                folder / "s.json")
        self.expect(result, stdout="", status=3, stderr="ringsweep: cannot write the metrics to '/dev/full': "
                    "No space left on device\ngive a --metrics FILE that you may write\n")
        self.assertEqual(json.loads((folder / "s.json").read_text())["states"]["alive"], 1)

    def test_a_private_one_stays_private(self):
        file = self.folder() / "s.json"
        for mode in (0o600, 0o640, 0o644):
            file.touch()
            file.chmod(mode)
            self.expect(self.ringsweep("-q", "127.0.0.1", "-o", "/dev/null", "--summary-json", file))
            self.assertEqual(file.stat().st_mode & 0o777, mode)

    def test_it_may_go_to_a_device(self):
        result = self.isolated("sh", "-c", '"$0" -q -o /dev/null --summary-json /dev/stdout 127.0.0.1 | cat',
                               ringsweep_test.BINARY)
        self.assertEqual(json.loads(result.stdout)["states"]["alive"], 1)


if __name__ == "__main__":
    ringsweep_test.main()
