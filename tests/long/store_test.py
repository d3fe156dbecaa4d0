"""A million rows go into a store at 100,000 a second, and the sweep's rate hardly falls by it."""

import contextlib
import json
import resource
import sqlite3
import time

import ringsweep_test
from ringsweep_test import Lab
from sweep_test_case import SweepTest

# 2^20 addresses, of which every second one answers.
NETWORK, ALIVE_PER_24 = "10.16.0.0/12", 128
RATE = "100k"
LEAST_RATIO = 0.9
PAIRS = 3


class MillionRows(SweepTest):
    def swept(self, lab, *arguments):
        """Rate of sending, and how long all of it took."""
        started = time.monotonic()
        swept = self.sweep("-q", NETWORK, "-r", RATE, "-t", "300ms", "--attempts", 1, "-a", "-o", "/dev/null", *arguments,
                           lab=lab, timeout_s=600)
        return swept.summary, time.monotonic() - started

    def test_the_rate_falls_by_a_tenth_at_most(self):
        lab = self.enterContext(Lab("--alive-per-24", f"{ALIVE_PER_24}={NETWORK}"))
        ratios = []
        for number in range(PAIRS):
            without, without_s = self.swept(lab)
            file = self.folder() / "net.db"
            summary, with_s = self.swept(lab, "--store", file)
            ratios.append(summary["rate_sent_pps"] / without["rate_sent_pps"])
            print(f"  {number}: without {without['rate_sent_pps']:.0f} pps, {without_s:.1f} s; with a store "
                  f"{summary['rate_sent_pps']:.0f} pps, sent in {2**20 / summary['rate_sent_pps']:.1f} s, in all "
                  f"{with_s:.1f} s; {file.stat().st_size / 2**20:.0f} MiB; ratio {ratios[-1]:.3f}", flush=True)
            with contextlib.closing(sqlite3.connect(file)) as database:
                [(rows, addresses)] = database.execute("SELECT count(*), count(DISTINCT key) FROM observations")
                self.assertEqual((rows, addresses), (2**20, 2**20))
                self.assertEqual(database.execute("SELECT count(*) FROM hosts").fetchall(), [(summary["states"]["alive"],)])
                states = dict(database.execute("SELECT state, count(*) FROM observations GROUP BY state"))
                self.assertEqual(states, {name: count for name, count in summary["states"].items() if count})
                [(complete, text)] = database.execute("SELECT complete, summary FROM sweeps")
                self.assertEqual((complete, json.loads(text)), (1, summary))
            file.unlink()
        peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"  peak of all: {peak_mib:.0f} MiB", flush=True)
        self.assertGreaterEqual(sorted(ratios)[len(ratios) // 2], LEAST_RATIO, ratios)


if __name__ == "__main__":
    ringsweep_test.main()
