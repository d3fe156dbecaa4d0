"""`throughput` on real packets: a bottleneck between, by short trials, and how polite it is."""

import json

import ringsweep_test
from ringsweep_test import Lab, needs_root, needs_tool
from sweep_test_case import SweepTest
from throughput_test_case import true_rate_pps

SHORT = ("--trial", "500ms", "--budget", "60s", "-t", "300ms")


@needs_root
@needs_tool("tc")
class Bottleneck(SweepTest):
    def test_a_bottleneck_of_4_mbit_on_the_far_side_is_found_and_is_the_network(self):
        folder = self.folder()
        with Lab() as lab:
            lab.run("tc", "qdisc", "add", "dev", "far", "root", "tbf", "rate", "4mbit", "burst", "3000", "limit", "5000",
                    side="far")
            result = self.ringsweep("throughput", "10.0.0.0/24", "--max-rate", "20k", *SHORT, "-o", folder / "trials.csv",
                                    "--summary-json", folder / "all.json", "--plot", folder / "plot.svg", lab=lab)
        self.expect(result)
        found = json.loads((folder / "all.json").read_text())
        truth = true_rate_pps(4)
        # Short trials: what the bucket and the queue of 120 packets let pass is 3 % of half a second.
        self.assertEqual(found["result"]["kind"], "found")
        for end in ("low_pps", "high_pps"):
            self.assertLess(found["result"][end], 1.08 * truth)
            self.assertGreater(found["result"][end], 0.9 * truth)
        self.assertLess(found["result"]["low_pps"], 1.04 * truth)
        self.assertGreater(found["result"]["high_pps"], 0.96 * truth)
        self.assertEqual(found["result"]["first_limit"], "network", result.stderr)
        self.assertIn("first limit: network", result.stdout)
        rows = (folder / "trials.csv").read_text().splitlines()
        self.assertEqual(len(rows), 1 + len(found["trials"]))
        self.assertTrue((folder / "plot.svg").read_text().startswith("<svg "))


@needs_root
@needs_tool("tc")
class OwnDevice(SweepTest):
    def test_a_device_of_our_own_is_a_limit_here(self):
        folder = self.folder()
        with Lab() as lab:
            lab.run("tc", "qdisc", "add", "dev", "near", "root", "tbf", "rate", "2mbit", "burst", "3000", "limit", "3000")
            result = self.ringsweep("throughput", "10.0.0.0/24", "--max-rate", "20k", *SHORT, "--summary-json",
                                    folder / "all.json", lab=lab)
        self.expect(result)
        found = json.loads((folder / "all.json").read_text())
        self.assertEqual(found["result"]["first_limit"], "here_not_sent", result.stderr)
        self.assertIn("its device queue was full", result.stdout)


if __name__ == "__main__":
    ringsweep_test.main()
