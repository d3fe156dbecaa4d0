"""What containers take away: io_uring, locked memory, privileges. The sweep is the same, and says what it had to do."""

import pathlib
import sys

import ringsweep_test
from ringsweep_test import Lab, needs_root
from sweep_test_case import SweepTest, addresses

ALIVE, SILENT = addresses("10.1.0.0/24"), addresses("10.2.0.0/28")
TARGETS = ("10.1.0.0/24", "10.2.0.0/28", "-r", "20k", "--attempts", "2", "-t", "200ms")
REFUSING = pathlib.Path(ringsweep_test.__file__).with_name("refusing.py")
NO_IO_URING = [sys.executable, "-B", REFUSING, "io_uring"]
NO_LOCKED_MEMORY = ["prlimit", "--memlock=0", "--"]


# field bug 36
class Containers(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive", "10.1.0.0/16"))

    def expect_fallback(self, through, why, **options):
        swept = self.sweep(*TARGETS, lab=self.lab, through=through, **options)
        self.expect_alive(swept, alive=ALIVE, targets=ALIVE | SILENT)
        self.assertEqual(swept.summary["engine"], "mmsg")
        self.assertRegex(swept.summary["engine_note"], f"^sendmmsg \\(io_uring is refused: {why}")
        self.assertRegex(swept.stderr, f"io_uring is refused: {why}")

    def test_io_uring_refused_by_a_seccomp_filter(self):
        for socket in ("dgram", "raw"):
            swept = self.sweep(*TARGETS, "--socket", socket, lab=self.lab, through=NO_IO_URING)
            self.expect_alive(swept, alive=ALIVE, targets=ALIVE | SILENT)
            self.expect_used(swept, socket, "mmsg")
        self.expect_fallback(NO_IO_URING, "a seccomp filter forbids io_uring_setup")

    def test_io_uring_that_was_asked_for_and_is_refused_is_an_error(self):
        before = self.lab.counter("IcmpMsg", "OutType8")
        result = self.lab.run(*NO_IO_URING, ringsweep_test.BINARY, "--engine", "uring", *TARGETS)
        self.assertEqual((result.status, result.stdout), (4, ""))
        self.assertIn("io_uring is refused: a seccomp filter forbids io_uring_setup", result.stderr)
        self.assertIn("use --engine auto or --engine mmsg", result.stderr)
        self.assertEqual(self.lab.counter("IcmpMsg", "OutType8"), before)

    @needs_root
    def test_no_locked_memory_without_rights(self):
        """Whether the ring fits into nothing is the kernel's affair; the result is not."""
        swept = self.sweep(*TARGETS, lab=self.lab, through=NO_LOCKED_MEMORY, nobody=True)
        self.expect_alive(swept, alive=ALIVE, targets=ALIVE | SILENT)
        if swept.summary["engine"] != "uring":
            self.assertIn("RLIMIT_MEMLOCK is 0 bytes", swept.summary["engine_note"])

    @needs_root
    def test_everything_is_taken_away_but_ping_sockets(self):
        through = [*NO_LOCKED_MEMORY, *NO_IO_URING]
        self.expect_fallback(through, "a seccomp filter forbids io_uring_setup", nobody=True)

    @needs_root
    def test_without_any_socket_the_error_names_present_value_and_remedies(self):
        with Lab("--no-ping-sockets", "--alive", "10.1.0.0/16") as lab:
            result = self.ringsweep("10.1.0.0/24", nobody=True, lab=lab)
        self.assertEqual((result.status, result.stdout), (4, ""))
        for word in ("net.ipv4.ping_group_range", "1 0", "sysctl -w", "setcap cap_net_raw=p", "65534"):
            self.assertIn(word, result.stderr.replace("\t", " "))


if __name__ == "__main__":
    ringsweep_test.main()
