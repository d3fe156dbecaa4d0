"""Exactly those who are alive, ten times out of ten, by every way of sending and receiving; and nothing lost at full
speed."""

import ipaddress
import json
import time

import ringsweep_test
from capture import Capture
from ringsweep_test import Lab, needs_tool
from sweep_test_case import COMBINATIONS, SweepTest, addresses, first_of_each_24, read_rows

RUNS = 10
TIMEOUT_S = 1.0
# From the last verdict to the end of the process: the last rows, the summary.
ENDING_S = 0.25


class Exactness(SweepTest):
    NETWORK = "10.200.0.0/16"
    TARGETS, ALIVE = addresses(NETWORK), first_of_each_24(16, NETWORK)

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive-per-24", f"16={cls.NETWORK}"))

    def sweep_to_file(self, *arguments):
        """What was swept, and how long after its last probe the program ended."""
        folder = self.folder()
        out = folder / "out.csv"
        with Capture(self.lab, folder / "probes") as capture:
            swept = self.sweep(self.NETWORK, "-r", "100k", "-o", out, *arguments, lab=self.lab)
            ended_ns = time.time_ns()
        swept.rows = read_rows(out.read_text())
        return swept, (ended_ns - capture.finished()[-1]) / 1e9

    @needs_tool("tcpdump")
    def test_ten_times_out_of_ten_in_each_combination(self):
        for socket, engine in COMBINATIONS:
            tails = []
            for run in range(1, RUNS + 1):
                with self.subTest(socket=socket, engine=engine, run=run):
                    swept, tail_s = self.sweep_to_file("--socket", socket, "--engine", engine)
                    self.assertEqual(len(swept.rows), 65536)
                    self.expect_alive(swept, alive=self.ALIVE, targets=self.TARGETS)
                    self.expect_used(swept, socket, engine)
                    self.assertEqual(swept.summary["lower_bound"], [])
                    tails.append(tail_s)
                    self.assertLess(tail_s, TIMEOUT_S + ENDING_S)
            print(f"  {socket} {engine}: {len(tails)} runs exact, ended {min(tails):.3f} to {max(tails):.3f} s after "
                  "the last probe", flush=True)


class FullSpeed(SweepTest):
    def test_a_dense_14_loses_nothing(self):
        with Lab("--alive", "10.0.0.0/8") as lab:
            for socket, engine in COMBINATIONS:
                with self.subTest(socket=socket, engine=engine):
                    file = self.folder() / "out.csv"
                    swept = self.sweep("10.20.0.0/14", "-r", "max", "-o", file, "--socket", socket,
                                       "--engine", engine, lab=lab)
                    states = {}
                    with open(file) as rows:
                        next(rows)
                        for row in rows:
                            address, _, state, _ = row.split(",", 3)
                            states.setdefault(state, set()).add(int(ipaddress.IPv4Address(address)))
                    first = int(ipaddress.IPv4Address("10.20.0.0"))
                    self.assertEqual(list(states), ["alive"])
                    self.assertEqual((len(states["alive"]), min(states["alive"]), max(states["alive"])),
                                     (262144, first, first + 262143))
                    summary = swept.summary
                    print(f"  {socket} {engine}, {summary['workers']} workers: {summary['rate_sent_pps']:.0f} pps, "
                          f"{summary['probes']}, {json.dumps(summary['local'])}", flush=True)


class Ipv6(SweepTest):
    NETWORK = "fd78:2::/112"

    def test_a_112(self):
        alive, targets = first_of_each_24(16, self.NETWORK), addresses(self.NETWORK)
        with Lab("--alive-per-24", f"16={self.NETWORK}") as lab:
            for socket, engine in COMBINATIONS:
                with self.subTest(socket=socket, engine=engine):
                    file = self.folder() / "out.csv"
                    swept = self.sweep(self.NETWORK, "-r", "100k", "-o", file, "--socket", socket, "--engine", engine,
                                       lab=lab)
                    swept.rows = read_rows(file.read_text())
                    self.expect_alive(swept, alive=alive, targets=targets)
                    self.expect_used(swept, socket, engine)


if __name__ == "__main__":
    ringsweep_test.main()
