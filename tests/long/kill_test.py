"""A power cut, as far as a program can tell: killed at a random moment, the file parses and has what was decided.

The moments follow from a seed that is printed; RINGSWEEP_SEED=N repeats them.
"""

import csv
import io
import json
import os
import random
import time

import ringsweep_test
from ringsweep_test import Lab
from sweep_test_case import SweepTest, addresses, first_of_each_24

NETWORK = "10.200.0.0/16"
RATE = 20_000
KILLS = 40
# A row is on disk at most 100 ms after its verdict; the rest is for a machine that has other things to do.
WRITTEN_AFTER_S = 0.35
COLUMNS = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time".split(",")


class Kill(SweepTest):
    TARGETS, ALIVE = addresses(NETWORK), first_of_each_24(64, NETWORK)

    def setUp(self):
        self.seed = int(os.environ.get("RINGSWEEP_SEED", time.time_ns() % 1_000_000))
        print(f"seed {self.seed}", flush=True)
        self.random = random.Random(self.seed)
        self.lab = self.enterContext(Lab("--alive-per-24", f"64={NETWORK}"))

    def replies(self):
        return self.lab.counter("IcmpMsg", "OutType0", side="far")

    def killed(self, name, *arguments):
        """The text of a file whose sweep was killed, and the number of replies that it must know of."""
        file = self.folder() / name
        before = self.replies()
        with self.sweeping("-q", NETWORK, "-r", RATE, "-t", "200ms", "-o", file, *arguments, lab=self.lab,
                           stdout=None, stderr=None) as process:
            moment_s = self.random.uniform(0, 4)
            time.sleep(max(0.0, moment_s - WRITTEN_AFTER_S))
            replied = self.replies() - before if moment_s > WRITTEN_AFTER_S else 0
            time.sleep(min(moment_s, WRITTEN_AFTER_S))
            self.assertIsNone(process.poll(), "it had ended before it was killed")
            process.kill()
            process.wait()
        return (file.read_text() if file.exists() else ""), replied

    def expect_rows(self, rows, replied):
        """`rows` as (address, state): right, none twice, none forgotten."""
        self.assertEqual(len({address for address, _ in rows}), len(rows))
        alive = {address for address, state in rows if state == "alive"}
        silent = {address for address, state in rows if state == "no_reply"}
        self.assertEqual(len(alive) + len(silent), len(rows))
        self.assertEqual(self.differences(alive - self.ALIVE, set()), "")
        self.assertEqual(self.differences(silent - (self.TARGETS - self.ALIVE), set()), "")
        self.assertGreaterEqual(len(alive), replied)

    def test_csv(self):
        for number in range(KILLS):
            text, replied = self.killed("out.csv")
            with self.subTest(seed=self.seed, kill=number):
                self.assertTrue(text.endswith("\n") or not text, text[-200:])
                rows = list(csv.reader(io.StringIO(text)))
                self.assertEqual(rows[:1], [COLUMNS] if text else [])
                self.assertEqual({len(row) for row in rows} - {len(COLUMNS)}, set())
                self.expect_rows([(row[0], row[2]) for row in rows[1:]], replied)
                print(f"  csv: {len(rows) - 1} rows, {replied} replies before", flush=True)

    def test_ndjson(self):
        for number in range(KILLS):
            text, replied = self.killed("out.ndjson")
            with self.subTest(seed=self.seed, kill=number):
                self.assertTrue(text.endswith("\n") or not text, text[-200:])
                rows = [json.loads(line) for line in text.splitlines()]
                for row in rows:
                    self.assertEqual(list(row), COLUMNS)
                self.expect_rows([(row["address"], row["state"]) for row in rows], replied)

    def test_list(self):
        for number in range(KILLS // 4):
            text, replied = self.killed("out.txt", "-a")
            with self.subTest(seed=self.seed, kill=number):
                self.assertTrue(text.endswith("\n") or not text, text[-200:])
                self.expect_rows([(line, "alive") for line in text.splitlines()], replied)


if __name__ == "__main__":
    ringsweep_test.main()
