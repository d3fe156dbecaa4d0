"""ICMP errors: each target its own row, the responder named, and nobody else disturbed."""

import ringsweep_test
from ringsweep_test import Lab, needs_root, needs_tool
from sweep_test_case import COMBINATIONS, SweepTest, addresses

QUICK = ("-r", "20k", "--attempts", "2", "-t", "300ms")
ROUTER_V4, ROUTER_V6 = "198.18.0.2", "fd77::2"
# As nft names them, and as a row must: type, code, reason.
KINDS_V4 = {
    "net-unreachable": ("3", "0", "net_unreachable"), "host-unreachable": ("3", "1", "host_unreachable"),
    "prot-unreachable": ("3", "2", "protocol_unreachable"), "port-unreachable": ("3", "3", "port_unreachable"),
    "net-prohibited": ("3", "9", "net_prohibited"), "host-prohibited": ("3", "10", "host_prohibited"),
    "admin-prohibited": ("3", "13", "admin_prohibited"),
}
KINDS_V6 = {
    "no-route": ("1", "0", "no_route_there"), "admin-prohibited": ("1", "1", "admin_prohibited"),
    "addr-unreachable": ("1", "3", "address_unreachable"), "port-unreachable": ("1", "4", "port_unreachable"),
    "policy-fail": ("1", "5", "source_policy"), "reject-route": ("1", "6", "route_rejected"),
}


@needs_tool("nft")
class Errors(SweepTest):
    @classmethod
    def setUpClass(cls):
        options, cls.expected = [], {}
        for number, (kind, row) in enumerate(KINDS_V4.items(), 1):
            options += ["--reject-by-router", f"{kind}=10.{number}.0.0/30"]
            cls.expected |= {address: (*row, ROUTER_V4) for address in addresses(f"10.{number}.0.0/30")}
        for number, (kind, row) in enumerate(KINDS_V6.items(), 1):
            options += ["--reject-by-router", f"{kind}=fd78:{number}::/126"]
            cls.expected |= {address: (*row, ROUTER_V6) for address in addresses(f"fd78:{number}::/126")}
        # What a host says of itself, and what a router on the way says.
        options += ["--reject", "port-unreachable=10.20.0.0/30", "--time-exceeded", "10.21.0.0/30",
                    "--time-exceeded", "fd78:21::/126", "--alive", "10.30.0.0/24", "--alive", "fd78:30::/120"]
        cls.expected |= {host: ("3", "3", "port_unreachable", host) for host in addresses("10.20.0.0/30")}
        cls.expected |= {host: ("11", "0", "ttl_exceeded", ROUTER_V4) for host in addresses("10.21.0.0/30")}
        cls.expected |= {host: ("3", "0", "ttl_exceeded", ROUTER_V6) for host in addresses("fd78:21::/126")}
        cls.lab = cls.enterClassContext(Lab(*options))

    # field bug 10, 11, 12
    def test_each_kind_has_its_row_in_each_combination(self):
        alive = addresses("10.30.0.0/28", "fd78:30::/124")
        file = self.folder() / "targets"
        file.write_text("\n".join([*self.expected, *alive]))
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                swept = self.sweep("-f", file, *QUICK, "--socket", socket, "--engine", engine, lab=self.lab)
                rows = {row["address"]: (row["icmp_type"], row["icmp_code"], row["reason"], row["responder"])
                        for row in swept.rows if row["state"] in ("unreachable", "time_exceeded")}
                self.assertEqual(rows, self.expected)
                self.assertEqual(swept.of_state("alive"), alive)
                exceeded = addresses("10.21.0.0/30", "fd78:21::/126")
                self.assertEqual(swept.of_state("time_exceeded"), exceeded)
                # The word of a router ends the attempts, and is no RTT.
                decided = [row for row in swept.rows if row["address"] in self.expected]
                self.assertEqual({(row["attempts"], row["rtt_ms"]) for row in decided}, {("1", "")})
                self.assertEqual(swept.summary["probes"]["error"], len(self.expected))
                self.assertEqual(swept.summary["probes"]["sent"], len(swept.rows))

    # field bug 10
    def test_silent_hosts_behind_one_router_have_a_row_each(self):
        swept = self.sweep("10.2.0.1-2", *QUICK, lab=self.lab)
        self.assertEqual([(row["address"], row["state"], row["responder"]) for row in
                          sorted(swept.rows, key=lambda row: row["address"])],
                         [("10.2.0.1", "unreachable", ROUTER_V4), ("10.2.0.2", "unreachable", ROUTER_V4)])


@needs_tool("nft")
class MostlyErrors(SweepTest):
    # field bug 43
    @needs_root
    def test_nine_of_ten_answer_with_an_error_and_no_send_fails(self):
        """Without privileges, where an error would be pending at the socket that sends, and fail another's probe."""
        alive = addresses("10.200.0.0/24", "fd78:2::/120")
        rejected_v4 = [f"10.200.{third}.0/24" for third in range(1, 10)]
        rejected_v6 = [f"fd78:2::{third}00/120" for third in range(1, 10)]
        options = [word for network in rejected_v4 for word in ("--reject-by-router", f"host-prohibited={network}")]
        options += [word for network in rejected_v6 for word in ("--reject-by-router", f"admin-prohibited={network}")]
        with Lab("--alive", "10.200.0.0/16", "--alive", "fd78:2::/112", *options) as lab:
            for engine in ("uring", "mmsg"):
                with self.subTest(engine=engine):
                    swept = self.sweep("10.200.0.0-10.200.9.255", "fd78:2::-fd78:2::9ff", "-r", "50k",
                                       "--attempts", "2", "-t", "300ms", "--engine", engine, lab=lab, nobody=True)
                    self.expect_used(swept, "dgram", engine)
                    self.assertEqual(swept.of_state("alive"), alive)
                    self.assertEqual(swept.of_state("unreachable"), addresses(*rejected_v4, *rejected_v6))
                    # Each target one probe, and none refused here.
                    self.assertEqual(swept.summary["probes"]["sent"], 5120)
                    local = swept.summary["local"]
                    self.assertEqual({name: local[name] for name in ("lost_here", "send_final", "send_maybe")},
                                     {"lost_here": 0, "send_final": 0, "send_maybe": 0})


if __name__ == "__main__":
    ringsweep_test.main()
