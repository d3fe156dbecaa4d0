"""Stopped in the middle: the rows so far are whole, the summary says it, status 3; a second signal ends at once."""

import json
import os
import pty
import signal
import socket
import subprocess
import threading
import unittest

import ringsweep_test
from cli_test_case import HEADER, SILENT, CliTest, report, wait_until, with_files
from ringsweep_test import needs_tool

# Some answer at once, the others never; 400 targets take some seconds.
MIXED = ("127.0.0.0-199", "127.1.0.0-199", "-r", "200", "--seed", "1")


@needs_tool("nft")
class OneSignal(CliTest):
    def interrupted(self, number, *arguments):
        """A sweep that got the signal after its first verdicts: stdout, stderr without the start line, summary."""
        folder = self.folder()
        with open(folder / "rows", "w", encoding="ascii") as rows, \
                self.started(*MIXED, "-t", "150ms", *arguments, "--summary-json", folder / "summary",
                             before=SILENT, stdout=rows) as process:
            self.read_start(process)
            self.wait_for_progress(process, lambda decided, sent: decided > 0)
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 3, errors)
        return (folder / "rows").read_text(), errors, json.loads((folder / "summary").read_text())

    def test_rows_and_summary_tell_how_far_it_came(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                stdout, stderr, summary = self.interrupted(number)
                rows = self.expect_whole_csv(stdout)
                states = summary["states"]
                self.assertEqual(len(rows), 400 - states["interrupted"] - states["not_sent"])
                self.assertEqual({row["state"] for row in rows} - {"alive", "no_reply"}, set())
                self.assertGreater(states["not_sent"], 0)
                self.assertGreater(states["alive"], 0)
                self.expect_balance(summary)
                undecided = states["interrupted"] + states["not_sent"]
                because = ["interrupted", f"{undecided} targets not decided"]
                self.assertEqual((summary["complete"], summary["exit"], summary["incomplete_because"]),
                                 (False, 3, because))
                self.assertTrue(stderr.endswith("".join(f"incomplete: {cause}\n" for cause in because)), stderr)
                self.assertRegex(stderr, rf"(?m)^400 targets = .*\b{states['not_sent']} not_sent$")

    def test_ndjson_is_whole_too(self):
        stdout, _, summary = self.interrupted(signal.SIGINT, "--format", "ndjson")
        states = summary["states"]
        self.assertEqual(len([json.loads(line) for line in stdout.splitlines()]),
                         400 - states["interrupted"] - states["not_sent"])

    def test_a_table_shows_what_there_is(self):
        stdout, _, summary = self.interrupted(signal.SIGINT, "--format", "table")
        self.assertEqual(len(stdout.splitlines()), summary["states"]["alive"] + 1 + (summary["states"]["no_reply"] > 0))

    def test_incomplete_goes_before_an_expectation_that_was_not_met(self):
        _, _, summary = self.interrupted(signal.SIGTERM, "--expect", "all")
        self.assertEqual(summary["exit"], 3)

    def test_nothing_more_is_sent_after_it(self):
        """At 200 a second the rest would take two seconds more; the drain lasts one timeout."""
        with self.started(*MIXED, "-t", "24h", before=SILENT) as process:
            self.read_start(process)
            self.wait_for_progress(process, lambda decided, sent: decided > 0)
            process.send_signal(signal.SIGINT)
            _, sent = self.progress(process)
            for _ in range(20):
                self.assertEqual(self.progress(process)[1], sent)
            self.assertIsNone(process.poll(), "waits for replies that may still come")

    def test_quiet_has_the_reason_only(self):
        with self.started(*MIXED, "-q", "-t", "100ms", before=SILENT) as process:
            for _ in range(3):
                process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        self.assertRegex(errors, r"^ringsweep: incomplete: interrupted\n"
                         r"ringsweep: incomplete: \d+ targets not decided\n$")


class IgnoredSignals(CliTest):
    def test_what_the_caller_ignores_stays_ignored(self):
        """nohup ignores HUP, and a shell script INT for what it puts into the background."""
        ignoring_int = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]
        for before, number in ((["nohup"], signal.SIGHUP), (ignoring_int, signal.SIGINT)):
            with self.subTest(signal=number.name), \
                    self.started("127.0.0.0/24", "-r", "500", before=before) as process:
                self.read_start(process)
                process.send_signal(number)
                self.progress(process)
                stdout, errors = process.communicate(timeout=60)
                self.assertEqual((process.returncode, len(self.expect_whole_csv(stdout))), (0, 256), errors)


class TwoSignals(CliTest):
    @needs_tool("nft")
    def test_the_second_ends_at_once(self):
        """The first waits for a timeout of 24 hours."""
        with self.started("127.1.0.0/30", "-t", "24h", "-r", "1k", "--engine", "mmsg", "--socket", "dgram",
                          before=SILENT) as process:
            self.read_start(process)
            self.wait_for_progress(process, lambda decided, sent: sent == 4)
            process.send_signal(signal.SIGINT)
            self.assertEqual(self.progress(process), (0, 4))
            process.send_signal(signal.SIGTERM)
            stdout, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, stdout), (3, HEADER))
        self.assertEqual(report(errors), "4 targets = 4 interrupted\n4 probes = 4 abandoned\n"
                         "PPS pps sent, 1k asked, in RTT s; engine mmsg, sockets dgram, 1 worker, tagged matching\n"
                         "incomplete: interrupted\nincomplete: 4 targets not decided\n")

    def expect_end_by_two_signals(self, process, decided):
        """Once so many are decided. Its standard error from then on."""
        self.read_start(process)
        self.wait_for_progress(process, lambda now, sent: now == decided)
        process.send_signal(signal.SIGINT)
        self.progress(process)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        errors = process.stderr.read()
        self.assertEqual(process.returncode, 3, errors)
        return errors

    def expect_end_while_nobody_reads(self, targets, decided, *arguments, before=()):
        """Two signals end it although most of its rows (the pipe has room for some 900) are still waiting."""
        with self.started(*targets, *arguments, before=before) as process:
            errors = self.expect_end_by_two_signals(process, decided)
            rows = self.expect_whole_csv(process.stdout.read())
        self.assertLess(len(rows), decided)
        self.assertRegex(errors, rf"\nincomplete: standard output: .*, {decided - len(rows)} rows not written\n$")

    def test_a_reader_that_does_not_read_cannot_hold_it(self):
        self.expect_end_while_nobody_reads(["127.0.0.0/20"], 4096, "-r", "max")

    def test_a_terminal_that_nobody_reads_cannot_hold_it(self):
        """A terminal polls as writable as soon as it has room for a byte, and has room for some 800 of the rows."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        with self.started("127.0.0.0/20", "-r", "max", "--format", "csv", stdout=slave) as process:
            os.close(slave)
            errors = self.expect_end_by_two_signals(process, 4096)
        self.assertRegex(errors, r"\nincomplete: standard output: .*, \d+ rows not written\n$")

    @needs_tool("nft")
    def test_nor_while_replies_are_waited_for(self):
        self.expect_end_while_nobody_reads(["127.0.0.0/20", "127.1.0.1"], 4096, "-r", "20k", "-t", "24h", before=SILENT)


def blocked_in(process, *places):
    with open(f"/proc/{process.pid}/wchan", encoding="ascii") as wchan, \
            open(f"/proc/{process.pid}/comm", encoding="ascii") as name:
        where = wchan.read()
        return name.read() == "ringsweep\n" and any(place in where for place in places)


class EndedByTheSignal(CliTest):
    def expect_ended_by(self, process, number):
        process.send_signal(number)
        stdout, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, stdout, errors), (-number, "", ""))


class AfterTheLastReply(EndedByTheSignal):
    def test_a_report_that_nobody_reads_holds_neither_it_nor_the_other_one(self):
        for waiting, other in (("--summary-json", "--metrics"), ("--metrics", "--summary-json")):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(report=waiting, signal=number.name):
                    folder = self.folder()
                    os.mkfifo(folder / "fifo")
                    with self.started("127.0.0.1", "-q", "-o", "/dev/null", waiting, folder / "fifo", other,
                                      folder / "other") as process:
                        wait_until(lambda: blocked_in(process, "fifo", "wait_for_partner"), "the program opens the FIFO")
                        self.expect_ended_by(process, number)
                    self.assertIn("alive", (folder / "other").read_text())


    def test_nor_one_of_throughput(self):
        folder = self.folder()
        os.mkfifo(folder / "fifo")
        with self.started("throughput", "127.0.0.1", "-q", "--trial", "100ms", "-t", "100ms", "--summary-json", folder / "fifo",
                          "--plot", folder / "plot.svg") as process:
            wait_until(lambda: blocked_in(process, "fifo", "wait_for_partner"), "the program opens the FIFO")
            process.send_signal(signal.SIGTERM)
            table, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors), (-signal.SIGTERM, ""))
        self.assertIn("zero-loss rate", table)
        self.assertTrue((folder / "plot.svg").read_text().startswith("<svg "))


class BeforeTheFirstProbe(EndedByTheSignal):
    """Nothing was sent yet, so the signal ends the program as it ends any other."""

    def test_a_fifo_without_a_reader(self):
        fifo = self.folder() / "fifo"
        os.mkfifo(fifo)
        with self.started("127.0.0.1", "-o", fifo) as process:
            def opens():
                return blocked_in(process, "fifo", "wait_for_partner")
            wait_until(opens, "the program opens the FIFO")
            process.send_signal(signal.SIGUSR1)  # no progress yet, and no death
            self.expect_ended_by(process, signal.SIGINT)

    def test_standard_input_that_has_no_end(self):
        with self.started("-f", "-", stdin=subprocess.PIPE) as process:
            process.stdin.write("127.0.0.1\n")
            process.stdin.flush()
            wait_until(lambda: blocked_in(process, "pipe_read", "anon_pipe_read"), "the program reads its input")
            self.expect_ended_by(process, signal.SIGTERM)


if __name__ == "__main__":
    ringsweep_test.main()
