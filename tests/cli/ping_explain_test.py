"""`ringsweep ping --explain`: what README shows is what it prints, and its system calls are those that strace sees."""

import re
import shlex
import tempfile

import ringsweep_test
from cli_test_case import nobody_in
from ping_test_case import called_as_ping, masked
from ringsweep_test import ROOT, RingsweepTest, needs_root, needs_tool
from tun import TunNetwork, needs_tun

# What differs from run to run: bytes of time, identifier and checksum, clocks, the port that the kernel chose.
MASKS = (
    (r'(sendto\(\d+, |iov_base=)"[^"]*"', r'\1"BYTES"'),
    (r"(getsockname.*htons\()\d+", r"\1PORT"),
    (r"tv_sec=\d+, tv_nsec=\d+", "tv_sec=S, tv_nsec=N"),
    (r"your groups \([\d ]+\)", "your groups (GROUPS)"),
    (r"(?m)^    .{23}  (data: the time of day, )\d+ seconds$", r"    BYTES  \1S seconds"),
    (r"(?m)^    .{23}  and \d+ microseconds", "    BYTES  and N microseconds"),
    (r"(?m)^    [\da-f]{2} [\da-f]{2}( +checksum)", r"    CC CC\1"),
    (r"(?m)^    [\da-f]{2} [\da-f]{2}( +identifier )\d+$", r"    II II\1I"),
    (r"\b\d{2,}\.\d{9}\b", "CLOCK"),
    (r"\b0\.\d{9} s\b", "RTT s"),
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


def readme_output(command):
    """The block behind `<!-- output: COMMAND -->`, without its first line, which is the command itself."""
    readme = (ROOT / "README.md").read_text()
    block = re.search(re.escape(f"<!-- output: {command} -->\n") + r"((?:    .*\n|\n)+)", readme)[1]
    first, _, rest = re.sub(r"(?m)^    ", "", block).rstrip("\n").partition("\n")
    assert first == "$ " + command
    return rest + "\n"


class Readme(RingsweepTest):
    @needs_root
    def test_shows_what_is_printed(self):
        for command in ("ringsweep ping -c 1 -4 127.0.0.1", "ringsweep ping --explain -c 1 -4 127.0.0.1"):
            with self.subTest(command=command):
                result = self.isolated(*called_as_ping("ringsweep", *command.split()[2:]))
                self.assertEqual(same_each_time(result.stdout), same_each_time(readme_output(command)))
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
    Refused: none of your groups (65534) lies within net.ipv4.ping_group_range (1 0). A raw socket
    may do.
socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC, IPPROTO_ICMP) = -1 EPERM (Operation not permitted)
    Refused: a raw socket takes CAP_NET_RAW.
""")

    def test_it_goes_with_each_probe_so_not_with_a_flood(self):
        self.expect(self.ringsweep("ping", "--explain", "-f", "127.0.0.1"), stdout="", status=2,
                    stderr="ping: --explain tells of each probe: leave out -f\n")


@needs_root
@needs_tool("strace")
@needs_tool("script")
class RaisedRights(RingsweepTest):
    def test_nothing_is_written_while_rights_are_raised(self):
        """Design 3.6. On a terminal each line is written at once."""
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
