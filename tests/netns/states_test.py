"""One row of each state that the network makes of a target, exact in CSV, NDJSON, list and table. What a machine makes
of itself: cli/rows_test.py."""

import json
import re

import ringsweep_test
from cli_test_case import CliTest
from ringsweep_test import BINARY, Lab, needs_tool

# target: its row without address and name. As nft names what the far side sends, and as the row names it.
V4_ERRORS = {"net-unreachable": (0, "net_unreachable"), "host-unreachable": (1, "host_unreachable"),
             "prot-unreachable": (2, "protocol_unreachable"), "port-unreachable": (3, "port_unreachable"),
             "net-prohibited": (9, "net_prohibited"), "host-prohibited": (10, "host_prohibited"),
             "admin-prohibited": (13, "admin_prohibited")}
V6_ERRORS = {"no-route": (0, "no_route_there"), "admin-prohibited": (1, "admin_prohibited"),
             "addr-unreachable": (3, "address_unreachable"), "port-unreachable": (4, "port_unreachable"),
             "policy-fail": (5, "source_policy"), "reject-route": (6, "route_rejected")}
ROUTER_V4, ROUTER_V6 = "198.18.0.2", "fd77::2"

ROWS = {
    "10.1.0.1": "alive,RTT,64,1,10.1.0.1,0,0,echo_reply",
    "fd78:1::1": "alive,RTT,64,1,fd78:1::1,129,0,echo_reply",
    "10.1.0.9": "other_source,RTT,64,2,10.1.0.254,0,0,echo_reply",
    "fd78:1::9": "other_source,RTT,64,2,fd78:1::fe,129,0,echo_reply",
    "10.9.0.1": "no_reply,,,2,,,,timeout",
    "fd78:9::1": "no_reply,,,2,,,,timeout",
    "10.3.0.1": f"time_exceeded,,64,1,{ROUTER_V4},11,0,ttl_exceeded",
    "fd78:3::1": f"time_exceeded,,64,1,{ROUTER_V6},3,0,ttl_exceeded",
    # Its own answer is no word of a router, yet it is an answer: there is a machine.
    "10.4.0.1": "unreachable,,64,1,10.4.0.1,3,3,port_unreachable",
}
for number, (code, reason) in enumerate(V4_ERRORS.values()):
    ROWS[f"10.2.{number}.1"] = f"unreachable,,64,1,{ROUTER_V4},3,{code},{reason}"
for number, (code, reason) in enumerate(V6_ERRORS.values(), 1):
    ROWS[f"fd78:2:{number}::1"] = f"unreachable,,64,1,{ROUTER_V6},1,{code},{reason}"

OTHER_SOURCE = """
    table inet other { chain out { type filter hook output priority 0;
        ip saddr 10.1.0.9 icmp type echo-reply ip saddr set 10.1.0.254
        ip6 saddr fd78:1::9 icmpv6 type echo-reply ip6 saddr set fd78:1::fe
    }; }
"""
QUICK = ("-q", "-r", "1k", "-t", "200ms", "--attempts", "2")


def lab_of_all_states():
    options = ["--alive", "10.1.0.0/24", "--alive", "fd78:1::/64", "--reject", "port-unreachable=10.4.0.0/24",
               "--time-exceeded", "10.3.0.0/24", "--time-exceeded", "fd78:3::/64"]
    for number, name in enumerate(V4_ERRORS):
        options += ["--reject-by-router", f"{name}=10.2.{number}.0/24"]
    for number, name in enumerate(V6_ERRORS, 1):
        options += ["--reject-by-router", f"{name}=fd78:2:{number}::/48"]
    return Lab(*options)


@needs_tool("nft")
class States(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(lab_of_all_states())
        done = cls.lab.run("nft", "-f", "-", side="far", stdin=OTHER_SOURCE)
        assert done.status == 0, done.stderr

    def rows_of(self, *arguments, targets=ROWS):
        result = self.lab.run(BINARY, *QUICK, *targets, *arguments)
        self.expect(result, stderr="", status=0)
        return result.stdout

    def test_csv(self):
        for socket in ("dgram", "raw"):
            for engine in ("uring", "mmsg"):
                with self.subTest(socket=socket, engine=engine):
                    self.expect_rows(self.rows_of("--socket", socket, "--engine", engine),
                                     [f"{address},,{rest},TIME" for address, rest in ROWS.items()])

    def test_ndjson(self):
        rows = [json.loads(line) for line in self.rows_of("--format", "ndjson").splitlines()]
        seen = {}
        for row in rows:
            self.assertEqual(ringsweep_test.masked(row.pop("time"), "time"), "TIME")
            self.assertEqual(row["rtt_ms"] is None, row["state"] not in ("alive", "other_source"))
            row["rtt_ms"] = row["rtt_ms"] and "RTT"
            address, name, *rest = ("" if value is None else str(value) for value in row.values())
            self.assertEqual(name, "")
            seen[address] = ",".join(rest)
        self.assertEqual(seen, ROWS)

    def test_list_and_table_have_those_who_answered(self):
        self.assertEqual(sorted(self.rows_of("--format", "list").split()), ["10.1.0.1", "fd78:1::1"])
        self.assertEqual(re.sub(r" +\d+\.\d{3}(?=  )", "  RTT", self.rows_of("--format", "table")),
                         "address    state         rtt_ms  ttl  attempts  detail\n"
                         "10.1.0.1   alive  RTT   64         1\n"
                         "10.1.0.9   other_source  RTT   64         2  echo_reply from 10.1.0.254\n"
                         "fd78:1::1  alive  RTT   64         1\n"
                         "fd78:1::9  other_source  RTT   64         2  echo_reply from fd78:1::fe\n"
                         f"4 shown, {len(ROWS) - 4} not shown (--show all shows every target)\n")

    def test_a_table_tells_who_said_why(self):
        targets = ["10.2.5.1", "10.3.0.1", "10.9.0.1"]
        self.assertEqual(self.rows_of("--format", "table", "--show", "all", targets=targets),
                         "address   state          rtt_ms  ttl  attempts  detail\n"
                         "10.2.5.1  unreachable             64         1  host_prohibited from 198.18.0.2\n"
                         "10.3.0.1  time_exceeded           64         1  ttl_exceeded from 198.18.0.2\n"
                         "10.9.0.1  no_reply                           2  timeout\n")

    def test_show_by_reason(self):
        shown = self.rows_of("--show", "host_prohibited,time_exceeded", "--format", "list")
        self.assertEqual(sorted(shown.split()), ["10.2.5.1", "10.3.0.1", "fd78:3::1"])

    def test_the_summary_counts_them(self):
        swept = self.sweep(*QUICK, *ROWS, lab=self.lab)
        self.assertEqual({state: count for state, count in swept.summary["states"].items() if count},
                         {"alive": 2, "other_source": 2, "no_reply": 2, "time_exceeded": 2,
                          "unreachable": 1 + len(V4_ERRORS) + len(V6_ERRORS)})
        self.assertEqual(swept.summary["probes"]["answered"], 2)
        self.assertEqual(swept.summary["probes"]["error"], 3 + len(V4_ERRORS) + len(V6_ERRORS))
        self.assertEqual(swept.summary["replies"]["foreign"], 0)

    # The network's word is no failure: complete, unless somebody expects more.
    def test_exit_status(self):
        for targets, expected, status in ((["10.2.0.1"], (), 0), (["10.9.0.1"], (), 0),
                                          (["10.1.0.1", "10.1.0.9"], ("--expect", "all"), 1),
                                          (["10.1.0.1", "10.2.0.1"], ("--expect", "1"), 0)):
            result = self.lab.run(BINARY, *QUICK, *targets, *expected)
            self.assertEqual((result.status, result.stderr), (status, ""), targets)


class OnLink(CliTest):
    def test_an_address_that_nobody_has(self):
        """Our own kernel's complaint (failed ARP, failed neighbour discovery) is no word of the network."""
        quickly = [f"net.{family}.neigh.near.retrans_time_ms=50" for family in ("ipv4", "ipv6")]
        with Lab() as lab:
            lab.run("sysctl", "-qw", *quickly)
            for engine in ("uring", "mmsg"):
                result = lab.run(BINARY, "-q", "-r", "1k", "--attempts", "2", "-t", "500ms", "--engine", engine,
                                 "198.18.7.7", "fd77::7:7", "198.18.0.2", "fd77::2")
                self.expect(result, stderr="", status=0)
                masked = re.sub(r"no_reply,,,\d,,,,no_neighbour", "no_reply,,,N,,,,no_neighbour", result.stdout)
                self.expect_rows(masked, ["198.18.7.7,,no_reply,,,N,,,,no_neighbour,TIME",
                                          "fd77::7:7,,no_reply,,,N,,,,no_neighbour,TIME",
                                          "198.18.0.2,,alive,RTT,64,1,198.18.0.2,0,0,echo_reply,TIME",
                                          "fd77::2,,alive,RTT,64,1,fd77::2,129,0,echo_reply,TIME"])


if __name__ == "__main__":
    ringsweep_test.main()
