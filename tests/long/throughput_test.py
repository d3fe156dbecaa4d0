"""`throughput` against known truths: bottlenecks of 5, 20 and 50 Mbit/s, five times each; loss at random; a receive
buffer made too small; targets with a limit of their own."""

import contextlib
import json
import subprocess

import ringsweep_test
from ringsweep_test import BINARY, Lab, needs_root, needs_tool
from socket_of import shrink_receive_buffers
from sweep_test_case import SweepTest
from throughput_test_case import true_rate_pps

ROUNDS = 5
TARGETS = "10.0.0.0/21"

# Each address of the far side answers so many requests a second.
LIMIT_EACH = """table inet each {{
  set asked {{ type ipv4_addr; flags dynamic; size 65536; }}
  chain input {{
    type filter hook input priority 0;
    icmp type echo-request add @asked {{ ip daddr limit rate over {pps}/second burst 5 packets }} drop
  }}
}}"""


class ThroughputTest(SweepTest):
    def measured(self, lab, *arguments, status=0):
        file = self.folder() / "all.json"
        result = self.ringsweep("throughput", *arguments, "--summary-json", file, lab=lab, timeout_s=300)
        self.expect(result, status=status)
        found = json.loads(file.read_text())
        print(f"  {' '.join(arguments)}: {found['verdict']} ({found['duration_s']} s)", flush=True)
        return found["result"], result


@needs_root
@needs_tool("tc")
class Bottlenecks(ThroughputTest):
    def expect_found(self, mbit):
        truth = true_rate_pps(mbit)
        # A queue of 10 ms, and as large a bucket as a timer that is late by half a millisecond needs.
        queue, bucket = int(mbit * 1e6 / 8 * 0.010), max(3000, int(mbit * 1e6 / 8 * 0.0005))
        with Lab() as lab:
            lab.run("tc", "qdisc", "add", "dev", "far", "root", "tbf", "rate", f"{mbit}mbit", "burst", bucket, "limit",
                    queue, side="far")
            for _ in range(ROUNDS):
                result, _ = self.measured(lab, TARGETS, "--max-rate", "200k")
                self.assertLessEqual(result["low_pps"], truth)
                self.assertGreaterEqual(result["high_pps"], truth)
                self.assertLessEqual(result["high_pps"] / result["low_pps"], 1.04)
                self.assertEqual(result["first_limit"], "network")

    def test_5_mbit(self):
        self.expect_found(5)

    def test_20_mbit(self):
        self.expect_found(20)

    def test_50_mbit(self):
        # Here both ends share two cores, and packets that wait in tbf slow the sender down to about the bottleneck's rate.
        self.expect_found(50)

    def test_on_our_own_device_it_is_here(self):
        with Lab() as lab:
            lab.run("tc", "qdisc", "add", "dev", "near", "root", "tbf", "rate", "5mbit", "burst", "3000", "limit", "6250")
            result, shown = self.measured(lab, TARGETS, "--max-rate", "200k")
        self.assertEqual(result["first_limit"], "here_not_sent")
        self.assertIn("the queue of its own device was full", shown.stdout)


@needs_root
@needs_tool("nft")
class Losses(ThroughputTest):
    def test_one_percent_at_random_is_a_floor(self):
        with Lab("--loss", "1") as lab:
            result, shown = self.measured(lab, TARGETS, "--max-rate", "20k")
        self.assertIn("no rate is loss-free", shown.stdout)
        self.assertLess(result["loss_floor"]["low"], 0.0105)
        self.assertGreater(result["loss_floor"]["high"], 0.0095)

    def test_targets_that_answer_150_times_a_second_are_the_limit_and_twice_as_many_give_twice_the_rate(self):
        found = []
        with Lab() as lab:
            lab.run("nft", "-f", "-", side="far", stdin=LIMIT_EACH.format(pps=150))
            for targets in ("10.0.0.0/26", "10.0.0.0/25"):
                result, _ = self.measured(lab, targets, "--per-target", "400", "--max-rate", "25k")
                self.assertEqual(result["first_limit"], "targets")
                found.append(result["rate_pps"])
        self.assertAlmostEqual(found[1] / found[0], 2, delta=0.1)

    def test_a_receive_buffer_that_is_too_small_is_here_and_its_setting_is_named(self):
        file = self.folder() / "all.json"
        with Lab() as lab, contextlib.ExitStack() as stack:
            command = lab.on("near", [BINARY, "throughput", TARGETS, "--max-rate", "50k", "--summary-json", file])
            process = stack.enter_context(subprocess.Popen(command, text=True, stdout=subprocess.PIPE,
                                                           stderr=subprocess.PIPE,
                                                           env=ringsweep_test.environment(None)))
            shrink_receive_buffers(process, 8 * 1024)
            shown, errors = process.communicate(timeout=300)
        print(f"  {shown.splitlines()[-2:]}", flush=True)
        self.assertEqual(json.loads(file.read_text())["result"]["first_limit"], "here_dropped", errors)
        self.assertIn("net.core.rmem_max", shown)


if __name__ == "__main__":
    ringsweep_test.main()
