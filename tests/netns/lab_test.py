"""The lab itself (scripts/lab): what its top comment promises, seen with ping. The truth that other tests rely on."""

import re
import unittest

import ringsweep_test
from ringsweep_test import LAB, Lab, needs_tool


OPEN_PING_SOCKET = ["/usr/bin/python3", "-c", "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM, s.IPPROTO_ICMP)"]


@needs_tool("ping")
class FarSide(unittest.TestCase):
    """One lab with everything in it."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(
            "--alive", "10.1.0.0/16", "--alive", "fd78:1::/112",
            "--alive-per-24", "16=10.200.0.0/16", "--alive-per-24", "16=fd78:2::/112",
            "--reject", "host-unreachable=10.201.0.0/24", "--reject-by-router", "admin-prohibited=10.202.0.0/24",
            "--reject-by-router", "no-route=fd78:3::/112",
            "--time-exceeded", "10.203.0.0/24", "--time-exceeded", "fd78:4::/112"))

    def answer(self, address):
        """ping's words about its one probe; '' when nothing came. Only silence waits for the whole time."""
        shown = self.lab.run("ping", "-n", "-c", "1", "-W", "0.5", address).stdout.splitlines()[1]
        return re.sub(r" time=.*", "", shown)

    def test_alive_prefixes_answer_from_the_first_to_the_last_address(self):
        for address in ("10.1.0.0", "10.1.77.7", "10.1.255.255", "fd78:1::", "fd78:1::ffff"):
            self.assertEqual(self.answer(address), f"64 bytes from {address}: icmp_seq=1 ttl=64")

    def test_the_rest_is_silent(self):
        for address in ("10.0.255.255", "10.2.0.0", "fd78:9::1"):
            self.assertEqual(self.answer(address), "")

    def test_sixteen_of_each_24_answer(self):
        for address in ("10.200.0.0", "10.200.7.15", "10.200.255.15", "fd78:2::f", "fd78:2::ff0f"):
            self.assertEqual(self.answer(address), f"64 bytes from {address}: icmp_seq=1 ttl=64")
        for address in ("10.200.0.16", "10.200.255.255", "fd78:2::10", "fd78:2::ffff"):
            self.assertEqual(self.answer(address), "")

    def test_rejected_addresses_answer_with_the_error(self):
        self.assertEqual(self.answer("10.201.0.9"), "From 10.201.0.9 icmp_seq=1 Destination Host Unreachable")

    def test_a_router_answers_for_addresses_behind_it(self):
        self.assertEqual(self.answer("10.202.0.9"), "From 198.18.0.2 icmp_seq=1 Packet filtered")
        self.assertEqual(self.answer("fd78:3::9"), "From fd77::2 icmp_seq=1 Destination unreachable: No route")

    def test_time_exceeded(self):
        self.assertEqual(self.answer("10.203.0.9"), "From 198.18.0.2 icmp_seq=1 Time to live exceeded")
        self.assertEqual(self.answer("fd78:4::9"), "From fd77::2 icmp_seq=1 Time exceeded: Hop limit")

    def test_errors_are_not_rate_limited(self):
        shown = self.lab.run("ping", "-q", "-n", "-f", "-c", "2000", "10.202.0.9").stdout
        self.assertIn("2000 packets transmitted, 0 received, +2000 errors", shown)

    def test_no_route_out(self):
        for side in ("near", "far"):
            self.assertEqual(self.lab.run("ip", "route", "show", "table", "all", "default", side=side).stdout, "")
            self.assertEqual(self.lab.run("ip", "-6", "route", "show", "table", "all", "default", side=side).stdout, "")
        self.assertEqual(self.lab.run("ping", "-n", "-c", "1", "192.0.2.1").status, 2)

    def test_counters_of_both_sides(self):
        sent = self.lab.counter("IcmpMsg", "OutType8")
        heard = self.lab.counter("IcmpMsg", "InType8", side="far")
        self.answer("10.1.0.5")
        self.assertEqual(self.lab.counter("IcmpMsg", "OutType8") - sent, 1)
        self.assertEqual(self.lab.counter("IcmpMsg", "InType8", side="far") - heard, 1)


@needs_tool("ping")
class Options(unittest.TestCase):
    def test_without_alive_both_prefixes_answer(self):
        with Lab() as lab:
            for address in ("10.0.0.0", "10.255.255.255", "fd78::", "fd78:ffff::1"):
                self.assertEqual(lab.run("ping", "-n", "-c", "1", address).status, 0, address)

    def test_loss_is_about_what_was_asked(self):
        with Lab("--loss", "30") as lab:
            shown = lab.run("ping", "-q", "-n", "-i", "0.002", "-c", "1000", "10.0.0.1").stdout
            received = int(re.search(r"(\d+) received", shown)[1])
            self.assertTrue(600 < received < 800, shown)  # seven standard deviations

    def test_whole_loss(self):
        with Lab("--loss", "100") as lab:
            self.assertEqual(lab.run("ping", "-n", "-c", "1", "-W", "0.3", "fd78::1").status, 1)

    def test_ping_sockets_can_be_left_forbidden(self):
        with Lab("--no-ping-sockets") as lab:
            self.assertIn("Permission denied", lab.run(*OPEN_PING_SOCKET).stderr)

    def test_ping_sockets_are_allowed(self):
        with Lab() as lab:
            self.assertEqual(lab.run(*OPEN_PING_SOCKET), ringsweep_test.Result("", "", 0))

    def test_bottleneck_on_the_way_back(self):
        with Lab("--tbf", "1mbit") as lab:
            self.assertIn("rate 1Mbit", lab.run("tc", "qdisc", "show", "dev", "far", side="far").stdout)

    @ringsweep_test.needs_root
    def test_only_probes_are_on_the_cable(self):
        with Lab() as lab, lab.capturing("not ip6 multicast") as dump:
            lab.run("ping", "-n", "-c", "1", "10.3.3.3")
            seen = [re.sub(r"^\S+ |, id.*", "", dump.stdout.readline().strip()) for _ in range(2)]
            self.assertEqual(seen, ["IP 198.18.0.1 > 10.3.3.3: ICMP echo request",
                                    "IP 10.3.3.3 > 198.18.0.1: ICMP echo reply"])

    def test_usage_errors_name_the_option(self):
        for options, words in ((["--loss", "x", "true"], "--loss x"), (["--frobnicate", "true"], "--frobnicate"),
                               (["--alive"], "--alive needs a value"), ([], "no command given")):
            done = ringsweep_test.run([LAB, "run", *options])
            self.assertEqual(done.status, 2)
            self.assertIn(words, done.stderr)

    @ringsweep_test.needs_root
    def test_refuses_without_root(self):
        done = ringsweep_test.run(ringsweep_test.as_nobody([LAB, "run", "true"]))
        self.assertEqual(done.status, 2)
        self.assertIn("needs root", done.stderr)

    def test_exec_reaches_both_sides(self):
        shown = ringsweep_test.run([LAB, "run", "--", "sh", "-c", f"{LAB} exec near ip -br a; {LAB} exec far ip -br a"])
        self.assertIn("198.18.0.1/15", shown.stdout)
        self.assertIn("198.18.0.2/15", shown.stdout)


class Teardown(unittest.TestCase):
    """In a process namespace of its own, where nothing but the lab and one shell is to be seen."""

    LEFT = """
        {
          readlink /proc/[0-9]*/ns/net | sort -u | wc -l
          find /proc/[0-9]*/fd -lname "net:*" 2>/dev/null
          grep nsfs /proc/self/mountinfo
        } 2>/dev/null
    """

    def shell(self, script):
        private = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--", "bash", "-c", script + self.LEFT]
        return ringsweep_test.run(private)

    def test_a_lab_that_is_up_has_two_namespaces(self):
        """So that the look below is known to see something."""
        shown = self.shell(f"{LAB} run -- sleep 100 & until ls -l /proc/$!/fd/9 | grep -q net: && "
                           "[ -n \"$(cat /proc/$!/comm | grep sleep)\" ]; do sleep 0.01; done;")
        self.assertRegex(shown.stdout, r"^2\n/proc/\d+/fd/9\n$")

    def test_the_status_is_the_commands_own(self):
        self.assertEqual(self.shell(f"{LAB} run -- sh -c 'exit 23'; echo $?;").stdout, "23\n1\n")

    def test_signals_reach_the_command_and_leave_nothing(self):
        for name, status in (("TERM", 143), ("HUP", 129), ("KILL", 137)):
            shown = self.shell(f"{LAB} run -- sleep 100 & until grep -q sleep /proc/$!/comm; do sleep 0.01; done;"
                               f"kill -{name} $!; wait $!; echo $?;")
            self.assertEqual(shown.stdout, f"{status}\n1\n")

    def test_a_signal_while_it_is_built_leaves_nothing(self):
        for delay in ("0", "0.01", "0.02", "0.04", "0.08", "0.16"):
            gone = "[ $(readlink /proc/[0-9]*/ns/net | sort -u | wc -l) = 1 ]"
            shown = self.shell(f"{LAB} run -- sleep 100 & sleep {delay}; kill -TERM $!; wait $!;"
                               f"until {gone}; do sleep 0.01; done;")
            self.assertEqual(shown.stdout, "1\n", delay)


if __name__ == "__main__":
    ringsweep_test.main()
