"""A network that does not change, whose routers limit their errors, swept two times over: tests of netns and of long.

  class Test(UnchangedNetwork, SweepTest):
      def test_differs_in_nothing(self):
          self.expect_no_difference(rounds=3)
"""

from ringsweep_test import Lab

# The kernel's defaults, which the lab switches off: one error a second for each address, 1,000 a second for all.
DEFAULTS = ("net.ipv4.icmp_ratelimit=1000", "net.ipv4.icmp_ratemask=6168", "net.ipv4.icmp_msgs_per_sec=1000",
            "net.ipv4.icmp_msgs_burst=50", "net.ipv6.icmp.ratelimit=1000")
TARGETS = ("10.1.0.0/24", "10.202.0.0/24", "10.203.0.0/24", "10.204.0.0/24", "fd78:1::/120", "fd78:3::/120", "fd78:4::/120")


class UnchangedNetwork:
    def expect_no_difference(self, rounds):
        place = self.folder()
        with Lab("--alive-per-24", "16=10.1.0.0/24", "--alive-per-24", "16=fd78:1::/120",
                 "--reject-by-router", "host-prohibited=10.202.0.0/24", "--time-exceeded", "10.203.0.0/24",
                 "--reject-by-router", "no-route=fd78:3::/120", "--time-exceeded", "fd78:4::/120") as lab:
            for setting in DEFAULTS:
                self.expect(lab.run("sysctl", "-w", setting, side="far"))
            errors, told_apart = [], 0
            for turn in range(rounds):
                files = [place / f"{turn}-{name}.csv" for name in ("old", "new")]
                for file in files:
                    swept = self.sweep(*TARGETS, "-r", "10k", "-t", "200ms", "-o", file, lab=lab)
                    errors.append(swept.summary["states"]["unreachable"] + swept.summary["states"]["time_exceeded"])
                counts = "0 up, 0 down, 0 unknown; 1792 targets in both\n"
                for options in ((), ("--all", "--rtt-factor", "1000000")):
                    with self.subTest(turn=turn, options=options):
                        result = self.ringsweep("diff", *files, *options)
                        self.expect(result, stdout="", stderr=counts, status=0)
                told_apart += len(self.ringsweep("diff", *files, *options, "--states").stdout.splitlines())
        print(f"  errors in each sweep, of 1024: {errors}; states told apart differ {told_apart} times", flush=True)
        # Without the limits each of these 1,024 targets had its error, and the test would show nothing.
        self.assertLess(max(errors), 1024)
        self.assertGreater(max(errors), 0)
        self.assertGreater(told_apart, 0)
