"""Targets on the machine's own links: who is there although it does not answer ping, and the guard of the neighbour
table, which is one for the whole kernel. (What overflows that table is in tests/long.)"""

import contextlib
import datetime
import re
import sqlite3

import ringsweep_test
from on_link_hosts import (add_hosts, addresses_from, ask_quickly, forget_neighbours, table_number, table_overflows,
                           wait_for_an_empty_table)
from ringsweep_test import Lab, needs_root, needs_tool
from sweep_test_case import COMBINATIONS, DEFAULT_BUFFERS, SweepTest, addresses

ALIVE = addresses_from("198.18.40.1", 40) + addresses_from("fd77::40:1", 40)
SILENT = addresses_from("198.18.40.101", 20) + addresses_from("fd77::40:65", 20)
NETWORKS = {"ipv4": "198.18.40.0/25", "ipv6": "fd77::40:0/121"}
THERE = "silent targets present all the same: ARP or neighbour discovery answered (--show arp_reply,nd_reply)"


def of_family(family, of):
    return {address for address in of if (":" in address) == (family == "ipv6")}


# field bug 45
@needs_tool("nft")
class Lan(SweepTest):
    """40 hosts that answer echo requests, 20 that drop them, and nobody else, in each family."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab())
        wait_for_an_empty_table(cls.lab)
        add_hosts(cls.lab, alive=ALIVE, silent=SILENT)
        ask_quickly(cls.lab)

    def setUp(self):
        forget_neighbours(self.lab)

    def expect_the_truth(self, swept, families=("ipv4", "ipv6")):
        targets = addresses(*(NETWORKS[family] for family in families))
        alive = {address for family in families for address in of_family(family, ALIVE)}
        self.expect_alive(swept, alive=alive, targets=targets)
        reasons = {row["address"]: row["reason"] for row in swept.rows}
        for family, reason in (("ipv4", "arp_reply"), ("ipv6", "nd_reply")):
            silent = of_family(family, SILENT) if family in families else set()
            self.assertEqual({address for address in reasons if reasons[address] == reason}, silent)
            for address in silent:
                self.assertEqual(swept.row(address)["responder"], "", "nobody answered the probe")
            absent = of_family(family, targets - alive - silent)
            self.assertLessEqual({reasons[address] for address in absent}, {"no_neighbour", "timeout"})
        there = 20 * len(families)
        self.assertEqual(swept.summary["silent_but_there"], there)
        self.assertEqual(swept.summary["notes"], [f"{there} {THERE}"])
        self.assertIn(f"\n{there} {THERE}\n", swept.stderr)
        self.assertEqual((swept.summary["guards"], swept.summary["lower_bound"]), ([], []))
        self.assertTrue(swept.summary["complete"])
        return reasons

    def test_each_plan_and_engine(self):
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                forget_neighbours(self.lab)
                swept = self.sweep(*NETWORKS.values(), "-r", "5k", "--attempts", "2", "-t", "500ms", "--socket", socket,
                                   "--engine", engine, lab=self.lab)
                self.expect_used(swept, socket, engine)
                reasons = self.expect_the_truth(swept)
                # The kernel asks for 0.3 s, and the verdict falls after 1 s.
                self.assertEqual(sorted(reasons.values()).count("no_neighbour"), 2 * 68)

    def test_each_family_alone(self):
        for family, network in NETWORKS.items():
            with self.subTest(family=family):
                swept = self.sweep(network, "-r", "5k", "--attempts", "1", "-t", "500ms", lab=self.lab)
                self.expect_the_truth(swept, families=[family])

    def test_one_attempt_and_five(self):
        for attempts in ("1", "5"):
            with self.subTest(attempts=attempts):
                forget_neighbours(self.lab)
                swept = self.sweep(*NETWORKS.values(), "-r", "5k", "--attempts", attempts, "-t", "400ms", lab=self.lab)
                self.expect_the_truth(swept)
                self.assertEqual({row["attempts"] for row in swept.rows if row["state"] == "no_reply"}, {attempts})

    def test_a_second_sweep_says_the_same(self):
        """The entries of the first are still there: reachable ones, and at last stale ones, of which the kernel asks
        again when they were used."""
        options = ("-r", "5k", "--attempts", "1", "-t", "500ms")
        self.expect_the_truth(self.sweep(*NETWORKS.values(), *options, lab=self.lab))
        self.expect_the_truth(self.sweep(*NETWORKS.values(), *options, lab=self.lab))
        for address in SILENT:
            self.lab.run("ip", "neigh", "change", address, "dev", "near", "nud", "stale")
        gone = SILENT[0]
        self.lab.run("ip", "address", "del", gone, "dev", "host40", side="far")
        self.addCleanup(self.lab.run, "ip", "address", "add", gone, "dev", "host40", side="far")
        third = self.sweep(*NETWORKS.values(), *options, lab=self.lab)
        self.assertEqual({row["address"] for row in third.rows if row["reason"] in ("arp_reply", "nd_reply")},
                         set(SILENT) - {gone})
        self.assertEqual(third.row(gone)["reason"], "no_neighbour")
        self.assertEqual(third.summary["states"]["alive"], 80)

    def test_several_workers(self):
        swept = self.sweep(*NETWORKS.values(), "-r", "5k", "--attempts", "2", "-t", "500ms", "-w", "3", lab=self.lab)
        self.assertEqual(swept.summary["workers"], 3)
        self.expect_the_truth(swept)

    @needs_root
    def test_without_a_privilege(self):
        for engine in ("uring", "mmsg"):
            with self.subTest(engine=engine):
                forget_neighbours(self.lab)
                swept = self.sweep(*NETWORKS.values(), "-r", "5k", "--attempts", "2", "-t", "500ms", "--engine", engine,
                                   lab=self.lab, nobody=True)
                self.expect_used(swept, "dgram", engine)
                self.expect_the_truth(swept)

    def test_without_guards_the_neighbours_are_watched_all_the_same(self):
        swept = self.sweep(*NETWORKS.values(), "-r", "5k", "--attempts", "2", "-t", "500ms", "--no-guards",
                           lab=self.lab)
        self.expect_the_truth(swept)

    def test_hardware_addresses(self):
        """Host n has the n-th address of each family, and 02:00:00:01:00:n."""
        macs = {}
        for family in ("ipv4", "ipv6"):
            hosts = [address for address in ALIVE + SILENT if address in of_family(family, ALIVE + SILENT)]
            macs |= {address: f"02:00:00:01:00:{number:02x}" for number, address in enumerate(hosts)}
        for more in ((), ("--engine", "mmsg"), ("-r", "max")):
            with self.subTest(more=more):
                forget_neighbours(self.lab)
                store = self.folder() / "net.db"
                options = ("-r", "5k", "--attempts", "2", "-t", "500ms", *more)
                swept = self.sweep(*NETWORKS.values(), "127.0.0.1", "198.18.0.1", "--mac", "--store", store, *options,
                                   lab=self.lab)
                self.assertEqual({row["address"]: row["mac"] for row in swept.rows if row["mac"]}, macs)
                self.assertEqual({row["state"] for row in swept.rows if row["address"] in ("127.0.0.1", "198.18.0.1")},
                                 {"alive"}, "this machine's own: no neighbours")
                with contextlib.closing(sqlite3.connect(store)) as database:
                    self.assertEqual(dict(database.execute("SELECT address, mac FROM observations WHERE mac IS NOT NULL")),
                                     macs)
                    self.assertEqual(dict(database.execute("SELECT address, mac FROM hosts WHERE mac IS NOT NULL")),
                                     {address: macs[address] for address in ALIVE})

    def test_show_by_reason(self):
        result = self.ringsweep("-q", "--show", "arp_reply,nd_reply", "--format", "list", *NETWORKS.values(),
                                "-r", "5k", "--attempts", "1", "-t", "500ms", lab=self.lab)
        self.assertEqual(set(result.stdout.split()), set(SILENT))


class SharedHardwareAddress(SweepTest):
    def test_who_answers_for_more_than_eight_targets_is_named(self):
        with Lab() as lab:
            ask_quickly(lab)
            lab.run("ip", "route", "add", "local", "198.18.50.0/29", "dev", "lo", side="far")
            swept = self.sweep("198.18.50.0/27", "-r", "1k", "--attempts", "1", "-t", "500ms", lab=lab)
            self.assertEqual(swept.summary["states"]["alive"], 8)
            self.assertEqual(swept.summary["notes"], [])
            lab.run("ip", "route", "add", "local", "198.18.50.8/32", "dev", "lo", side="far")
            forget_neighbours(lab)
            swept = self.sweep("198.18.50.0/27", "-r", "1k", "--attempts", "1", "-t", "500ms", lab=lab)
            self.assertEqual(swept.summary["states"]["alive"], 9)
            named = "02:00:00:00:00:02 answers ARP or neighbour discovery for 9 addresses (proxy ARP?)"
            self.assertEqual(swept.summary["notes"], [named])
            self.assertIn(f"\n{named}\n", swept.stderr)


# field bug 32
@needs_tool("nft")
class Guard(SweepTest):
    """More targets than the neighbour table of the kernel takes. It is one for all namespaces, so that its size is what
    it is on this machine, and others' entries are in it."""

    HOSTS = addresses_from("198.18.64.7", 25) + addresses_from("198.18.68.1", 25)

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab("--alive", "10.200.0.0/16"))
        add_hosts(cls.lab, alive=cls.HOSTS)

    def setUp(self):
        forget_neighbours(self.lab)
        self.size = table_number(self.lab, "arp_cache", "thresh3")
        if self.size != 1024:
            self.skipTest(f"net.ipv4.neigh.default.gc_thresh3 is {self.size}, not the kernel's default")
        self.overflows = table_overflows(self.lab)

    def expect_guarded(self, swept, workers=1):
        self.assertEqual(table_overflows(self.lab), self.overflows, "the neighbour table of the kernel overflowed")
        [guard] = swept.summary["guards"]
        self.assertEqual(guard["guard"], "on-link")
        said = re.fullmatch(r"at most (\d+) targets on this machine's own links were unresolved or fresh at once: "
                            r"net\.ipv4\.neigh\.default\.gc_thresh3 is 1024 and (\d+) entries are in use; "
                            r"sysctl -w net\.ipv4\.neigh\.default\.gc_thresh3=16384 on the host raises it; "
                            r"--no-guards removes the limit", guard["effect"])
        self.assertTrue(said, guard["effect"])
        limit, used = map(int, said.groups())
        self.assertEqual(limit, (1024 - used) * 8 // 10 // workers * workers)
        self.assertIn(f"guard on-link: {guard['effect']}\n", swept.stderr)
        self.assertEqual(swept.summary["local"]["send_full"], 0)
        self.assertTrue(swept.summary["complete"])
        return limit

    def test_a_large_network_with_few_hosts(self):
        swept = self.sweep("198.18.64.0/21", "-r", "20k", lab=self.lab)
        self.expect_alive(swept, alive=set(self.HOSTS), targets=addresses("198.18.64.0/21"))
        # With the attempts that are the default the kernel's word is there in time.
        self.assertEqual({row["reason"] for row in swept.rows}, {"echo_reply", "no_neighbour"})
        limit = self.expect_guarded(swept)
        self.assertRegex(swept.stderr,
                         rf"^ringsweep: 2048 targets at 20k pps .*, at most {limit} on-link targets at once")
        # No tail: it ends with the last verdict.
        last = max(datetime.datetime.fromisoformat(row["time"]) for row in swept.rows)
        finished = datetime.datetime.fromisoformat(swept.summary["finished"])
        self.assertLess((finished - last).total_seconds(), 1)

    def test_a_small_send_buffer_limits_it_as_well(self):
        """A packet that waits for its neighbour stays charged to the send buffer: 3 s where nobody is there."""
        for socket in ("dgram", "raw"):
            with self.subTest(socket=socket):
                forget_neighbours(self.lab)
                swept = self.sweep("198.18.64.0/24", "-r", "20k", "--attempts", "2", "-t", "500ms", "--socket", socket,
                                   lab=self.lab, through=DEFAULT_BUFFERS)
                self.expect_alive(swept, alive=set(self.HOSTS[:25]), targets=addresses("198.18.64.0/24"))
                [guard] = swept.summary["guards"]
                # 208 KiB hold two probes of 832 bytes each for 128 targets.
                self.assertRegex(guard["effect"], r"^at most 128 targets on this machine's own links were unresolved or "
                                 r"fresh at once: the send buffer of a socket holds 212992 bytes; "
                                 r"sysctl -w net\.core\.wmem_max=\d{6,7} raises it; --no-guards removes the limit$")
                self.assertEqual(swept.summary["local"]["send_full"], 0)

    def test_workers_share_the_limit(self):
        swept = self.sweep("198.18.64.0/22", "-r", "20k", "-w", "3", "--attempts", "1", "-t", "500ms", lab=self.lab)
        self.expect_alive(swept, alive=set(self.HOSTS[:25]), targets=addresses("198.18.64.0/22"))
        self.expect_guarded(swept, workers=3)

    def test_routed_targets_do_not_wait_for_on_link_ones(self):
        def duration_of_routed(*on_link):
            forget_neighbours(self.lab)
            swept = self.sweep("10.200.0.0/18", *on_link, "-r", "5k", "--attempts", "1", lab=self.lab)
            self.assertEqual(swept.of_state("alive") - set(self.HOSTS), addresses("10.200.0.0/18"))
            times = [datetime.datetime.fromisoformat(row["time"]) for row in swept.rows if row["state"] == "alive"
                     and row["address"].startswith("10.")]
            return (max(times) - min(times)).total_seconds(), swept

        alone, _ = duration_of_routed()
        beside, swept = duration_of_routed("198.18.64.0/22")
        self.expect_guarded(swept)
        # 16,384 of them, and at most 1,024 others among them.
        self.assertLess(beside / alone, 1.3)


if __name__ == "__main__":
    ringsweep_test.main()
