"""Targets that answer with ICMP errors do not slow the others down: the rate with nine of ten of them against the rate
without any, side by side, without privileges (each error is then one pending at a ping socket)."""

import statistics

import ringsweep_test
from ringsweep_test import Lab, needs_root, needs_tool
from sweep_test_case import SweepTest

ROUNDS = 7
TARGETS = 2**18


def target_file(file, alive):
    """Of each ten targets so many in 10.200.0.0/14, where all are alive, and the others in 10.204.0.0/14."""
    file.write_text("".join(f"10.{(200 if number % 10 < alive else 204) + (number >> 16)}."
                            f"{number >> 8 & 255}.{number & 255}\n"
                            for number in range(TARGETS)))
    return file


@needs_root
@needs_tool("nft")
class ErrorRate(SweepTest):
    # field bug 43
    def test_nine_of_ten_with_errors_reach_at_least_85_percent_of_the_rate_without(self):
        with_errors = target_file(self.folder() / "with", alive=1)
        without = target_file(self.folder() / "without", alive=10)
        with Lab("--alive", "10.200.0.0/14", "--alive", "10.204.0.0/14",
                 "--reject-by-router", "host-prohibited=10.204.0.0/14") as lab:
            for engine in ("uring", "mmsg"):
                with self.subTest(engine=engine):
                    rates = [(self.rate(with_errors, engine, lab), self.rate(without, engine, lab))
                             for _ in range(ROUNDS)]
                    ratios = [slow / fast for slow, fast in rates]
                    print(f"  {engine}: {', '.join(f'{slow:.0f} of {fast:.0f} pps' for slow, fast in rates)}; median "
                          f"{statistics.median(ratios):.2f}", flush=True)
                    self.assertGreaterEqual(statistics.median(ratios), 0.85)

    def rate(self, file, engine, lab):
        swept = self.sweep("-f", file, "-r", "max", "-w", "1", "--engine", engine, "--show", "no_reply", lab=lab,
                           nobody=True)
        self.expect_used(swept, "dgram", engine)
        states, local = swept.summary["states"], swept.summary["local"]
        self.assertEqual(states["alive"] + states["unreachable"], TARGETS)
        self.assertEqual((local["send_final"], local["send_maybe"], states["send_failed"]), (0, 0, 0))
        return swept.summary["rate_sent_pps"]


if __name__ == "__main__":
    ringsweep_test.main()
