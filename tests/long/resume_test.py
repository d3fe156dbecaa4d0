"""A sweep of 65,536 targets is killed at 50 random moments and resumed: each format, and a store, end equal to an
undisturbed run.

The moments are spread over the start, the sending, the tail and the very end; they follow from a seed that is printed,
RINGSWEEP_SEED=N repeats them.
"""

import contextlib
import json
import os
import pathlib
import random
import sqlite3
import time

import ringsweep_test
from resume_test_case import comparable, decided_in, journal_of
from ringsweep_test import Lab
from sweep_test_case import SweepTest

NETWORK = "10.200.0.0/16"
TARGETS = 65_536
KILLS = 50
SWEEP = (NETWORK, "-q", "-r", "40k", "-t", "200ms", "--attempts", "2", "--seed", "28")
# Name, which chooses the format, and its options.
RESULTS = (("out.csv", ()), ("out.ndjson", ("--show", "alive,no_reply")), ("out.txt", ("-a",)),
           ("out.table", ("--format", "table")), ("out.csv", ("-a", "--no-header")))
MOMENTS = ("start", "sending", "tail", "end")


class Resume(SweepTest):
    def setUp(self):
        self.seed = int(os.environ.get("RINGSWEEP_SEED", time.time_ns() % 1_000_000))
        print(f"seed {self.seed}", flush=True)
        self.random = random.Random(self.seed)
        self.lab = self.enterContext(Lab("--alive-per-24", f"64={NETWORK}"))
        self.undisturbed, self.duration_s = {}, 0.0
        for name, options in RESULTS:
            file = self.folder() / name
            began = time.monotonic()
            summary = self.sweep(*SWEEP, "-o", file, *options, lab=self.lab).summary
            self.duration_s = time.monotonic() - began
            self.assertEqual((summary["states"]["alive"], summary["states"]["no_reply"]), (TARGETS // 4, TARGETS * 3 // 4))
            self.undisturbed[name, options] = comparable(file.read_text(), name)

    def wait_for(self, moment, file, process):
        """The moment to kill at, in seconds from the start; at the end: as soon as the journal says that all is decided."""
        end_s = self.duration_s
        spans = {"start": (0, 0.2), "sending": (0.2, end_s - 0.8), "tail": (end_s - 0.8, end_s)}
        if moment != "end":
            time.sleep(self.random.uniform(*spans[moment]))
            return
        begun = False
        while process.poll() is None:
            decided = decided_in(file)
            begun = begun or decided >= 0
            if decided == TARGETS or begun and decided < 0:
                time.sleep(self.random.uniform(0, 0.003))
                return

    def expect_probed_once(self, file, vouched, summary):
        """What the resumed run sent is what its rows say; those decided before had none of it."""
        rows = file.read_bytes()[vouched:].decode().splitlines()
        if file.suffix == ".csv":
            attempts = [int(row.split(",")[5]) for row in rows if not row.startswith("address,")]
        else:
            attempts = [json.loads(row)["attempts"] for row in rows]
        self.assertEqual(len(attempts), TARGETS - summary["decided_before"])
        self.assertEqual(summary["probes"]["sent"] - summary["probes"]["void"], sum(attempts))

    def expect_stored_once(self, store):
        """The newest sweep of the store, which is that of the result."""
        with contextlib.closing(sqlite3.connect(store)) as database:
            [(sweep, complete)] = database.execute("SELECT max(id), complete FROM sweeps")
            rows = database.execute("SELECT count(*), count(DISTINCT key) FROM observations WHERE sweep = ?", [sweep])
            states = database.execute("SELECT state, count(*) FROM observations WHERE sweep = ? GROUP BY state", [sweep])
            self.assertEqual((complete, rows.fetchall()), (1, [(TARGETS, TARGETS)]))
            self.assertEqual(dict(states), {"alive": TARGETS // 4, "no_reply": TARGETS * 3 // 4})

    def finish(self, file, options):
        """What somebody does after a kill; returns in words how it went on."""
        record = journal_of(file)
        if record is None:
            result = self.lab.run(ringsweep_test.BINARY, *SWEEP, "-o", file, *options, "--resume")
            self.assertEqual(result.status, 2)
            self.assertIn("so there is nothing to resume", result.stderr)
            if file.exists() and file.stat().st_size > 0:
                return "had ended"
            self.sweep(*SWEEP, "-o", file, *options, lab=self.lab)
            return "had not begun"
        vouched = record["output"]["bytes"]
        decided = sum(record["states"].values())
        summary = self.sweep(*SWEEP, "-o", file, *options, "--resume", "-w", self.random.choice("12"),
                             lab=self.lab).summary
        self.assertEqual((summary["run"], summary["decided_before"], summary["targets"]), (2, decided, TARGETS))
        self.assertEqual((summary["states"]["alive"], summary["states"]["no_reply"]), (TARGETS // 4, TARGETS * 3 // 4))
        if file.suffix in (".csv", ".ndjson") and "-a" not in options:
            self.expect_probed_once(file, vouched, summary)
        return f"{decided} decided, {summary['probes']['sent']} probes more"

    def test_kills(self):
        for number in range(KILLS):
            moment = MOMENTS[number % len(MOMENTS)]
            name, options = RESULTS[self.random.randrange(len(RESULTS))]
            folder = self.folder()
            file = folder / name
            # Every second one into a store as well.
            store = self.folder() / "net.db" if self.random.random() < 0.5 else None
            if store:
                options = (*options, "--store", str(store))
            with self.subTest(seed=self.seed, kill=number, moment=moment, name=name, options=options):
                with self.sweeping(*SWEEP, "-o", file, *options, lab=self.lab, stdout=None, stderr=None) as process:
                    self.wait_for(moment, file, process)
                    process.kill()
                    process.wait()
                how = self.finish(file, options)
                print(f"  {number} {moment}, {name} {' '.join(options)}: {how}", flush=True)
                plain = tuple(options[:-2]) if store else options
                self.assertTrue(comparable(file.read_text(), name) == self.undisturbed[name, plain], "other rows")
                if store:
                    self.expect_stored_once(store)
                left = sorted(path.name for path in pathlib.Path(file).parent.iterdir() if path.name != "summary.json")
                self.assertEqual(left, [name] if how != "had ended" else [path for path in left if path == name])


if __name__ == "__main__":
    ringsweep_test.main()
