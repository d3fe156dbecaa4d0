"""The kernel routes: whatever way a packet takes, out or back, the sweep is right."""

import json

import ringsweep_test
from ringsweep_test import Lab
from sweep_test_case import COMBINATIONS, SweepTest, TunPeer, addresses
from tun import needs_tun

QUICK = ("-r", "20k", "--attempts", "2", "-t", "300ms")


class Loopback(SweepTest):
    # field bug 37
    def test_each_combination(self):
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                swept = self.sweep("127.3.0.0/24", "::1", *QUICK, "--socket", socket, "--engine", engine)
                alive = addresses("127.3.0.0/24") | {"::1"}
                self.expect_alive(swept, alive=alive, targets=alive)
                self.expect_used(swept, socket, engine)

    # field bug 25
    def test_the_broadcast_address_of_our_own_network_is_skipped(self):
        swept = self.sweep("127.255.255.0/24", *QUICK)
        self.assertEqual(len(swept.rows), 256)
        self.assertEqual(swept.of_state("alive"), addresses("127.255.255.0/24") - {"127.255.255.255"})
        row = swept.row("127.255.255.255")
        self.assertEqual((row["state"], row["reason"], row["attempts"]), ("skipped", "broadcast", "0"))


@needs_tun
class Tun(SweepTest):
    """A device without Ethernet header and neighbours, as those of VPNs are."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab())
        cls.peer = cls.enterClassContext(TunPeer(cls.lab, "vpn"))
        for route in (["10.66.0.0/16"], ["fd66::/64"], ["10.77.0.0/16", "table", "100"]):
            cls.lab.run("ip", "route", "add", *route, "dev", "vpn")

    # field bug 37
    def test_each_combination(self):
        alive = addresses("10.66.1.0/24", "fd66::/120")
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                swept = self.sweep("10.66.1.0/24", "fd66::/120", *QUICK, "--socket", socket, "--engine", engine,
                                   lab=self.lab)
                self.expect_alive(swept, alive=alive, targets=alive)

    # field bug 37, 40
    def test_a_policy_route_is_followed(self):
        """The main table knows a way as well, to a side that would answer: no probe may take it."""
        self.lab.run("ip", "rule", "add", "to", "10.77.0.0/16", "table", "100")
        for socket in ("dgram", "raw"):
            heard_here, heard_far = self.peer.heard(), self.lab.counter("IcmpMsg", "InType8", side="far")
            swept = self.sweep("10.77.3.0/24", *QUICK, "--socket", socket, lab=self.lab)
            self.expect_alive(swept, alive=addresses("10.77.3.0/24"), targets=addresses("10.77.3.0/24"))
            self.assertEqual(self.peer.heard() - heard_here, 256)
            self.assertEqual(self.lab.counter("IcmpMsg", "InType8", side="far"), heard_far)

    def test_an_interface_that_is_asked_for_is_used(self):
        heard_far = self.lab.counter("IcmpMsg", "InType8", side="far")
        for socket in ("dgram", "raw"):
            heard = self.peer.heard()
            swept = self.sweep("10.5.0.0/28", *QUICK, "-I", "vpn", "--socket", socket, lab=self.lab)
            self.expect_alive(swept, alive=addresses("10.5.0.0/28"), targets=addresses("10.5.0.0/28"))
            self.assertEqual(self.peer.heard() - heard, 16)
        self.assertEqual(self.lab.counter("IcmpMsg", "InType8", side="far"), heard_far)


class TwoCables(SweepTest):
    """A second cable, by which the far side sends all that it answers."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive", "10.200.0.0/16", "--reject-by-router",
                                            "host-unreachable=10.201.0.0/24", "--alive", "fd78:2::/112"))
        far_namespace = cls.lab.on("far", [])[1].removeprefix("--net=")
        cls.lab.run("ip", "link", "add", "near2", "type", "veth", "peer", "name", "far2", "netns", far_namespace)
        cls.lab.run("sysctl", "-qw", "net.ipv4.conf.near2.rp_filter=0", "net.ipv6.conf.near2.accept_dad=0")
        cls.lab.run("ip", "link", "set", "near2", "up")
        for words in (["link", "set", "far2", "up"], ["route", "add", "198.18.0.1/32", "dev", "far2"],
                      ["-6", "route", "add", "fd77::1/128", "dev", "far2"]):
            done = cls.lab.run("ip", *words, side="far")
            assert done.status == 0, done.stderr
        link = cls.device("near2")["address"]
        for address in ("198.18.0.1", "fd77::1"):
            cls.lab.run("ip", "neighbour", "replace", address, "lladdr", link, "dev", "far2", "nud", "permanent",
                        side="far")

    @classmethod
    def device(cls, name):
        """What ip knows about a device of the near side."""
        return json.loads(cls.lab.run("ip", "-s", "-j", "link", "show", "dev", name).stdout)[0]

    def received(self):
        return self.device("near2")["stats64"]["rx"]["packets"]

    # field bug 38
    def test_a_reply_that_comes_in_by_another_interface_counts(self):
        for socket, engine in COMBINATIONS:
            for interface in ((), ("-I", "near")):
                with self.subTest(socket=socket, engine=engine, interface=interface):
                    before = self.received()
                    swept = self.sweep("10.200.0.0/24", "10.201.0.0/28", "fd78:2::/124", *QUICK, *interface,
                                       "--socket", socket, "--engine", engine, lab=self.lab)
                    self.assertEqual(swept.of_state("alive"), addresses("10.200.0.0/24", "fd78:2::/124"))
                    self.assertEqual(swept.of_state("unreachable"), addresses("10.201.0.0/28"))
                    self.assertGreaterEqual(self.received() - before, 256 + 16 + 16)


if __name__ == "__main__":
    ringsweep_test.main()
