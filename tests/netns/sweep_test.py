"""Whole sweeps in the lab: exactly those who are alive, by every way of sending and receiving."""

import re
from socket import SO_RCVBUF, SOL_SOCKET

import ringsweep_test
from ringsweep_test import BINARY, Lab, needs_root, needs_tool
from socket_of import icmp_sockets, wait_for_threads
from sweep_test_case import COMBINATIONS, SweepTest, addresses, first_of_each_24

QUICK = ("-r", "20k", "--attempts", "2", "-t", "300ms")
V4, V6 = "10.200.0.0/20", "fd78:2::/116"
ALIVE_V4, ALIVE_V6 = first_of_each_24(16, V4), first_of_each_24(16, V6)


class Exactness(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive-per-24", f"16={V4}", "--alive-per-24", f"16={V6}"))

    def test_each_combination_of_sockets_and_engine_for_both_families(self):
        for socket, engine in COMBINATIONS:
            for network, alive in ((V4, ALIVE_V4), (V6, ALIVE_V6)):
                with self.subTest(socket=socket, engine=engine, network=network):
                    swept = self.sweep(network, *QUICK, "--socket", socket, "--engine", engine, lab=self.lab)
                    self.expect_alive(swept, alive=alive, targets=addresses(network))
                    self.expect_used(swept, socket, engine)
                    self.assertEqual(swept.summary["lower_bound"], [])

    def test_the_rows_say_how_it_was_decided(self):
        swept = self.sweep("10.200.3.15-16", *QUICK, lab=self.lab)
        alive, silent = swept.row("10.200.3.15"), swept.row("10.200.3.16")
        self.assertRegex(alive["rtt_ms"], r"^\d+\.\d{3}$")
        self.assertEqual((alive["attempts"], alive["ttl"], alive["responder"], alive["reason"]),
                         ("1", "64", "10.200.3.15", "echo_reply"))
        self.assertEqual((silent["attempts"], silent["ttl"], silent["responder"], silent["reason"], silent["rtt_ms"]),
                         ("2", "", "", "timeout", ""))

    def test_a_list_of_both_families(self):
        file = self.folder() / "targets"
        file.write_text(f"# mixed\r\n10.200.1.0/24\r\nfd78:2::100/120\n10.200.0.250-10.200.1.3\nfd78:2::f\n10.200.2.9")
        swept = self.sweep("-f", file, *QUICK, lab=self.lab)
        targets = addresses("10.200.1.0/24", "fd78:2::100/120") | {f"10.200.0.{last}" for last in range(250, 256)}
        targets |= {"fd78:2::f", "10.200.2.9"}
        self.expect_alive(swept, alive=targets & (ALIVE_V4 | ALIVE_V6), targets=targets)

    def test_shards_together_are_the_whole(self):
        parts = [self.sweep(V4, V6, *QUICK, "--seed", "7", "--shard", f"{part}/3", lab=self.lab) for part in (1, 2, 3)]
        for part in parts:
            self.assertLessEqual(abs(len(part.rows) - 8192 / 3), 1)
            self.assertEqual(part.summary["targets"], len(part.rows))
            self.assertEqual(part.summary["plan_id"], parts[0].summary["plan_id"])
        parts[0].rows += parts[1].rows + parts[2].rows
        parts[0].summary["states"]["alive"] = sum(part.summary["states"]["alive"] for part in parts)
        self.expect_alive(parts[0], alive=ALIVE_V4 | ALIVE_V6, targets=addresses(V4, V6))

    @needs_tool("strace")
    def test_each_worker_ends_its_ring_itself(self):
        # The kernel refuses this to any other thread, with EEXIST, and then keeps the sockets for a while.
        folder = self.folder()
        # A file for each thread.
        result = self.lab.run("strace", "-ff", "-o", folder / "calls", "-e", "trace=io_uring_register", BINARY, "-q",
                              "10.200.0.0/28", *QUICK, "-w", "2", "--engine", "uring")
        self.assertEqual(result.status, 0, result.stderr)
        calls = "".join(file.read_text() for file in folder.glob("calls.*"))
        self.assertEqual(re.findall(r"IORING_UNREGISTER_FILES, NULL, 0\) += (.*)", calls), ["0", "0"], calls)

    def test_two_workers(self):
        for engine in ("uring", "mmsg"):
            swept = self.sweep(V4, V6, *QUICK, "-w", "2", "--engine", engine, lab=self.lab)
            self.expect_alive(swept, alive=ALIVE_V4 | ALIVE_V6, targets=addresses(V4, V6))
            self.assertEqual(swept.summary["workers"], 2)
            # Each worker has an identifier of its own: neither hears what is the other's.
            self.assertEqual(swept.summary["replies"]["foreign"], 0)

    def test_raw_sockets_have_one_worker(self):
        swept = self.sweep(V4, *QUICK, "-w", "2", "--socket", "raw", lab=self.lab)
        self.expect_alive(swept, alive=ALIVE_V4, targets=addresses(V4))
        self.assertEqual(swept.summary["workers"], 1)

    @needs_root
    def test_receive_buffers_hold_the_answers_of_200_ms(self):
        """832 bytes each, 2304 with 1400 bytes of payload; a raw socket has those of all workers."""
        for arguments, bridged in ((("--socket", "raw", "-w", "4", "-r", "100k"), 20_000 * 832),
                                   (("--socket", "dgram", "-w", "4", "-r", "100k"), 5_000 * 832),
                                   (("-r", "20k", "--size", "1400"), 4_000 * 2304)):
            with self.subTest(arguments=arguments), \
                    self.sweeping("-q", "10.200.0.0/16", *arguments, lab=self.lab) as process:
                wait_for_threads(process)
                sizes = []
                for its_socket in icmp_sockets(process.pid):
                    with its_socket:
                        sizes.append(its_socket.getsockopt(SOL_SOCKET, SO_RCVBUF))
                self.assertEqual(max(sizes), bridged)

    @needs_root
    def test_without_rights(self):
        for engine in ("uring", "mmsg"):
            swept = self.sweep(V4, V6, *QUICK, "--engine", engine, lab=self.lab, nobody=True)
            self.expect_alive(swept, alive=ALIVE_V4 | ALIVE_V6, targets=addresses(V4, V6))
            self.expect_used(swept, "dgram", engine)

    # field bug 2
    def test_four_sweeps_at_once_do_not_hear_each_other(self):
        """Three of them of the same dead hosts, while the fourth keeps the living talking."""
        dead = addresses(V4) - ALIVE_V4
        arguments = ["-q", V4, *QUICK, "--show", "alive,other_source", "--format", "list"]
        excluding = self.folder() / "alive"
        excluding.write_text("\n".join(sorted(ALIVE_V4)))
        silent = [*arguments, "--exclude-file", excluding]
        with self.sweeping(*silent, "--socket", "raw", lab=self.lab) as first, \
                self.sweeping(*silent, lab=self.lab) as second, \
                self.sweeping(*silent, "--engine", "mmsg", lab=self.lab) as third:
            swept = self.sweep(V4, *QUICK, "--socket", "raw", lab=self.lab)
            for process in (first, second, third):
                self.assertEqual((process.communicate(), process.returncode), (("", ""), 0))
        self.expect_alive(swept, alive=ALIVE_V4, targets=ALIVE_V4 | dead)


class PingSocketsRefused(SweepTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--no-ping-sockets", "--alive-per-24", f"16={V4}"))

    def test_raw_sockets_take_their_place_and_the_summary_says_why(self):
        # "1 0", but for a user namespace, which shows groups that it does not know as 65534.
        present = self.lab.run("cat", "/proc/sys/net/ipv4/ping_group_range").stdout.split()
        for engine in ("uring", "mmsg"):
            swept = self.sweep(V4, *QUICK, "--engine", engine, lab=self.lab)
            self.expect_alive(swept, alive=ALIVE_V4, targets=addresses(V4))
            self.expect_used(swept, "raw", engine)
            self.assertEqual(swept.summary["sockets_note"], "raw sockets (ping sockets: Permission denied; "
                             f"net.ipv4.ping_group_range is {' '.join(present)})")

    # field bug 35
    @needs_root
    def test_without_rights_nothing_is_sent_and_the_error_names_the_present_value(self):
        before = self.lab.counter("IcmpMsg", "OutType8")
        result = self.ringsweep(V4, lab=self.lab, nobody=True)
        self.assertEqual((result.status, result.stdout), (4, ""))
        self.assertIn("net.ipv4.ping_group_range", result.stderr)
        self.assertTrue(re.search(r"\b1\s0\b", result.stderr), result.stderr)
        self.assertEqual(self.lab.counter("IcmpMsg", "OutType8"), before)


if __name__ == "__main__":
    ringsweep_test.main()
