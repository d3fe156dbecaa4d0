"""`ringsweep ping --explain`: it prints explain_transcript.golden, and its system calls are those that strace sees."""

import re
import shlex
import tempfile

import ringsweep_test
from cli_test_case import nobody_in
from ping_test_case import called_as_ping, masked
from ringsweep_test import ROOT, Lab, RingsweepTest, needs_root, needs_tool
from tun import TunNetwork, needs_tun

# What differs from run to run: bytes of time, identifier and checksum, clocks, the port that the kernel chose.
MASKS = (
    (r'(sendto\(\d+, |iov_base=)"(?:[^"\\]|\\.)*"', r'\1"BYTES"'),
    (r"(getsockname.*htons\()\d+", r"\1PORT"),
    (r"tv_sec=\d+, tv_nsec=\d+", "tv_sec=S, tv_nsec=N"),
    (r"your groups \([\d ]+\)", "your groups (GROUPS)"),
    (r"(?m)^    .{23}  (data: the time of day, )\d+ seconds$", r"    BYTES  \1S seconds"),
    (r"(?m)^    .{23}  and \d+ microseconds", "    BYTES  and N microseconds"),
    (r"(?m)^    [\da-f]{2} [\da-f]{2}( +checksum)", r"    CC CC\1"),
    (r"(?m)^    [\da-f]{2} [\da-f]{2}( +identifier )\d+$", r"    II II\1I"),
    (r"\b\d{2,}\.\d{9}\b", "CLOCK"),
    (r"\b0\.\d{9}\s+s\b", "RTT s"),
    (r"0x[\da-f]{4,5}\b(?! more)", "0xSUM"),
)


def same_each_time(text):
    text = masked(text)
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    # Words are wrapped elsewhere where a number has more digits.
    return text.replace("\n    ", " ")


def calls_in(text):
    return re.findall(r"(?m)^\w+\(.* = -?\d+.*$", text)


class Transcript(RingsweepTest):
    @needs_root
    def test_is_what_is_printed(self):
        result = self.isolated(*called_as_ping("ringsweep", "--explain", "-c", "1", "-4", "127.0.0.1"))
        transcript = (ROOT / "tests" / "cli" / "ping" / "explain_transcript.golden").read_text()
        self.assertEqual(same_each_time(result.stdout), same_each_time(transcript))
        self.assertEqual((result.stderr, result.status), ("", 0))

    @needs_root
    def test_the_reply_line_and_the_statistics_are_those_of_ping_without_it(self):
        explained, plain = (self.isolated(*called_as_ping("ringsweep", *options, "-c", "2", "-i", "0.01", "127.0.0.1")).stdout
                            for options in (["--explain"], []))
        lines = masked(explained).splitlines()
        for line in masked(plain).splitlines():
            self.assertIn(line, lines)


@needs_root
class Words(RingsweepTest):
    def test_what_is_missing_for_a_ping_socket(self):
        shown = self.isolated(*nobody_in(), *called_as_ping("ringsweep", "--explain", "-4", "127.0.0.1"), ping_groups="1 0")
        self.assertEqual(shown.status, 2)
        self.assertEqual(shown.stdout, """\
1. A socket for ICMP

socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_ICMP) = -1 EACCES (Permission denied)
    Refused: none of your groups (65534) is within net.ipv4.ping_group_range (1 0). A raw socket may
    work instead.
socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC, IPPROTO_ICMP) = -1 EPERM (Operation not permitted)
    Refused: a raw socket requires CAP_NET_RAW.
""")

    def shown(self, arguments, run=None, inject=None):
        """The output as one line, so that it does not matter where words are wrapped."""
        strace = ["strace", "-qq", "-o", "/dev/null", "-e", "inject=" + inject] if inject else []
        result = (run or self.isolated)(*strace, *called_as_ping("ringsweep", "--explain", *arguments.split()))
        return re.sub(r"\s+", " ", result.stdout)

    def test_a_probe_that_did_not_leave_is_not_shown(self):
        self.assertNotIn("On the wire", self.shown("-c 1 -W 0.1 -M do -s 65510 127.0.0.1"))

    def test_a_broadcast_address_without_b(self):
        self.assertIn("Refused: 127.255.255.255 is a broadcast address, which the program has not explicitly "
                      "allowed, or a rule of this machine forbids it.", self.shown("-c 1 127.255.255.255"))

    @needs_tool("strace")
    def test_a_refusal_that_has_nothing_to_do_with_groups(self):
        shown = self.shown("-c 1 -4 127.0.0.1", inject="socket:error=EMFILE")
        self.assertIn("EMFILE (Too many open files) Refused.", shown)
        self.assertNotIn("ping_group_range", shown)

    @needs_tool("strace")
    def test_a_send_that_finds_no_room(self):
        shown = self.shown("-c 1 -4 127.0.0.1", inject="sendto:error=EAGAIN:when=1")
        self.assertIn("(Resource temporarily unavailable) Not sent: the kernel has no room for it.", shown)
        self.assertIn("1 packets transmitted, 1 received", shown)

    def test_an_identifier_of_our_own(self):
        shown = self.shown("-c 1 -e 99 127.0.0.1")
        self.assertIn(" 00 63 identifier 99 00 01 sequence number 1 ", shown)
        self.assertIn("The identifier is the one that the program chose.", shown)

    def test_the_sockets_of_ipv6_stand_behind_those_of_ipv4_in_the_ring(self):
        self.assertIn("IOSQE_CQE_SKIP_SUCCESS, fd=2, addr=PROBE, len=64,", self.shown("-c 1 ::1"))

    @needs_tun
    def test_data_that_came_back_otherwise_is_given_no_meaning(self):
        with TunNetwork("10.1.0.1 alive forge payload\n10.1.0.2 alive cut 31\n10.1.0.3 alive grow 8\n") as network:
            altered, cut, grown = (self.shown(f"-c 1 10.1.0.{host}", network.run).split("5. The reply")[1]
                                   for host in (1, 2, 3))
        for shown, words in ((altered, "although with different data."), (cut, "although with less data.")):
            self.assertIn("data: differs from the probe's", shown)
            self.assertIn("The sequence number matches the probe: this is its answer, " + words, shown)
            self.assertNotIn("time of day", shown)
            self.assertNotIn("The time in the data came back", shown)
        self.assertIn("data: beyond that of the probe", grown)
        self.assertIn("The sequence number and the data match the probe: this is its answer.", grown)

    @needs_tun
    def test_a_wrong_checksum_is_no_answer(self):
        with TunNetwork("10.1.0.1 alive wrong-checksum\n", ping_groups="1 0") as network:
            shown = self.shown("-c 1 -W 0.1 10.1.0.1", network.run)
        self.assertIn("The checksum is wrong: the message was changed on the way and does not count as an answer.", shown)
        self.assertNotIn("this is its answer", shown)

    def test_what_the_kernel_decides_is_not_foretold(self):
        with Lab() as lab:
            group = self.shown("-c 1 -W 0.1 -I near 224.0.0.1", lab.run)
            long = self.shown("-c 1 -s 3000 198.18.0.2", lab.run)
            long_v6 = self.shown("-c 1 -s 3000 fd77::2", lab.run)
            local = self.shown("-c 1 fe80::ff:fe00:2%near", lab.run)
            lab.run("sysctl", "-qw", "net.ipv4.ip_no_pmtu_disc=1")
            loose = self.shown("-c 1 198.18.0.2", lab.run)
        self.assertIn(" 01 time to live 1: each router subtracts one ", group)
        self.assertIn(" ?? ?? total length 3028: 20 + 8 of ICMP header + 3000 of data, or that of a fragment ", long)
        self.assertIn(" ?? next header 58: ICMPv6, or 44 before a fragment ", long_v6)
        self.assertIn(" ?? ... ?? source: an address of the outgoing interface fe 80 ", local)
        self.assertIn(" 00 00 flags: may be fragmented; fragment offset 0 ", loose)
        for shown in (long, long_v6, local, loose):
            self.assertIn("1 packets transmitted, 1 received", shown)

    def test_it_goes_with_each_probe_so_not_with_a_flood(self):
        self.expect(self.ringsweep("ping", "--explain", "-f", "127.0.0.1"), stdout="", status=2,
                    stderr="ping: --explain tells of each probe: leave out -f\n")


@needs_root
@needs_tool("strace")
@needs_tool("script")
class RaisedRights(RingsweepTest):
    def test_nothing_is_written_while_rights_are_raised(self):
        """src/README.md, 3.6: on a terminal each line is written at once."""
        ping = shlex.join(called_as_ping("ringsweep", "--explain", "-c", "1", "-m", "7", "-I", "lo", "127.0.0.1"))
        with tempfile.NamedTemporaryFile("r", prefix="ringsweep-test.") as trace:
            self.isolated("script", "-qec", f"strace -o {trace.name} -e trace=capset,socket,setsockopt,write {ping}",
                          "/dev/null", ping_groups="1 0")
            calls = trace.read().splitlines()
        raised, seen = False, {True: [], False: []}
        for call in calls:
            if not re.match(r"\w+\(", call):  # a signal, or the end
                continue
            if call.startswith("capset("):
                raised = "CAP_NET_RAW" in re.search(r"effective=([^,]*)", call)[1]
            else:
                seen[raised].append(re.match(r"\w+\(\w+(?:, \w+, SO_\w+|, SOCK_\w+)?", call)[0])
        self.assertEqual(seen[True], [
            "socket(AF_INET, SOCK_DGRAM", "socket(AF_INET, SOCK_RAW", "socket(AF_INET6, SOCK_DGRAM",
            "socket(AF_INET6, SOCK_RAW", "setsockopt(5, SOL_SOCKET, SO_MARK", "setsockopt(5, SOL_SOCKET, SO_BINDTODEVICE",
            "setsockopt(3, SOL_SOCKET, SO_BINDTODEVICE", "setsockopt(3, SOL_SOCKET, SO_MARK"])
        self.assertIn("write(1", seen[False])


@needs_root
@needs_tool("strace")
class Strace(RingsweepTest):
    def expect_same_calls(self, run, arguments, least):
        """The lines that --explain prints and those of strace, of one and the same run."""
        result = run("strace", "-a", "1", "-e", "trace=network", "-e", "signal=none",
                     *called_as_ping("ringsweep", "--explain", *arguments.split()))
        # What the C library asks for the addresses of interfaces is not a call of ping.
        mine = [call for call in calls_in(result.stderr) if "NETLINK" not in call]
        self.assertEqual(calls_in(result.stdout), mine)
        self.assertGreaterEqual(len(mine), least)

    def test_agrees_line_by_line(self):
        for ping_groups in ("0 2147483647", "1 0"):
            def run(*command, groups=ping_groups):
                return self.isolated(*command, ping_groups=groups)

            for arguments in ("-c 1 -4 127.0.0.1", "-c 1 ::1", "-c 2 -i 0.01 127.0.0.1", "-c 1 -s 0 127.0.0.1",
                              "-c 1 -s 9 127.0.0.1", "-c 1 -p 3031220a5c41 127.0.0.1", "-c 1 -I lo 127.0.0.1",
                              "-c 1 -I 127.0.0.9 127.0.0.1", "-c 1 -t 5 -Q 16 -M do -m 7 127.0.0.1",
                              "-c 1 -t 5 -Q 16 -M dont ::1", "-c 1 -e 99 127.0.0.1", "-c 1 -W 0.1 -M do -s 65510 127.0.0.1",
                              "-c 1 -W 0.1 -b 127.255.255.255"):
                with self.subTest(ping=arguments, ping_groups=ping_groups):
                    self.expect_same_calls(run, arguments, least=12)

    @needs_tun
    def test_agrees_where_errors_come(self):
        with TunNetwork("10.1.0.5 error 3/1 from 198.18.9.1\n10.1.0.3 silent\nfd78::3 error 1/0 from fd77::9\n",
                        routes=("10.0.0.0/8", "fd78::/16")) as network:
            for host in ("10.1.0.5", "10.1.0.3", "fd78::3"):
                with self.subTest(host=host):
                    self.expect_same_calls(network.run, f"-c 1 -W 0.2 {host}", least=14)


if __name__ == "__main__":
    ringsweep_test.main()
