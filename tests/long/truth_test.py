"""A /16 of mixed behaviours at 50 kpps whose truth is known (tests/tun): no wrong verdict, no wrong responder."""

import unittest

import ringsweep_test
from ringsweep_test import RingsweepTest
from sweep_test_case import COMBINATIONS
from tun import TunNetwork, needs_tun, wrong_rows

NETWORK = "10.1.0.0/16"
MIXED = f"""
    {NETWORK} share 0-299    alive delay pareto 1ms 1.2
    {NETWORK} share 300-399  error 3/1 from 198.18.9.10 delay uniform 1ms 50ms
    {NETWORK} share 400-499  error 3/13 from 198.18.9.11 delay uniform 1ms 50ms
    {NETWORK} share 500-599  error 11/0 from 198.18.9.12 delay uniform 1ms 50ms
    {NETWORK} share 600-699  alive delay 2ms dup 2 gap 3ms
    {NETWORK} share 700-799  alive forge payload
    {NETWORK} share 800-899  alive delay 3500ms
"""


@needs_tun
class Truth(RingsweepTest):
    def swept(self, scenario, *options):
        """Rows and log of a sweep at 50 kpps with three attempts of a second each."""
        with TunNetwork(scenario) as network:
            result = self.ringsweep("-r", "50k", *options, NETWORK, lab=network)
            log = network.finish()
        self.assertEqual(result.status, 0, result.stderr)
        # The network itself lost nothing.
        self.assertEqual((log.counters["device_tx_dropped"], log.counters["write_refused"]), (0, 0))
        return result.rows(), log

    def test_every_row_is_the_truth_in_each_combination(self):
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                rows, log = self.swept(MIXED, "--socket", socket, "--engine", engine)
                truth = log.truth(attempts=3, timeout_s=1)
                self.assertEqual(len(truth), 65536)
                wrong = wrong_rows(rows, truth)
                self.assertEqual((len(wrong), wrong[:5]), (0, []))
                between = sum(len(known.states) > 1 for known in truth.values())
                print(f"{socket} {engine}: 0 wrong of 65536, {between} too close to their deadline to tell", flush=True)
                self.assertLess(between, 66)

    def test_one_lost_round_trip_in_a_hundred(self):
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                rows, log = self.swept(f"{NETWORK} alive delay 1ms loss 1%\n", "--socket", socket, "--engine", engine)
                lost = sum(row.kind == "lost" for row in log.rows)
                states = [row["state"] for row in rows]
                print(f"{socket} {engine}: {lost} lost, {states.count('no_reply')} false no_reply", flush=True)
                self.assertGreater(lost, 500)
                self.assertEqual(len(states), 65536)
                self.assertGreaterEqual(states.count("alive"), 65535)


if __name__ == "__main__":
    ringsweep_test.main()
