"""One row of each state that a machine can have of itself, in each format; of the network: netns/states_test.py."""

import json
import re

import ringsweep_test
from cli_test_case import HEADER, SILENT, CliTest, with_files
from ringsweep_test import needs_tool

TARGETS = ("127.0.0.1", "127.1.0.1", "127.255.255.255", "224.0.0.1", "0.0.0.0", "10.9.9.9",
           "::1", "ff02::1", "::", "fd00::9")
ROWS = [
    "127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME",
    "127.1.0.1,,no_reply,,,3,,,,timeout,TIME",
    "127.255.255.255,,skipped,,,0,,,,broadcast,TIME",
    "224.0.0.1,,skipped,,,0,,,,multicast,TIME",
    "0.0.0.0,,skipped,,,0,,,,unspecified,TIME",
    "10.9.9.9,,send_failed,,,0,,,,no_route,TIME",
    "::1,,alive,RTT,64,1,::1,129,0,echo_reply,TIME",
    "ff02::1,,skipped,,,0,,,,multicast,TIME",
    "::,,skipped,,,0,,,,unspecified,TIME",
    "fd00::9,,send_failed,,,0,,,,no_route,TIME",
]
QUICK = ("-q", "-r", "1k", "-t", "50ms")


@needs_tool("nft")
class EachState(CliTest):
    def rows_of(self, *arguments):
        return self.isolated(*SILENT, ringsweep_test.BINARY, *QUICK, *TARGETS, *arguments)

    def test_csv(self):
        for engine in ("uring", "mmsg"):
            for socket in ("dgram", "raw"):
                with self.subTest(engine=engine, socket=socket):
                    result = self.rows_of("--engine", engine, "--socket", socket)
                    self.expect(result, stderr="", status=0)
                    self.expect_rows(result.stdout, ROWS)

    def test_ndjson_has_the_same_fields_with_numbers_as_numbers(self):
        result = self.rows_of("--format", "ndjson")
        self.expect(result, stderr="", status=0)
        self.assertIn('{"address":"127.1.0.1","name":null,"state":"no_reply","rtt_ms":null,"ttl":null,"attempts":3,'
                      '"responder":null,"icmp_type":null,"icmp_code":null,"reason":"timeout","time":"TIME"}\n',
                      ringsweep_test.masked(result.stdout, "time"))
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        as_csv = []
        for row in rows:
            if row["rtt_ms"] is not None:
                self.assertIsInstance(row["rtt_ms"], float)
                row["rtt_ms"] = "RTT"
            row["time"] = ringsweep_test.masked(row["time"], "time")
            as_csv.append(",".join("" if value is None else str(value) for value in row.values()))
        self.assertEqual(sorted(as_csv), sorted(ROWS))
        self.assertEqual({tuple(row) for row in rows}, {("address", "name", "state", "rtt_ms", "ttl", "attempts",
                         "responder", "icmp_type", "icmp_code", "reason", "time")})

    def test_table(self):
        result = self.rows_of("--format", "table", "--show", "all")
        self.expect(result, stderr="", status=0)
        # In address order: IPv4 first, in each family upwards.
        self.assertEqual(re.sub(r" +\d+\.\d{3}(?=  )", lambda rtt: "RTT".rjust(len(rtt[0])), result.stdout), """\
address          state        rtt_ms  ttl  attempts  detail
0.0.0.0          skipped                          0  unspecified
10.9.9.9         send_failed                      0  no_route
127.0.0.1        alive           RTT   64         1
127.1.0.1        no_reply                         3  timeout
127.255.255.255  skipped                          0  broadcast
224.0.0.1        skipped                          0  multicast
::               skipped                          0  unspecified
::1              alive           RTT   64         1
fd00::9          send_failed                      0  no_route
ff02::1          skipped                          0  multicast
""")

    def test_list(self):
        result = self.rows_of("--format", "list", "--show", "all")
        self.expect(result, stderr="", status=0)
        self.assertEqual(sorted(result.stdout.split()), sorted(TARGETS))

    # field bug 25
    def test_a_network_of_our_own_has_exactly_one_broadcast_address(self):
        result = self.ringsweep(*QUICK, "127.255.255.0/24")
        self.expect(result, stderr="", status=0)
        rows = self.expect_whole_csv(result.stdout)
        self.assertEqual(len(rows), 256)
        self.assertEqual([row["address"] for row in rows if row["state"] != "alive"], ["127.255.255.255"])


class SendFailed(CliTest):
    def rows_with(self, setup, *arguments, status=0):
        result = self.isolated("sh", "-c", f'{setup} && exec "$@"', "sh", ringsweep_test.BINARY, *QUICK, *arguments)
        self.expect(result, status=status)
        return result

    def test_a_prohibiting_route(self):
        result = self.rows_with("ip route add prohibit 10.0.0.0/8 && ip -6 route add prohibit fd00::/16",
                                "10.0.0.1", "fd00::1")
        self.expect_rows(result.stdout, ["10.0.0.1,,send_failed,,,0,,,,route_prohibited,TIME",
                                         "fd00::1,,send_failed,,,0,,,,route_prohibited,TIME"])
        self.assertEqual(result.stderr, "")

    @needs_tool("nft")
    def test_a_filter_of_our_own_machine(self):
        """Perhaps the filter will let a later probe pass, so this is incomplete."""
        refuse = "nft 'table inet t { chain out { type filter hook output priority 0; ip daddr 127.1.0.0/16 drop; }; }'"
        result = self.rows_with(refuse, "127.0.0.1", "127.1.0.1", status=3)
        self.expect_rows(result.stdout, ["127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME",
                                         "127.1.0.1,,send_failed,,,0,,,,filtered_locally,TIME"])
        self.assertRegex(result.stderr, r"^ringsweep: incomplete: 1 .*filtered_locally: see nft list ruleset; .*\)\n$")

    def test_larger_than_the_route_allows(self):
        """The kernel does not fragment what must stay whole (DF, up to 576 bytes)."""
        result = self.rows_with("ip link set lo mtu 100", "127.0.0.1", "127.0.0.2", "--size", "200")
        self.expect_rows(result.stdout, ["127.0.0.1,,send_failed,,,0,,,,too_big,TIME",
                                         "127.0.0.2,,send_failed,,,0,,,,too_big,TIME"])
        result = self.rows_with("ip link set lo mtu 1500", "127.0.0.1", "--size", "65507")
        self.expect_rows(result.stdout, ["127.0.0.1,,alive,RTT,64,1,127.0.0.1,0,0,echo_reply,TIME"])


class Names(CliTest):
    """/etc/hosts and resolv.conf are ours, and no route leads to the name server."""

    def setUp(self):
        folder = self.folder()
        (folder / "hosts").write_text("127.0.0.5 five.test five\n::1 six.test\n127.0.0.7 both.test\n::1 both.test\n")
        (folder / "resolv.conf").write_text("nameserver 10.255.255.53\n")
        self.before = with_files(hosts=folder / "hosts", resolv_conf=folder / "resolv.conf")

    def rows_of(self, *arguments, status=0):
        result = self.isolated(*self.before, ringsweep_test.BINARY, *QUICK, *arguments)
        self.expect(result, stderr="", status=status)
        return result.stdout

    def test_a_name_and_its_address_are_two_targets(self):
        self.expect_rows(self.rows_of("five.test", "127.0.0.5", "six.test"),
                         ["127.0.0.5,five.test,alive,RTT,64,1,127.0.0.5,0,0,echo_reply,TIME",
                          "127.0.0.5,,alive,RTT,64,1,127.0.0.5,0,0,echo_reply,TIME",
                          "::1,six.test,alive,RTT,64,1,::1,129,0,echo_reply,TIME"])

    def test_names_are_shown_as_they_were_written(self):
        self.expect_rows(self.rows_of("FIVE.test", "five.test."),
                         ["127.0.0.5,FIVE.test,alive,RTT,64,1,127.0.0.5,0,0,echo_reply,TIME"])

    def test_names_of_addresses(self):
        self.expect_rows(self.rows_of("127.0.0.5", "127.0.0.6", "::1", "five.test", "10.9.9.9", "--rdns"),
                         ["127.0.0.5,,alive,RTT,64,1,127.0.0.5,0,0,echo_reply,TIME,five.test",
                          "127.0.0.5,five.test,alive,RTT,64,1,127.0.0.5,0,0,echo_reply,TIME,five.test",
                          "127.0.0.6,,alive,RTT,64,1,127.0.0.6,0,0,echo_reply,TIME,",
                          "::1,,alive,RTT,64,1,::1,129,0,echo_reply,TIME,six.test",
                          "10.9.9.9,,send_failed,,,0,,,,no_route,TIME,"],
                         header=HEADER.replace("time", "time,rdns"))

    def test_without_an_address(self):
        self.expect_rows(self.rows_of("host.invalid", "five"),
                         [",host.invalid,unresolved,,,0,,,,resolver_failed,TIME",
                          "127.0.0.5,five,alive,RTT,64,1,127.0.0.5,0,0,echo_reply,TIME"])

    # field bug 24
    def test_at_an_excluded_address(self):
        self.expect_rows(self.rows_of("five.test", "six.test", "-x", "127.0.0.0/8"),
                         ["127.0.0.5,five.test,skipped,,,0,,,,excluded,TIME",
                          "::1,six.test,alive,RTT,64,1,::1,129,0,echo_reply,TIME"])

    def test_all_addresses(self):
        self.expect_rows(self.rows_of("both.test", "host.invalid", "--all-addresses"),
                         ["127.0.0.7,both.test,alive,RTT,64,1,127.0.0.7,0,0,echo_reply,TIME",
                          "::1,both.test,alive,RTT,64,1,::1,129,0,echo_reply,TIME",
                          ",host.invalid,unresolved,,,0,,,,resolver_failed,TIME"])

    def test_one_family_only(self):
        self.expect_rows(self.rows_of("both.test", "-4"),
                         ["127.0.0.7,both.test,alive,RTT,64,1,127.0.0.7,0,0,echo_reply,TIME"])
        self.expect_rows(self.rows_of("both.test", "-6"),
                         ["::1,both.test,alive,RTT,64,1,::1,129,0,echo_reply,TIME"])

    def test_in_the_other_formats(self):
        self.assertEqual(self.rows_of("host.invalid", "five.test", "--format", "list", "--show", "all",
                                      "--order", "address"), "host.invalid\nfive.test\n")
        shown = self.rows_of("five.test", "127.0.0.5", "--format", "table")
        self.assertRegex(shown, r"^address    name       state  rtt_ms  ttl  attempts\n"
                         r"127\.0\.0\.5             alive   \d\.\d{3}   64         1\n"
                         r"127\.0\.0\.5  five\.test  alive   \d\.\d{3}   64         1\n$")
        self.assertIn('"name":"five.test"', self.rows_of("five.test", "--format", "ndjson"))


if __name__ == "__main__":
    ringsweep_test.main()
