"""`ringsweep ping` beside Debian 12's own (tests/support/ping_test_case.py): options, names, signals, rights, system calls."""

import pathlib
import re
import signal
import subprocess
import tempfile

import ringsweep_test
from cli_test_case import nobody_in, with_files
from ping_test_case import PingTest, Scenario, called_as_ping, masked, needs_reference
from ringsweep_test import ISOLATED, RingsweepTest, needs_root, needs_tool

@needs_root
@needs_tool("ping")
@needs_reference
class CommandLine(PingTest):
    def test_what_is_wrong_is_said_in_the_same_words(self):
        bad = [("", "usage error: Destination address required", 1),
               ("-c 0 127.0.0.1", "invalid argument: '0': out of range: 1 <= value <= 9223372036854775807", 1),
               ("-c x 127.0.0.1", "invalid argument: 'x'", 1),
               ("-c 99999999999999999999 127.0.0.1", "invalid argument: '99999999999999999999': Numerical result out of "
                "range", 1),
               ("-s -1 127.0.0.1", "invalid argument: '-1': out of range: 0 <= value <= 2147483647", 1),
               ("-t 256 127.0.0.1", "invalid argument: '256': out of range: 0 <= value <= 255", 1),
               ("-t 0 127.0.0.1", "cannot set unicast time-to-live: Invalid argument", 2),
               ("-e 65536 127.0.0.1", "invalid argument: '65536': out of range: 0 <= value <= 65535", 1),
               ("-w -1 127.0.0.1", "invalid argument: '-1': out of range: 0 <= value <= 2147483647", 1),
               ("-l 65537 127.0.0.1", "invalid argument: '65537': out of range: 1 <= value <= 65536", 1),
               ("-m 4294967296 127.0.0.1", "invalid argument: '4294967296': out of range: 0 <= value <= 4294967295", 1),
               ("-i 1e999 127.0.0.1", "bad timing interval: 1e999: Numerical result out of range", 2),
               ("-i nan 127.0.0.1", "bad timing interval: nan: Numerical result out of range", 2),
               ("-i 9999999 127.0.0.1", "bad timing interval: 9999999", 2),
               ("-i 300000 -l 10 127.0.0.1", "illegal preload and/or interval: 300000000", 2),
               ("-W -1 127.0.0.1", "bad linger time: -1", 2),
               ("-Q 256 127.0.0.1", "the decimal value of TOS bits must be in range 0-255: 256", 2),
               ("-Q 0xg 127.0.0.1", "bad TOS value: 0xg", 2),
               ("-M maybe 127.0.0.1", "invalid -M argument: maybe", 2),
               ("-p 0g 127.0.0.1", "patterns must be specified as hex digits: g", 2),
               ("-I fe80::zz ::1", "invalid source address: fe80::zz", 2),
               ("-46 127.0.0.1", "only one -4 or -6 option may be specified", 2)]
        self.compare([Scenario(arguments, f"ping: {text}\n", status) for arguments, text, status in bad],
                     self.isolated_runner())

    def test_what_is_odd_is_let_pass(self):
        self.compare([
            Scenario("-c 1 -i 1x 127.0.0.1", "ping: option argument contains garbage: x\nping: this will become fatal error "
                     "in the future\n"),
            Scenario("127.0.0.1 -qc1", "1 packets transmitted, 1 received"),
            Scenario("-c1 -- 127.0.0.1", "1 packets transmitted, 1 received"),
            Scenario("-c 1 -s 70000 -W 0.1 127.0.0.1", "1 packets transmitted, 0 received", 1),
            Scenario("-c 1 -M do -s 65510 -W 0.1 127.0.0.1", "ping: local error: message too long, mtu=65535\n", 1),
            Scenario("-c 1 -W 0.1 fe80::1", "ping: Warning: IPv6 link-local address on ICMP datagram socket may require",
                     1)], self.isolated_runner())

    def test_no_memory_is_said_in_the_same_words(self):
        """ping takes its memory before it sets up the socket, we behind that."""
        theirs, ours = (self.isolated("prlimit", f"--as={1 << 29}", *called_as_ping(program, "-c", "1", "-s", "1000000000",
                                                                                   "127.0.0.1"))
                        for program in ("iputils", "ringsweep"))
        self.assertEqual(theirs.stderr, "ping: memory allocation failed: Cannot allocate memory\n")
        self.assertEqual(ours.stderr.splitlines()[-1] + "\n", theirs.stderr)
        self.assertEqual((ours.stdout, ours.status), ("", theirs.status))

    def test_users_have_narrower_limits(self):
        self.compare([Scenario(arguments, f"ping: {text}\n", 2, before=tuple(nobody_in()))
                               for arguments, text in (
            ("-i 0.001 127.0.0.1", "cannot flood; minimal interval allowed for user is 2ms"),
            ("-f 127.0.0.1", "cannot flood; minimal interval allowed for user is 2ms"),
            ("-l 4 127.0.0.1", "cannot set preload to value greater than 3: 4"),
            ("-b -i 0.5 127.255.255.255", "broadcast ping with too short interval: 500"),
            ("-i 0.5 ff02::1%lo", "multicast ping with too short interval: 500"),
            ("-b -M dont 127.255.255.255", "broadcast ping does not fragment"))], self.isolated_runner())
        self.compare([Scenario(arguments, " received, 0% packet loss", before=tuple(nobody_in()))
                               for arguments in ("-c 3 -i 0.002 127.0.0.1", "-c 3 -l 3 127.0.0.1", "-c 5 -A ::1",
                                                 "-f -c 3 -i 0.002 127.0.0.1")], self.isolated_runner())

    def test_options_that_are_not_built_are_refused_by_name(self):
        for option in ("-R", "-T tsonly", "-F 1", "-N help", "-U", "-L", "-r", "-d", "-C", "-S 1000"):
            letter = option.split()[0]
            self.expect(self.ringsweep("ping", *option.split(), "127.0.0.1"), stdout="", status=2,
                        stderr=f"ping: {letter} is an option of ping that ringsweep does not have\n"
                        "ringsweep ping -h lists those that it has\n")
        self.expect(self.ringsweep("ping", "127.0.0.1", "127.0.0.2"), stdout="", status=2,
                    stderr="ping: more than one host means source routing, which ringsweep does not have\n")


@needs_root
@needs_tool("ping")
@needs_reference
class Names(PingTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="ringsweep-test.")))
        hosts, resolv_conf = cls.folder / "hosts", cls.folder / "resolv.conf"
        hosts.write_text("127.0.0.5 alias.example five.example\n127.0.0.6 six.example\n::1 both.example\n"
                         "127.0.0.7 both.example\n2001:db8::1 far.example\n127.0.0.8 far.example\n")
        resolv_conf.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        cls.before = tuple(with_files(hosts=hosts, resolv_conf=resolv_conf))

    def test_names_and_names_of_addresses(self):
        self.compare([Scenario(arguments, shows, status, before=self.before) for arguments, shows, status in (
            ("-c 1 five.example", "PING alias.example (127.0.0.5) 56(84)", 0),
            ("-c 1 six.example", "64 bytes from six.example (127.0.0.6): icmp_seq=1 ttl=64 time=N ms\n", 0),
            ("-n -c 1 six.example", "64 bytes from 127.0.0.6: icmp_seq=1", 0),
            ("-f -c 1 six.example", "PING six.example (127.0.0.6) 56(84)", 0),
            ("-c 1 127.0.0.6", "64 bytes from 127.0.0.6: icmp_seq=1", 0),
            ("-6 -c 1 both.example", "PING both.example(both.example (::1)) 56 data bytes\n64 bytes from both.example (::1): ",
             0),
            ("-v -c 1 both.example", "ai->ai_family: AF_INET", 0),
            # There is no way to its first address.
            ("-c 1 far.example", "PING far.example (127.0.0.8) 56(84)", 0),
            ("-6 -c 1 six.example", "ping: six.example: ", 2),
            ("-c 1 nosuch.example", "ping: nosuch.example: ", 2))], self.isolated_runner())

    def test_the_name_is_shown_whichever_of_its_addresses_is_used(self):
        """ping shows none ("PING  (127.0.0.7)") where it is not the first."""
        ours = self.isolated(*self.before, *called_as_ping("ringsweep", "-4", "-c", "1", "both.example"))
        self.assertTrue(ours.stdout.startswith("PING both.example (127.0.0.7) 56(84) bytes of data.\n64 bytes from "
                                               "both.example (127.0.0.7): icmp_seq=1 ttl=64 time="), ours.stdout)


@needs_root
@needs_tool("ping")
@needs_reference
class Signals(PingTest):
    def run_until_reply(self, program, *arguments, then):
        """Starts it, waits for its first reply, and hands the process to `then`."""
        command = [ISOLATED, *called_as_ping(program, *arguments)]
        # Bytes: to text, "\r" is the end of a line.
        with subprocess.Popen(command, env=ringsweep_test.environment(None), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as process:
            said = process.stdout.readline() + process.stdout.readline()
            told = then(process)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=30)
        return ringsweep_test.Result((said + stdout).decode(), (told + stderr).decode(), process.returncode)

    def test_interrupted_in_the_middle(self):
        for host in ("127.0.0.1", "::1"):
            theirs, ours = (self.run_until_reply(program, "-i", "50", host, then=lambda process: b"")
                            for program in ("iputils", "ringsweep"))
            self.expect_same(theirs, ours, "1 packets transmitted, 1 received, 0% packet loss, time Nms\nrtt", 0)

    @needs_tool("strace")
    def test_interrupted_again_and_again_it_still_says_what_it_knows(self):
        """One SIGINT for each write, the last of which has the statistics."""
        result = self.isolated("strace", "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:signal=INT",
                               *called_as_ping("ringsweep", "-i", "50", "127.0.0.1"))
        self.assertIn("\n1 packets transmitted, 1 received, 0% packet loss, time Nms\nrtt", masked(result.stdout))
        self.assertEqual((result.stderr, result.status), ("", 0))

    def test_asked_in_the_middle(self):
        def ask(process):
            process.send_signal(signal.SIGQUIT)
            return process.stderr.readline()

        theirs, ours = (self.run_until_reply(program, "-i", "50", "127.0.0.1", then=ask)
                        for program in ("iputils", "ringsweep"))
        self.expect_same(theirs, ours, "\r1/1 packets, 0% loss, min/avg/ewma/max = N ms\n", 0)


@needs_root
@needs_tool("ping")
@needs_reference
class NoPermission(PingTest):
    def test_the_same_words_and_then_what_can_be_done(self):
        """Behind ping's own three lines stands what ringsweep adds; nothing else may differ."""
        for arguments in (["-c", "1", "127.0.0.1"], ["-4", "-c", "1", "127.0.0.1"], ["-6", "-c", "1", "::1"]):
            theirs, ours = (self.isolated(*nobody_in(), *called_as_ping(program, *arguments), ping_groups="1 0")
                            for program in ("iputils", "ringsweep"))
            self.assertEqual((ours.stdout, ours.status), (theirs.stdout, theirs.status))
            self.assertEqual(theirs.stderr, "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n"
                             "ping: => missing cap_net_raw+p capability or setuid?\n")
            self.assertEqual(ours.stderr[:len(theirs.stderr)], theirs.stderr)
            # The remedies depend on where this runs: tests/netns/net/sockets/socket_refusal_test.cc.
            self.assertRegex(ours.stderr[len(theirs.stderr):], r"^net.ipv4.ping_group_range is 1 0, your groups are 65534\n"
                             r'allow ping sockets: .*net.ipv4.ping_group_range="0 2147483647".*\n'
                             r"allow raw sockets: .*\n$")


@needs_root
@needs_tool("strace")
class SystemCalls(RingsweepTest):
    """The calls that ping makes to the network, in its order; of ours only the stamps are finer."""

    def calls(self, *arguments):
        trace = self.isolated("strace", "-e", "trace=network", "-e", "signal=none", *called_as_ping("ringsweep", *arguments))
        lines = [line for line in trace.stderr.splitlines() if re.match(r"\w+\(", line)]
        return [re.match(r"(setsockopt\(\d+, \w+, \w+, \[?\d*|\w+\((?:AF_\w+, [\w|]+, \w+|\d+))", line)[1]
                for line in lines]

    def test_of_one_probe(self):
        self.assertEqual(self.calls("-c", "1", "-4", "127.0.0.1"), [
            "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_ICMP",
            "socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP",
            "connect(4",
            "getsockname(4",
            "setsockopt(3, SOL_IP, IP_RECVERR, [1",
            "setsockopt(3, SOL_IP, IP_RECVTTL, [1",
            "setsockopt(3, SOL_IP, IP_RETOPTS, [1",
            "setsockopt(3, SOL_SOCKET, SO_SNDBUF, [324",
            "setsockopt(3, SOL_SOCKET, SO_RCVBUF, [65536",
            "getsockopt(3",
            "setsockopt(3, SOL_SOCKET, SO_TIMESTAMPNS_OLD, [1",
            "setsockopt(3, SOL_SOCKET, SO_SNDTIMEO_OLD, ",
            "setsockopt(3, SOL_SOCKET, SO_RCVTIMEO_OLD, ",
            "sendto(3",
            "recvmsg(3"])


if __name__ == "__main__":
    ringsweep_test.main()
