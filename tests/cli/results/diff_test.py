"""ringsweep diff: what changed between two results, as a user sees it.

The rules: tests/unit/output/diff/result_diff_test.cc.
"""

import contextlib
import json
import signal
import sqlite3

import ringsweep_test
from cli_test_case import HEADER, SILENT, CliTest, wait_until
from ringsweep_test import BINARY, needs_tool

OPTIONS = "ringsweep diff --help lists all options"


def alive(address, rtt="0.100", ttl=64):
    return f"{address},,alive,{rtt},{ttl},1,{address},0,0,echo_reply,2026-11-28T01:00:00.000Z\n"


def silent(address):
    return f"{address},,no_reply,,,3,,,,timeout,2026-11-28T01:00:00.000Z\n"


OLD = HEADER + alive("10.0.0.1") + alive("10.0.0.2") + silent("10.0.0.10")
NEW = HEADER + alive("10.0.0.10") + silent("10.0.0.2") + alive("10.0.0.1", "9.000", 63)
COUNTS = "1 up, 1 down, 0 unknown; 3 targets in both\n"


class Diff(CliTest):
    def setUp(self):
        self.place = self.folder()

    def file(self, name, text):
        path = self.place / name
        path.write_text(text)
        return path

    def expect_diff(self, arguments, stdout, stderr=COUNTS, status=1, **options):
        self.expect(self.ringsweep("diff", *arguments, **options), stdout=stdout, stderr=stderr, status=status,
                    masks=("seed",))

    def test_each_format(self):
        files = [self.file("old.csv", OLD), self.file("new.csv", NEW)]
        csv = "change,address,name,old,new,reason\ndown,10.0.0.2,,alive,no_reply,\nup,10.0.0.10,,no_reply,alive,\n"
        self.expect_diff(files, "down       10.0.0.2   alive -> no_reply\nup         10.0.0.10  no_reply -> alive\n")
        self.expect_diff([*files, "--format", "csv", "-q"], csv, stderr="")
        result = self.ringsweep("diff", *files, "--format", "ndjson")
        self.assertEqual([json.loads(line) for line in result.stdout.splitlines()], [
            {"change": "down", "address": "10.0.0.2", "name": None, "old": "alive", "new": "no_reply", "reason": None},
            {"change": "up", "address": "10.0.0.10", "name": None, "old": "no_reply", "new": "alive", "reason": None}])
        self.expect_diff([*files, "-o", self.place / "changes.csv"], "")
        self.assertEqual((self.place / "changes.csv").read_text(), csv)

    def test_all(self):
        self.expect_diff([self.file("old.csv", OLD), self.file("new.csv", NEW), "--all", "--format", "csv"],
                         "change,address,name,old,new,reason\nttl,10.0.0.1,,64,63,\nrtt,10.0.0.1,,0.100,9.000,\n"
                         "down,10.0.0.2,,alive,no_reply,\nup,10.0.0.10,,no_reply,alive,\n",
                         "1 up, 1 down, 0 unknown, 1 ttl, 1 rtt; 3 targets in both\n")

    def test_the_same_in_another_format_and_order_is_the_same(self):
        files = [self.place / name for name in ("a.csv", "b.ndjson")]
        for file, seed in zip(files, "12"):
            self.expect(self.ringsweep("-q", "127.0.0.0/28", "::1", "10.9.9.9", "-r", "1k", "--seed", seed, "-o", file))
        self.expect_diff([*files, "--all", "--rtt-factor", "1000000"], "",
                         "0 up, 0 down, 0 unknown; 18 targets in both\n", status=0)
        self.expect_diff(["-", files[1]], "", "0 up, 0 down, 0 unknown; 18 targets in both\n", status=0,
                         stdin=files[0].read_text())

    @needs_tool("nft")
    def test_alive_hosts_alone_are_compared_by_their_summaries(self):
        swept = ["127.0.0.1", "127.0.0.2", "127.1.0.1", "127.1.0.2", "-q", "-a", "-r", "1k", "-t", "50ms"]
        for name, before in (("old", ()), ("new", SILENT)):
            result = self.isolated(*before, BINARY, *swept, "-o", self.place / f"{name}.csv", "--summary-json",
                                   self.place / f"{name}.json")
            self.expect(result, stderr="")
        files = [self.place / "old.csv", self.place / "new.csv"]
        self.expect_diff(files, "down       127.1.0.1  alive -> -\ndown       127.1.0.2  alive -> -\n",
                         "0 up, 2 down, 0 unknown; 2 targets in both, 2 only in the old result\n")
        (self.place / "new.json").rename(self.place / "elsewhere.json")
        no_row = "alive -> - (the other result has no row)\n"
        self.expect_diff(files, f"unknown    127.1.0.1  {no_row}unknown    127.1.0.2  {no_row}",
                         "0 up, 0 down, 2 unknown; 2 targets in both, 2 only in the old result\n")
        self.expect_diff([*files, "--new-summary", self.place / "elsewhere.json", "-q"],
                         "down       127.1.0.1  alive -> -\ndown       127.1.0.2  alive -> -\n", "")

    def test_a_sweep_that_was_stopped_took_nobody_down(self):
        old, new = self.place / "old.csv", self.place / "new.csv"
        self.expect(self.ringsweep("-q", "127.0.0.0/24", "-r", "10k", "-o", old))
        with self.started("-q", "127.0.0.0/24", "-r", "20", "-o", new, "--summary-json",
                          self.place / "new.json") as process:
            wait_until(lambda: new.exists() and new.read_text().count("\n") > 3, "some rows")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(), 3)
        missing = 256 - new.read_text().count("alive")
        result = self.ringsweep("diff", old, new)
        self.expect(result, status=1)
        self.assertEqual(result.stdout.count("unknown "), missing)
        self.assertEqual(result.stdout.count("alive -> - (the other sweep is incomplete)\n"), missing)
        self.assertIn(f"ringsweep: {new}: incomplete: interrupted\n", result.stderr)
        self.assertIn(f"0 up, 0 down, {missing} unknown; {256 - missing} targets in both", result.stderr)

    def test_the_summary_of_another_sweep_is_left_aside(self):
        files = [self.file("old.csv", OLD), self.place / "new.csv"]
        self.expect(self.ringsweep("-q", "127.0.0.1", "-o", files[1], "--summary-json", self.place / "new.json"))
        self.file("new.csv", NEW)
        result = self.ringsweep("diff", *files)
        self.assertIn(f"ringsweep: {self.place}/new.json is the summary of another sweep than {files[1]}: left aside\n",
                      result.stderr)
        self.expect(self.ringsweep("diff", *files, "--new-summary", self.place / "new.json"), stdout="", status=2,
                    stderr=f"ringsweep: --new-summary: '{self.place}/new.json' is the summary of another sweep than "
                    f"{files[1]}\nits sweep began after the last row, or ended before it\n")

    def test_what_cannot_be_compared_is_trouble(self):
        old = self.file("old.csv", OLD)
        for name, text, error in (
                ("cut", OLD[:30], ":1: 'address,name,state,rtt_ms,ttl,' was cut off within its first line"),
                ("empty", "", ":1: '' is not a result: the file is empty"),
                ("twice", OLD + alive("10.0.0.1"), ": duplicate row for 10.0.0.1\nleave one row for each target"),
                ("state", OLD + alive("10.0.0.3").replace("alive", "sleepy"),
                 ":5: invalid state 'sleepy' in '10.0.0.3,,sleepy,0.100,64,1,10.0.0.3,0,0,echo_reply,2026-11-'...")):
            file = self.file(name, text)
            self.expect_usage_error(["diff", old, file], f"{file}{error}")
        missing = self.place / "missing"
        self.expect_usage_error(["diff", old, missing], f"cannot read '{missing}': No such file or directory")

    def test_a_newer_summary_is_trouble(self):
        files = [self.file("old.csv", OLD), self.file("new.csv", NEW)]
        newer = self.file("new.json", '{"schema": "ringsweep.summary/2"}')
        self.expect_usage_error(["diff", *files], f"{newer}: unknown summary schema 'ringsweep.summary/2'; this "
                                "version reads ringsweep.summary/1\n"
                                "use the version of ringsweep that wrote it, or a newer one")
        other = self.file("other.json", "{}")
        self.expect_usage_error(["diff", *files, "--old-summary", other],
                                f"--old-summary: '{other}' is no summary of ringsweep\n"
                                "give the FILE that --summary-json wrote")

    def test_usage(self):
        self.expect_usage_error(["diff"], f"diff: OLD NEW is missing\nas in: ringsweep diff OLD NEW\n{OPTIONS}")
        self.expect_usage_error(["diff", "a"], f"diff: OLD NEW is missing\nas in: ringsweep diff OLD NEW\n{OPTIONS}")
        self.expect_usage_error(["diff", "a", "b", "c"],
                                f"diff: too many arguments: 'c'\nas in: ringsweep diff OLD NEW\n{OPTIONS}")
        self.expect_usage_error(["diff", "a", "b", "--al"], f"'--al' is not an option: --all?\n{OPTIONS}")
        self.expect_usage_error(["diff", "a", "b", "--states"], "--states needs --all\nadd --all")
        self.expect_usage_error(["diff", "a", "b", "--all", "--rtt-factor", "0.5"],
                                "--rtt-factor: '0.5' is not between 1 and 1000000\n"
                                "accepted: 1 to 1000000, with up to three decimals (3, 1.5)")
        self.expect_usage_error(["diff", "-", "-"], "standard input can be read only once: '-' was given more than once\n"
                                "put one into a file")
        self.expect_usage_error(["-q", "diff", "a", "b"], "the command 'diff' must be the first word\nas in: ringsweep "
                                "diff; ringsweep diff --help shows its options\n"
                                "to sweep a host of that name: ringsweep sweep diff")

    def test_nothing_that_is_read_is_overwritten(self):
        old, new = self.file("old.csv", OLD), self.file("new.csv", NEW)
        self.expect_usage_error(["diff", old, new, "-o", old],
                                f"--output '{old}' is one of the files that are read\ngive it another name")
        self.assertEqual(old.read_text(), OLD)
        result = self.isolated("sh", "-c", '"$0" diff - "$1" -o "$2" <"$2"', ringsweep_test.BINARY, new, old)
        self.expect(result, stdout="", status=2,
                    stderr=f"ringsweep: --output '{old}' is one of the files that are read\ngive it another name\n")
        self.assertEqual(old.read_text(), OLD)

    def test_no_summary_is_overwritten(self):
        files = [self.file("old.csv", OLD), self.file("new.csv", NEW)]
        for option in ("--old-summary", "--new-summary"):
            other = self.file("other.json", "{}")
            self.expect_usage_error(["diff", *files, option, other, "-o", other],
                                    f"--output '{other}' is one of the files that are read\ngive it another name")

    def test_too_little_memory_is_trouble(self):
        big = self.place / "big.csv"
        with open(big, "w", encoding="ascii") as file:
            file.write(OLD.splitlines(keepends=True)[0])
            for i in range(1 << 20):
                file.write(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255},,alive,0.100,64,1,10.{i >> 16}.{i >> 8 & 255}.{i & 255},"
                           "0,0,echo_reply,2026-11-28T01:00:00.000Z\n")
        result = self.isolated("prlimit", "--as=150000000", BINARY, "diff", big, big)
        self.expect(result, stdout="", stderr="ringsweep: not enough memory\n", status=2)

    def test_output_that_fails_is_trouble(self):
        result = self.ringsweep("diff", self.file("old.csv", OLD), self.file("new.csv", NEW), "-o", "/dev/full")
        self.expect(result, stdout="", status=2, stderr="ringsweep: cannot write the changes to '/dev/full': No space left "
                    "on device\ngive a -o FILE that you may write\n")


class Stored(CliTest):
    def setUp(self):
        self.file = self.folder() / "net.db"

    def swept(self, *arguments):
        self.expect(self.ringsweep("-q", *arguments, "-r", "1k", "-t", "50ms", "-a", "--format", "list", "--store", self.file),
                    stderr="")

    def change(self, sql):
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute(sql)

    def expect_diff(self, ids, stdout, stderr, status=1):
        self.expect(self.ringsweep("diff", "--store", self.file, *ids), stdout=stdout, stderr=stderr, status=status)

    def test_the_last_two_of_a_series_or_those_that_are_named(self):
        self.swept("127.0.0.0/30")
        self.swept("127.0.0.0/31")
        self.swept("127.0.0.0/30", "--seed", "7")
        self.change("UPDATE settled SET state = 'no_reply' WHERE sweep = 3 AND address = '127.0.0.2'")
        self.change("UPDATE settled SET state = 'no_reply' WHERE sweep = 1 AND address = '127.0.0.3'")
        changes = "down       127.0.0.2  alive -> no_reply\nup         127.0.0.3  no_reply -> alive\n"
        counts = "1 up, 1 down, 0 unknown; 4 targets in both\n"
        self.expect_diff([], changes, counts)
        self.expect_diff([1, 3], changes, counts)
        self.expect_diff([2, 1], "unknown    127.0.0.2  - -> alive (the other result has no row)\n",
                         "0 up, 0 down, 1 unknown; 2 targets in both, 2 only in the new result\n")
        self.expect_diff([3, 3], "", "0 up, 0 down, 0 unknown; 4 targets in both\n", status=0)

    def test_incomplete_sweeps_take_nobody_down(self):
        for _ in range(4):
            self.swept("127.0.0.0/31")
        self.change("DELETE FROM settled WHERE sweep > 2 AND address = '127.0.0.1'")
        self.change("UPDATE sweeps SET complete = 0, summary = replace(replace(summary, '\"complete\": true',"
                    " '\"complete\": false'), '\"incomplete_because\": []', '\"incomplete_because\": [\"interrupted\"]')"
                    " WHERE id = 3")
        self.change("UPDATE sweeps SET complete = 0, finished_ns = NULL, exit = NULL, summary = NULL WHERE id = 4")
        aside = "".join(f"ringsweep: {self.file}: sweep {i} is later, but not complete: left aside\n" for i in (3, 4))
        self.expect_diff([], "", aside + "0 up, 0 down, 0 unknown; 2 targets in both\n", status=0)
        for sweep, note in ((3, "incomplete: interrupted"), (4, "it runs, or was killed: rows may be missing")):
            self.expect_diff([2, sweep], "unknown    127.0.0.1  alive -> - (the other sweep is incomplete)\n",
                             f"ringsweep: {self.file}: sweep {sweep}: {note}\n"
                             "0 up, 0 down, 1 unknown; 1 target in both, 1 only in the old result\n")

    def test_what_cannot_be_compared_is_trouble(self):
        others = "others are compared where they are named: --store FILE OLD_ID NEW_ID"
        store = ["diff", "--store", self.file]
        self.expect_usage_error(store, f"store '{self.file}': is empty or does not exist")
        self.swept("127.0.0.1")
        self.expect_usage_error(store, f"store '{self.file}': before sweep 1 there is no complete one of the same targets "
                                f"and options\n{others}")
        self.expect_usage_error([*store, 1, 2], f"store '{self.file}' has no sweep 2\nits last one is 1")
        self.expect_usage_error([*store, 1, "b.csv"], "'b.csv' is no number of a sweep\naccepted: 1, 2, 3 ...")
        self.expect_usage_error([*store, 1], f"diff: OLD NEW is missing\nas in: ringsweep diff OLD NEW\n{OPTIONS}")
        self.expect_usage_error([*store, 1, 1, "--new-summary", "x"], "a store has its summaries: leave out --new-summary")
        self.expect_usage_error([*store, 1, 1, "-o", self.file],
                                f"--store and --output both name '{self.file}'\ngive each its own file")
        self.change("UPDATE sweeps SET complete = 0")
        self.expect_usage_error(store, f"store '{self.file}' has no complete sweep\n{others}")


if __name__ == "__main__":
    ringsweep_test.main()
