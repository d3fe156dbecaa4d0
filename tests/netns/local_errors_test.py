"""What goes wrong on this machine: full buffers, dropped replies, filters and routes. It says nothing about a host."""

import json
import signal

import ringsweep_test
from ringsweep_test import Lab, needs_tool
from sweep_test_case import COMBINATIONS, DEFAULT_BUFFERS, SweepTest, TunPeer, addresses, read_rows
from tun import needs_tun

QUICK = ("-r", "20k", "--attempts", "2", "-t", "300ms")


class SendBuffer(SweepTest):
    # field bug 33
    def test_the_default_send_buffer_at_full_speed(self):
        with Lab("--alive", "10.200.0.0/16") as lab:
            for socket, engine in COMBINATIONS:
                with self.subTest(socket=socket, engine=engine):
                    swept = self.sweep("-a", "10.200.0.0/16", "-r", "max", "--socket", socket, "--engine", engine,
                                       lab=lab, through=DEFAULT_BUFFERS)
                    self.assertEqual(swept.of_state("alive"), addresses("10.200.0.0/16"))
                    self.assertEqual(swept.summary["lower_bound"], [])
                    self.assertEqual(swept.summary["states"]["send_failed"], 0)


@needs_tun
class ReceiveBuffer(SweepTest):
    """More replies come at once, while the program is stopped, than the receive buffer can hold."""

    TARGETS = addresses("10.66.0.0/20")

    def setUp(self):
        self.lab = self.enterContext(Lab())
        self.peer = self.enterContext(TunPeer(self.lab, "vpn"))
        self.lab.run("ip", "route", "add", "10.66.0.0/16", "dev", "vpn")

    def flood(self, process, held, *, then):
        """The peer has so many requests; all their replies come in while the program is stopped. `then` before it
        goes on."""
        self.peer.wait_for_held(held)
        ringsweep_test.stop(process)
        self.assertGreaterEqual(self.peer.answer(), held)
        then()
        process.send_signal(signal.SIGCONT)

    def summary_of(self, file):
        summary = json.loads(file.read_text())
        self.expect_balance(summary)
        return summary

    # field bug 34, 6
    def test_replies_that_were_dropped_are_counted_and_made_good(self):
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                file = self.folder() / "summary.json"
                self.peer.hold()
                with self.sweeping("10.66.0.0/20", "-r", "max", "-t", "20s", "--summary-json", file, "-w", "1",
                                   "--socket", socket, "--engine", engine, lab=self.lab,
                                   through=DEFAULT_BUFFERS) as process:
                    self.flood(process, 4096, then=self.peer.release)
                    rows, errors = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 0, errors)
                rows = read_rows(rows)
                self.assertEqual({row["address"] for row in rows if row["state"] == "alive"}, self.TARGETS)
                self.assertEqual(len(rows), 4096)
                summary = self.summary_of(file)
                drops = summary["local"]["socket_drops"]
                # Nobody would have noticed a few.
                self.assertGreater(drops, 2000)
                self.assertEqual(summary["probes"]["void"], summary["local"]["void_probes"])
                self.assertGreaterEqual(summary["probes"]["void"], drops)
                self.assertEqual(summary["lower_bound"], [])
                self.assertRegex(errors, rf"on this machine: .*\b{drops} socket_drops\b")
                # Sent again, but not counted as an attempt.
                self.assertEqual({row["attempts"] for row in rows}, {"1"})

    # field bug 6
    def test_what_is_dropped_twice_is_a_lower_bound(self):
        file = self.folder() / "summary.json"
        self.peer.hold()
        with self.sweeping("10.66.0.0/20", "-r", "20k", "--attempts", "1", "-t", "3s", "--summary-json", file,
                           lab=self.lab, through=DEFAULT_BUFFERS) as process:
            self.flood(process, 4096, then=self.peer.hold)
            self.flood(process, 3000, then=self.peer.release)
            rows, errors = process.communicate(timeout=60)
        summary = self.summary_of(file)
        self.assertEqual(process.returncode, 3, errors)
        self.assertGreater(summary["states"]["no_reply"], 1000)
        [bound] = summary["lower_bound"]
        self.assertEqual(bound["counter"], "unrepaired")
        self.assertEqual(bound["delta"], summary["states"]["no_reply"])
        self.assertIn(f"lower bound: unrepaired increased by {bound['delta']}, so more targets may be alive", errors)
        self.assertFalse(summary["complete"])


class Filters(SweepTest):
    @needs_tool("nft")
    def test_an_address_that_our_own_filter_drops(self):
        rules = ("table inet ours { chain output { type filter hook output priority 0;"
                 " ip daddr 10.200.0.7 drop; ip6 daddr fd78:2::7 drop; }; }")
        with Lab() as lab:
            self.assertEqual(lab.run("nft", "-f", "-", stdin=rules).status, 0)
            for socket, engine in COMBINATIONS:
                with self.subTest(socket=socket, engine=engine):
                    swept = self.sweep("10.200.0.0/28", "fd78:2::/124", *QUICK, "--socket", socket,
                                       "--engine", engine, lab=lab, status=3)
                    filtered = {"10.200.0.7", "fd78:2::7"}
                    self.assertEqual(swept.of_state("alive"), addresses("10.200.0.0/28", "fd78:2::/124") - filtered)
                    for address in filtered:
                        row = swept.row(address)
                        self.assertEqual((row["state"], row["reason"], row["attempts"]),
                                         ("send_failed", "filtered_locally", "0"))
                    self.assertFalse(swept.summary["complete"])
                    self.assertEqual(swept.summary["local"]["targets_refused"], 2)
                    self.assertIn("2 targets could not be sent to", swept.stderr)


class Routes(SweepTest):
    """Routes that refuse: a verdict at once, and a complete sweep."""

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab())
        for kind, v4, v6 in (("prohibit", "10.1.0.0/24", "fd78:1::/64"), ("blackhole", "10.2.0.0/24", "fd78:2::/64"),
                             ("unreachable", "10.3.0.0/24", "fd78:3::/64")):
            cls.lab.run("ip", "route", "add", kind, v4)
            cls.lab.run("ip", "route", "add", kind, v6)

    def test_each_kind_of_route(self):
        refused = {"10.1.0.7": "route_prohibited", "10.2.0.7": "no_route", "10.3.0.7": "no_route",
                   "172.16.0.1": "no_route", "fd78:1::7": "route_prohibited", "fd78:2::7": "no_route",
                   "fd78:3::7": "no_route", "fd00::1": "no_route"}
        alive = {"10.0.0.7", "fd78:4::7"}
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                swept = self.sweep(*refused, *alive, *QUICK, "--socket", socket, "--engine", engine, lab=self.lab)
                self.assertEqual({row["address"]: row["reason"] for row in swept.rows if row["state"] == "send_failed"},
                                 refused)
                self.assertEqual(swept.of_state("alive"), alive)
                self.assertEqual({row["attempts"] for row in swept.rows if row["state"] == "send_failed"}, {"0"})
                self.assertEqual(swept.summary["probes"]["sent"], 2)
                self.assertTrue(swept.summary["complete"])


if __name__ == "__main__":
    ringsweep_test.main()
