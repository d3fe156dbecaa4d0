"""--rdns: names of addresses, by a name server of our own in the lab (tests/support/slow_dns.py says which name whose
address has), and a sweep that waits for none of them."""

import contextlib
import datetime
import functools
import json
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys

import ringsweep_test
from cli_test_case import with_files
from ringsweep_test import BINARY, Lab
from sweep_test_case import SweepTest, read_rows

SERVER = "127.0.0.1"
SLOW_DNS = pathlib.Path(ringsweep_test.__file__).with_name("slow_dns.py")
NAMED, SILENT, NAMELESS, ESCAPES, TOO_LONG, LATE = (f"10.1.{kind}.0/29" for kind in range(6))


class ReverseNames(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive", "10.0.0.0/13"))
        server = cls.enterClassContext(cls.lab.running(sys.executable, "-B", SLOW_DNS, SERVER, stdout=subprocess.PIPE,
                                                       stderr=subprocess.DEVNULL))
        if server.stdout.readline() != "up\n":
            raise RuntimeError("no name server")

    def setUp(self):
        self.resolv_conf = self.folder() / "resolv.conf"
        self.resolv_conf.write_text(f"nameserver {SERVER}\n")

    def through(self):
        return with_files(resolv_conf=self.resolv_conf)

    def sweep_named(self, *arguments, **options):
        return self.sweep("--rdns", *arguments, lab=self.lab, through=self.through(), **options)

    def datagrams(self):
        return self.lab.counter("Udp", "OutDatagrams")

    # What the DNS says comes from strangers: a PTR with control characters or of 300 bytes never reaches the output.
    def test_each_kind_of_name_in_each_format_and_in_the_store(self):
        targets = [NAMED, SILENT, NAMELESS, ESCAPES, TOO_LONG, LATE, "10.9.0.1"]
        names = {f"10.1.{kind}.{z}": f"host-1-{z}.test" for kind in (0, 5) for z in range(8)}
        for ending in ("csv", "ndjson"):
            with self.subTest(ending=ending):
                rows, store = self.folder() / f"rows.{ending}", self.folder() / "net.db"
                swept = self.sweep_named(*targets, "-o", rows, "--store", store, "--attempts", "1", "-t", "300ms")
                text = rows.read_bytes()
                self.assertEqual(re.findall(rb"[^\x20-\x7e\n]|owned|a{60}", text), [])
                read = (read_rows(text.decode()) if ending == "csv"
                        else [json.loads(line) for line in text.decode().splitlines()])
                self.assertEqual(len(read), 49)
                self.assertEqual({row["address"]: row["rdns"] for row in read if row["rdns"]}, names)
                self.assertEqual(swept.summary["notes"], [
                    "rdns: 48 alive = 16 named + 8 without a name + 16 with an invalid host name + 8 unanswered"])
                with contextlib.closing(sqlite3.connect(store)) as database:
                    for table in ("observations", "hosts"):
                        stored = f"SELECT address, rdns FROM {table} WHERE rdns IS NOT NULL"
                        self.assertEqual(dict(database.execute(stored)), names)
                self.assertTrue(swept.summary["complete"])

    def test_the_table_shows_them(self):
        result = self.lab.run(*self.through(), BINARY, "--rdns", "--format", "table", "10.1.0.6-7", "10.1.2.8")
        self.assertEqual(re.sub(" +", " ", ringsweep_test.masked(result.stdout, "rtt")),
                         "address state rtt_ms ttl attempts rdns\n"
                         "10.1.0.6 alive RTT 64 1 host-1-6.test\n"
                         "10.1.0.7 alive RTT 64 1 host-1-7.test\n"
                         "10.1.2.8 alive RTT 64 1\n")

    def test_the_rows_of_others_do_not_wait(self):
        swept = self.sweep_named("10.1.1.1", "10.1.2.0/28", "10.9.0.0/28", "--order", "address", "-r", "200",
                                 "--attempts", "1", "-t", "200ms")
        last = swept.rows[-1]
        self.assertEqual(last["address"], "10.1.1.1")
        # Its verdict was the first of all.
        times = [datetime.datetime.fromisoformat(row["time"]) for row in swept.rows]
        self.assertEqual(min(times), times[-1])

    def test_the_sweep_is_not_slowed(self):
        options = ("10.1.1.0/24", "10.1.3.0/24", "10.1.5.0/24", "-r", "1k")
        with_names, without = (self.sweep(*more, *options, lab=self.lab, through=self.through()).summary
                               for more in (["--rdns"], []))
        self.assertLess(with_names["duration_s"] / without["duration_s"], 1.2)
        self.assertEqual(with_names["states"]["alive"], 768)

    def stopped_by(self, *signals):
        """2048 targets whose names come half a second after the question. What the summary says of names."""
        targets = [f"10.{x}.5.0/24" for x in range(8)]
        file = self.folder() / "summary.json"
        with self.sweeping("--rdns", *targets, "-r", "20k", "--summary-json", file, lab=self.lab,
                           through=self.through()) as process:
            while not re.fullmatch(r"ringsweep: all targets are decided; \d+ rows wait for a name \(Ctrl-C stops waiting\)\n",
                                   line := process.stderr.readline()):
                self.assertTrue(line, "ended before its time")
            for number in signals:
                process.send_signal(number)
            stdout, stderr = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 3, stderr)
        rows = read_rows(stdout)
        self.assertEqual(len({row["address"] for row in rows}), 2048)
        self.assertEqual(len(rows), 2048)
        summary = json.loads(file.read_text())
        self.assertEqual(summary["incomplete_because"], ["interrupted"])
        [note] = summary["notes"]
        counts = {words: int(count) for count, words in re.findall(r"(\d+) ([a-z (]+[a-z)])", note)}
        self.assertEqual(counts.pop("alive"), 2048, note)
        self.assertEqual(sum(counts.values()), 2048, note)
        self.assertEqual(len([row for row in rows if row["rdns"]]), counts["named"])
        return counts

    def test_stopped_it_waits_only_for_the_names_that_were_asked_for(self):
        counts = self.stopped_by(signal.SIGINT)
        self.assertEqual(set(counts), {"named", "not asked (stopped)"})
        self.assertGreater(counts["not asked (stopped)"], 1000)

    def test_stopped_twice_it_waits_for_none(self):
        counts = self.stopped_by(signal.SIGINT, signal.SIGTERM)
        self.assertEqual(set(counts), {"named", "unanswered", "not asked (stopped)"})

    def test_where_the_output_fails_no_name_is_waited_for(self):
        swept = self.sweep_named(SILENT, "-o", "/dev/full", "--store", self.folder() / "net.db", status=3)
        self.assertEqual(swept.summary["incomplete_because"],
                         ["'/dev/full': No space left on device, 8 rows not written"])

    def test_a_dry_run_asks_nobody(self):
        before = self.datagrams()
        result = self.lab.run(*self.through(), BINARY, "--rdns", "--dry-run", NAMED)
        self.assertEqual((len(result.stdout.splitlines()), result.status), (8, 0))
        self.assertEqual(self.datagrams(), before)

    def test_nobody_is_asked_for_rows_that_are_not_shown(self):
        sent = []
        for sweep in (self.sweep_named, functools.partial(self.sweep, lab=self.lab)):
            before = self.datagrams()
            swept = sweep(NAMED, "--show", "no_reply", "10.9.0.1", "--attempts", "1", "-t", "100ms")
            self.assertEqual([row["address"] for row in swept.rows], ["10.9.0.1"])
            sent.append(self.datagrams() - before)
        self.assertEqual(sent[0], sent[1])


if __name__ == "__main__":
    ringsweep_test.main()
