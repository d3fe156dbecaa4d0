"""What the summary counts as sent is what the kernel counts as sent: no probe is made up, and none is forgotten."""

import ringsweep_test
from ringsweep_test import Lab
from sweep_test_case import COMBINATIONS, SweepTest, snmp6


class SentProbes(SweepTest):
    def sent_v4(self, lab):
        return lab.counter("IcmpMsg", "OutType8")

    def expect_same_count(self, lab, count, *arguments):
        """`count` reads the kernel's number."""
        before = count(lab)
        swept = self.sweep("-a", *arguments, lab=lab)
        self.assertEqual(count(lab) - before, swept.summary["probes"]["sent"], swept.summary)
        return swept

    def test_a_dense_16_as_fast_as_it_goes(self):
        with Lab("--alive", "10.200.0.0/16") as lab:
            for socket, engine in COMBINATIONS:
                with self.subTest(socket=socket, engine=engine):
                    swept = self.expect_same_count(lab, self.sent_v4, "10.200.0.0/16", "-r", "max",
                                                   "--socket", socket, "--engine", engine)
                    self.expect_used(swept, socket, engine)
                    self.assertEqual(swept.summary["states"]["alive"], 65536)

    def test_with_loss_and_retries(self):
        with Lab("--loss", "20") as lab:
            for engine in ("uring", "mmsg"):
                swept = self.expect_same_count(lab, self.sent_v4, "10.200.0.0/20", "-r", "20k", "--attempts", "6",
                                               "-t", "200ms", "--engine", engine)
                # Each attempt is lost in one case out of five: 1.25 probes a target, give or take.
                self.assertTrue(4800 < swept.summary["probes"]["sent"] < 5450, swept.summary["probes"])
                self.assertEqual(swept.summary["probes"]["timed_out"], swept.summary["probes"]["sent"] - 4096 +
                                 swept.summary["states"]["no_reply"])

    def test_ipv6(self):
        with Lab("--alive", "fd78:2::/112", "--loss", "20") as lab:
            for socket in ("dgram", "raw"):
                self.expect_same_count(lab, lambda lab: snmp6(lab, "Icmp6OutType128"), "fd78:2::/116", "-r", "20k",
                                       "-t", "200ms", "--socket", socket)

    def test_what_the_far_side_heard_is_what_was_sent(self):
        with Lab("--alive", "10.200.0.0/16") as lab:
            heard = lab.counter("IcmpMsg", "InType8", side="far")
            swept = self.sweep("10.200.0.0/18", "-a", "-r", "50k", lab=lab)
            self.assertEqual(lab.counter("IcmpMsg", "InType8", side="far") - heard, swept.summary["probes"]["sent"])


if __name__ == "__main__":
    ringsweep_test.main()
