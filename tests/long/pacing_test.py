"""The rate that is asked is the rate that arrives, on the far side's cable, by the kernel's stamps (src/README.md, 3.8).

A run must hold all of it: sent(t) within one batch + 1 % of rate x t, both ways; 1 % or one probe over any 10 s; never
more than a batch in one go. A run that does not, while the kernel says that it held the workers off the processor for
at least as long, or as often, proves nothing: it is repeated. Where no run in five could be judged, the test is
skipped.
"""

import bisect
import json
import pathlib
import signal
import time

import ringsweep_test
from capture import Capture, LostPackets
from ringsweep_test import Lab, needs_tool
from sweep_test_case import SweepTest

NS_PER_S = 1_000_000_000
BATCH = 32
WINDOW_S = 10
# What the pacer may catch up after a delay (src/README.md, 3.8): one wake-up's worth, and so much of the rate.
CAUGHT_UP_S = 0.010
TRIES = 5
# A batch that is held off on its way arrives together with the next one. As few bursts as this, and no more than the
# kernel held the workers off, are told but do not spoil a run: two workers on two processors never have fewer.
RARE = 0.001


class Schedule:
    """How the kernel treated the threads of a process: read again and again, since it is gone with the process."""

    def __init__(self, pid):
        self._pid = pid
        self._threads = {}

    def read(self):
        for task in pathlib.Path(f"/proc/{self._pid}/task").glob("*"):
            try:
                ran, waited, _ = map(int, (task / "schedstat").read_text().split())
                status = (task / "status").read_text()
            except OSError:
                continue
            self._threads[task.name] = (ran, waited, int(status.split("nonvoluntary_ctxt_switches:")[1]))

    def workers(self, count):
        """(ran_ns, waited_ns, times held off) of the threads that ran longest."""
        return sorted(self._threads.values())[-count:]

    def held_off_ns(self, workers):
        """For how long they could have run and had no processor."""
        return sum(waited for _, waited, _ in self.workers(workers))

    def times_held_off(self, workers):
        return sum(times for _, _, times in self.workers(workers))


class Faults:
    """What is wrong with a run, and what of it the machine explains."""

    def __init__(self, schedule, workers):
        self.held_off_ns = schedule.held_off_ns(workers)
        self.times_held_off = schedule.times_held_off(workers)
        self.ours, self.excused, self.rare = [], [], []
        self.flood = False  # more than one batch that was held off can explain

    def late(self, words, lag_ns):
        (self.excused if lag_ns <= self.held_off_ns else self.ours).append(f"{words} ({lag_ns / 1e6:.3f} ms)")

    def early(self, words, probes, rate):
        """So far ahead of what was due since the first probe: which may itself have been late."""
        caught_up = probes <= CAUGHT_UP_S * rate and probes * NS_PER_S / rate <= self.held_off_ns
        (self.excused if caught_up else self.ours).append(words)

    def bursts(self, count, batches, words):
        if count > self.times_held_off:
            self.ours.append(words)
        else:
            (self.rare if count <= RARE * batches else self.excused).append(words)

    def __str__(self):
        return (f"ours: {self.ours}; may be the machine's: {self.excused}; rare: {self.rare}; workers held off "
                f"{self.times_held_off} times, {self.held_off_ns / 1e6:.3f} ms together")


def look_at_progress(stamps, rate, faults):
    """sent(t) - rate x t stays within one batch + 1 % of rate x t."""
    most_ahead = least_ahead = 0.0
    for sent_before, stamp in enumerate(stamps):
        due = rate * (stamp - stamps[0]) / NS_PER_S
        most_ahead = max(most_ahead, sent_before + 1 - due * 1.01)
        least_ahead = min(least_ahead, sent_before - due * 0.99)
    if most_ahead > BATCH:
        faults.early(f"{most_ahead:.1f} probes ahead of rate x t x 1.01", most_ahead - BATCH, rate)
    if least_ahead < -BATCH:
        faults.late(f"{-least_ahead:.1f} probes behind rate x t x 0.99", (-least_ahead - BATCH) * NS_PER_S / rate)
    return most_ahead, least_ahead


def look_at_windows(stamps, rate, faults):
    """Any 10 s have 1 % or one probe more or less than the rate says."""
    wanted, allowed = WINDOW_S * rate, max(1, WINDOW_S * rate * 0.01)
    counts = []
    for first, stamp in enumerate(stamps):
        end = stamp + WINDOW_S * NS_PER_S
        if end > stamps[-1]:
            break
        counts.append(bisect.bisect_left(stamps, end, lo=first) - first)
    if counts and max(counts) > wanted + allowed:
        faults.ours.append(f"{max(counts)} probes in {WINDOW_S} s")
    if counts and min(counts) < wanted - allowed:
        faults.late(f"{min(counts)} probes in {WINDOW_S} s", (wanted - min(counts)) * NS_PER_S / rate)
    return min(counts, default=None), max(counts, default=None)


def spans_of(stamps, count):
    """For each probe: how long after it the one `count` behind it came."""
    return [later - earlier for earlier, later in zip(stamps, stamps[count:])]


def look_at_bursts(stamps, rate, faults):
    """Batches follow each other no faster than twice the rate: so the probe behind a whole batch is not among it."""
    shortest_ns = 0.9 * BATCH * NS_PER_S / (2 * rate)
    spans = spans_of(stamps, BATCH)
    short = [index for index, span in enumerate(spans) if span < shortest_ns]
    clusters = sum(1 for before, index in zip([-BATCH, *short], short) if index - before > 1)
    words = f"{BATCH + 1} probes within {min(spans, default=0) / 1e3:.1f} us, {shortest_ns / 1e3:.1f} us allowed"
    if any(span < shortest_ns for span in spans_of(stamps, 2 * BATCH)):
        faults.flood = True
        faults.excused.append(f"flood: more than two batches in one go, {words}")
    elif short:
        faults.bursts(clusters, len(stamps) / BATCH, f"{clusters} bursts: {words}")
    return min(spans, default=None)


@needs_tool("tcpdump")
class Pacing(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive", "10.0.0.0/8"))

    def run_once(self, rate, count, *arguments, workers=1, meanwhile=None):
        """Stamps and schedule of one sweep of `count` targets; None where packets of it were not captured."""
        folder = self.folder()
        summary_file = folder / "summary.json"
        last = count - 1
        targets = f"10.0.0.0-10.{last >> 16}.{last >> 8 & 255}.{last & 255}"
        try:
            with Capture(self.lab, folder / "probes") as capture:
                with self.sweeping("-q", targets, "-r", rate, "-w", workers, "--attempts", "1", "-o", "/dev/null",
                                   "--show", "no_reply", "--summary-json", summary_file, *arguments,
                                   lab=self.lab) as process:
                    schedule = Schedule(process.pid)
                    while process.poll() is None:
                        schedule.read()
                        if meanwhile:
                            meanwhile = meanwhile(process)
                        time.sleep(0.05)
                    self.assertEqual(process.returncode, 0, process.stderr.read())
        except LostPackets as lost:
            print(f"  the capture lost {lost}: again", flush=True)
            return None
        summary = json.loads(summary_file.read_text())
        self.assertEqual(summary["states"]["alive"], count)
        stamps = capture.finished()
        if len(stamps) != summary["probes"]["sent"]:
            print(f"  {len(stamps)} of {summary['probes']['sent']} captured: again", flush=True)
            return None
        return stamps, schedule

    def expect_one_good_run(self, run, what):
        """`run` gives the Faults of a run, or None where there is nothing to judge."""
        floods = judged = 0
        for _ in range(TRIES):
            faults = run()
            if faults is None:
                continue
            self.assertEqual(faults.ours, [], f"{what}: {faults}")
            if not faults.excused:
                return
            judged += 1
            floods += faults.flood
        # A busy machine floods now and then.
        self.assertFalse(judged > 1 and floods == judged, f"{what}: each run floods: {faults}")
        self.skipTest(f"this machine is too busy to tell: {what}")

    def expect_pace(self, rate, seconds, *arguments, workers=1):
        what = f"{rate} pps {' '.join(arguments)} -w {workers}"

        def run():
            ran = self.run_once(rate, max(2, int(rate * seconds)), *arguments, workers=workers)
            if ran is None:
                return None
            stamps, schedule = ran
            faults = Faults(schedule, workers)
            ahead, behind = look_at_progress(stamps, rate, faults)
            fewest, most = look_at_windows(stamps, rate, faults)
            shortest_ns = look_at_bursts(stamps, rate, faults)
            print(f"  {what}: {ahead:+.1f} {behind:+.1f} probes beyond 1 %, {fewest} to {most} in 10 s, a batch in "
                  f"{(shortest_ns or 0) / 1e3:.1f} us; {faults}", flush=True)
            return faults

        self.expect_one_good_run(run, what)

    def test_1_pps(self):
        self.expect_pace(1, 12)

    def test_7_pps(self):
        self.expect_pace(7, 12)

    def test_1000_pps(self):
        self.expect_pace(1000, 12)

    def test_20000_pps(self):
        for engine in ("uring", "mmsg"):
            self.expect_pace(20_000, 12, "--engine", engine)

    def test_100000_pps(self):
        for engine in ("uring", "mmsg"):
            self.expect_pace(100_000, 12, "--engine", engine)

    def test_two_workers(self):
        """Together they are held to what one is held to."""
        for rate in (1000, 20_000, 100_000):
            with self.subTest(rate=rate):
                self.expect_pace(rate, 11, workers=2)

    # field bug 20
    def test_a_process_that_was_stopped_does_not_flood(self):
        rate, stopped_s = 20_000, 5

        def stop(process):
            time.sleep(2)
            ringsweep_test.stop(process)
            time.sleep(stopped_s)
            process.send_signal(signal.SIGCONT)

        def run():
            ran = self.run_once(rate, 5 * rate, meanwhile=stop)
            if ran is None:
                return None
            stamps, schedule = ran
            resumed = max(range(1, len(stamps)), key=lambda index: stamps[index] - stamps[index - 1])
            self.assertGreater(stamps[resumed] - stamps[resumed - 1], (stopped_s - 0.5) * NS_PER_S)
            faults = Faults(schedule, 1)
            after = stamps[resumed:]
            most = max(index + 1 - rate * (stamp - after[0]) / NS_PER_S for index, stamp in enumerate(after))
            look_at_bursts(stamps, rate, faults)
            print(f"  after the stop at most {most:.1f} probes ahead of rate x t; {faults}", flush=True)
            self.assertLessEqual(most, 2 * BATCH + CAUGHT_UP_S * rate)
            return faults

        self.expect_one_good_run(run, "stopped and continued")


if __name__ == "__main__":
    ringsweep_test.main()
