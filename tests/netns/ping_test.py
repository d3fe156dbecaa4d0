"""`ringsweep ping` beside Debian 12's own (tests/support/ping_test_case.py) on networks that answer in every way."""

import re

import ringsweep_test
from ping_test_case import PingTest, Scenario, called_as_ping, masked, needs_reference
from ringsweep_test import Lab, RingsweepTest, needs_root, needs_tool
from tun import TunNetwork, needs_tun

PLAYED = """
    10.1.0.1     alive ttl 7
    10.1.0.2     alive delay 30ms
    10.1.0.3     silent
    10.1.0.4     alive from xor 0x100
    10.1.0.5     error 3/1 from 198.18.9.1
    10.1.0.6     error 11/0 from 198.18.9.2
    10.1.0.7     error 3/4 from 198.18.9.4 mtu 1300
    10.1.0.8     alive dup 2
    10.1.0.9     alive forge byte 30
    10.1.0.10    alive cut 31
    10.1.0.11    alive grow 8
    10.1.0.12    alive delay 500ms
    10.1.0.13    error 12/0 from 198.18.9.5
    10.1.0.14    error 4/0 from 198.18.9.6
    10.1.0.15    error 5/1 from 198.18.9.7
    10.1.0.16    alive forge payload
    10.1.0.17    alive wrong-checksum
    10.1.0.18    error 3/13 from 198.18.9.2 quote 8
    10.1.0.19    alive and error 3/10 from 198.18.9.8 delay 20ms
    10.1.0.20    alive delay 120ms
    10.1.0.21    error 11/7 from 198.18.9.2
    10.1.0.22    alive delay 2500us
    10.1.0.23    alive grow 300
    fd78::b      alive grow 5000
    fd78::1      alive
    fd78::2      silent
    fd78::3      error 1/0 from fd77::9
    fd78::4      error 2/0 from fd77::9 mtu 1400
    fd78::5      error 3/0 from fd77::9
    fd78::6      error 3/1 from fd77::9
    fd78::7      error 4/1 from fd77::9
    fd78::8      alive dup 1
    fd78::9      alive from fd78::99
    fd78::a      alive forge byte 20
""" + "".join(f"    10.2.0.{code} error 3/{code} from 198.18.9.1\n    fd79::{code:x} error 1/{code} from fd77::9\n"
              for code in range(16) if code != 4)

QUICK = "-i 0.02 -W 0.3"
# Whatever the socket, each of these is the same.
SCENARIOS = [
    Scenario("-c 1 -4 10.1.0.1", "64 bytes from 10.1.0.1: icmp_seq=1 ttl=7 time=N ms\n"),
    Scenario(f"-c 3 {QUICK} 10.1.0.2", "3 packets transmitted, 3 received, 0% packet loss, time Nms\nrtt"),
    Scenario(f"-c 1 {QUICK} 10.1.0.20", "64 bytes from 10.1.0.20"),
    Scenario(f"-c 1 {QUICK} 10.1.0.22", "64 bytes from 10.1.0.22"),
    Scenario(f"-c 3 {QUICK} 10.1.0.3", "3 packets transmitted, 0 received, 100% packet loss, time Nms\n\n", 1),
    Scenario("-c 3 -i 0.1 -W 0.3 -O 10.1.0.3", "no answer yet for icmp_seq=1\nno answer yet for icmp_seq=2\n\n", 1),
    Scenario("-c 2 -i 0.1 -W 0.3 -O -D 10.1.0.3", "[STAMP] no answer yet for icmp_seq=1\n", 1),
    Scenario(f"-c 2 {QUICK} 10.1.0.4", "64 bytes from 10.1.1.4: icmp_seq=1 ttl=64 time=N ms (DIFFERENT ADDRESS!)\n"),
    Scenario(f"-c 2 {QUICK} 10.1.0.5", "From 198.18.9.1 icmp_seq=2 Destination Host Unreachable\n", 1),
    Scenario(f"-c 1 {QUICK} 10.1.0.6", "From 198.18.9.2 icmp_seq=1 Time to live exceeded\n", 1),
    Scenario(f"-c 1 {QUICK} 10.1.0.18", "From 198.18.9.2 icmp_seq=1 Packet filtered\n", 1),
    Scenario(f"-c 1 {QUICK} 10.1.0.21", "From 198.18.9.2 icmp_seq=1 Time exceeded, Bad Code: 7\n", 1),
    Scenario(f"-c 1 {QUICK} 10.1.0.7", "From 198.18.9.4 icmp_seq=1 Frag needed and DF set (mtu = 1300)\n", 1),
    Scenario(f"-c 1 {QUICK} 10.1.0.13", "From 198.18.9.5 icmp_seq=1 Parameter problem: pointer = ", 1),
    Scenario(f"-c 2 -i 0.2 -W 0.3 10.1.0.8", "icmp_seq=1 ttl=64 time=N ms (DUP!)\n"),
    Scenario(f"-c 2 -i 0.2 -W 0.3 -q 10.1.0.8", "2 packets transmitted, 2 received, +2 duplicates, 0% packet loss"),
    Scenario(f"-c 2 -i 0.1 -W 0.3 10.1.0.19", "From 198.18.9.8 icmp_seq=1 Destination Host Prohibited\n"),
    Scenario(f"-c 1 {QUICK} 10.1.0.9", "time=N ms\nwrong data byte #30 should be 0x1e but was 0xe1\n#16\t10 11 12"),
    Scenario(f"-c 1 {QUICK} -p ff00aa 10.1.0.9", "PATTERN: 0xff00aa\n"),
    Scenario(f"-c 1 {QUICK} 10.1.0.16", "wrong data byte #16 should be 0x10 but was 0xef\n"),
    Scenario(f"-c 1 {QUICK} 10.1.0.10", "31 bytes from 10.1.0.10: icmp_seq=1 ttl=64 (truncated)\n"),
    Scenario(f"-c 1 {QUICK} 10.1.0.11", "72 bytes from 10.1.0.11: icmp_seq=1 ttl=64 time=N ms\n"),
    Scenario(f"-c 1 {QUICK} 10.1.0.23", "1 packets transmitted, 1 received, 0% packet loss"),
    Scenario(f"-c 1 {QUICK} -s 0 10.1.0.23", "1 packets transmitted, 1 received, 0% packet loss"),
    Scenario(f"-c 1 {QUICK} fd78::b", "1 packets transmitted, 1 received, 0% packet loss"),
    Scenario("-c 3 -i 0.1 10.1.0.12", ", pipe 3\n"),
    Scenario("-c 3 -l 3 10.1.0.12", ", pipe 3\n"),
    Scenario(f"-c 2 {QUICK} -s 0 10.1.0.1", "8 bytes from 10.1.0.1: icmp_seq=2 ttl=7\n\n--- 10.1.0.1 ping statistics"),
    Scenario(f"-c 1 {QUICK} -s 15 10.1.0.1", "PING 10.1.0.1 (10.1.0.1) 15(43) bytes of data.\n23 bytes from"),
    Scenario(f"-c 1 {QUICK} -s 16 10.1.0.1", "24 bytes from 10.1.0.1: icmp_seq=1 ttl=7 time=N ms\n"),
    Scenario(f"-c 1 {QUICK} -s 1472 10.1.0.1", "1480 bytes from 10.1.0.1"),
    Scenario(f"-c 2 {QUICK} -s 1473 -M do 10.1.0.1", "ping: local error: message too long, mtu=1500\n", 1),
    Scenario(f"-c 2 {QUICK} -s 1473 -M do -q 10.1.0.1", "2 packets transmitted, 0 received, 100% packet loss", 1),
    Scenario(f"-c 2 {QUICK} -s 1453 -M do fd78::1", "ping: local error: message too long, mtu: 1500\n", 1),
    Scenario("-w 1 -i 0.4 10.1.0.3", "3 packets transmitted, 0 received", 1),
    Scenario("-w 1 -i 0.4 10.1.0.1", "3 packets transmitted, 3 received"),
    Scenario("-c 3 -w 2 -i 0.1 10.1.0.1", "3 packets transmitted, 3 received"),
    Scenario("-c 2 -w 1 -i 0.4 10.1.0.3", "3 packets transmitted, 0 received", 1),
    Scenario("-w 1 -i 0.4 10.1.0.5", "1 packets transmitted, 0 received, +1 errors", 1),
    Scenario("-f -c 4 -W 0.3 10.1.0.3", "56(84) bytes of data.\n....\n---", 1),
    Scenario("-f -c 9 127.0.0.1", "data.\n" + ".\b \b" * 9 + "\n---"),
    Scenario("-f -q -c 9 127.0.0.1", "rtt min/avg/max/mdev = N ms, ipg/ewma N ms\n"),
    Scenario("-A -c 9 127.0.0.1", "64 bytes from 127.0.0.1: icmp_seq=9 ttl=64 time=N ms\n\n"),
    Scenario("-i 0 -c 9 127.0.0.1", ", ipg/ewma N ms\n"),
    Scenario(f"-D -c 2 {QUICK} 10.1.0.1", "[STAMP] 64 bytes from 10.1.0.1"),
    Scenario(f"-D -c 1 {QUICK} 10.1.0.5", "[STAMP] From 198.18.9.1", 1),
    Scenario(f"-q -c 2 {QUICK} 10.1.0.1", "data.\n\n--- 10.1.0.1 ping statistics ---\n2 packets transmitted, 2 received"),
    Scenario(f"-q -c 2 {QUICK} 10.1.0.5", "2 packets transmitted, 0 received, +2 errors, 100% packet loss", 1),
    Scenario(f"-a -c 1 {QUICK} 10.1.0.1", "time=N ms\a\n"),
    Scenario(f"-p 0aff1 -c 1 {QUICK} 10.1.0.1", "PATTERN: 0x0aff01\nPING"),
    Scenario(f"-p 00 -q -c 1 {QUICK} 10.1.0.1", "PING 10.1.0.1 (10.1.0.1) 56(84) bytes of data.\n\n"),
    Scenario(f"-t 9 -Q 0x10 -c 1 {QUICK} 10.1.0.1", "ttl=7"),
    Scenario(f"-I tun0 -c 1 {QUICK} 10.1.0.1", "PING 10.1.0.1 (10.1.0.1) from 198.18.0.1 tun0: 56(84) bytes of data.\n"),
    Scenario(f"-I 198.18.0.1 -c 1 {QUICK} 10.1.0.1", "from 198.18.0.1 : 56(84)"),
    Scenario(f"-B -c 1 {QUICK} 10.1.0.1", "from 198.18.0.1 : 56(84)"),
    Scenario(f"-I lo -c 1 {QUICK} 10.1.0.1", "ping: Warning: source address might be selected on device other than: lo", 1),
    Scenario("-I nodev -c 1 10.1.0.1", "ping: SO_BINDTODEVICE nodev: No such device\n", 2),
    Scenario("-I nodev -c 1 fd78::1", "ping: unknown iface: nodev\n", 2),
    Scenario("-I 192.0.2.1 -c 1 10.1.0.1", "ping: bind: Cannot assign requested address\n", 2),
    Scenario("-I 2001:db8::1 -c 1 fd78::1", "ping: bind icmp socket: Cannot assign requested address\n", 2),
    Scenario(f"-m 7 -c 1 {QUICK} 10.1.0.1", "ttl=7"),
    Scenario(f"-e 4711 -v -c 1 {QUICK} 10.1.0.1", "icmp_seq=1 ident=4711 ttl=7"),
    Scenario(f"-e 0 -c 1 {QUICK} 10.1.0.1", "icmp_seq=1 ttl=7"),
    Scenario("-c 1 192.0.2.1", "ping: connect: Network is unreachable\n", 2),
    Scenario("-c 1 2001:db8::1", "ping: connect: Network is unreachable\n", 2),
    Scenario("-c 1 -6 10.1.0.1", "ping: 10.1.0.1: Address family for hostname not supported\n", 2),
    Scenario("-c 1 -4 fd78::1", "ping: fd78::1: Address family for hostname not supported\n", 2),
    Scenario("-c 1 127.1", "PING 127.1 (127.0.0.1) 56(84)"),
    Scenario("-c 1 0", "PING 0 (127.0.0.1) 56(84)"),
    Scenario(f"-c 2 {QUICK} fd78::1", "PING fd78::1(fd78::1) 56 data bytes\n64 bytes from fd78::1: icmp_seq=1 ttl=64 time=N"),
    Scenario(f"-c 2 {QUICK} fd78::2", "2 packets transmitted, 0 received, 100% packet loss", 1),
    Scenario(f"-c 1 {QUICK} fd78::3", "From fd77::9 icmp_seq=1 Destination unreachable: No route\n", 1),
    Scenario(f"-c 2 {QUICK} fd78::4", "From fd77::9 icmp_seq=1 Packet too big: mtu=1400\n", 1),
    Scenario(f"-c 1 {QUICK} fd78::5", "From fd77::9 icmp_seq=1 Time exceeded: Hop limit\n", 1),
    Scenario(f"-c 1 {QUICK} fd78::6", "From fd77::9 icmp_seq=1 Time exceeded: Defragmentation failure\n", 1),
    Scenario(f"-c 1 {QUICK} fd78::7", "From fd77::9 icmp_seq=1 Parameter problem: Unknown header at ", 1),
    Scenario("-c 2 -i 0.2 -W 0.3 fd78::8", "(DUP!)\n"),
    Scenario(f"-c 1 {QUICK} fd78::9", "64 bytes from fd78::99: icmp_seq=1 ttl=64 time=N ms (DIFFERENT ADDRESS!)\n"),
    Scenario(f"-c 1 {QUICK} fd78::a", "wrong data byte #20 should be 0x14 but was 0xeb\n"),
    Scenario(f"-c 1 {QUICK} -I tun0 fd78::1", "PING fd78::1(fd78::1) from fd77::1 tun0: 56 data bytes\n"),
    Scenario(f"-c 1 {QUICK} -I fd77::1 fd78::1", "from fd77::1 : 56 data bytes\n"),
    Scenario(f"-c 1 {QUICK} -s 1452 fd78::1", "1460 bytes from fd78::1"),
] + [Scenario(f"-c 1 {QUICK} {net}{code:{form}}", "From ", 1) for code in range(16) if code != 4
     for net, form in (("10.2.0.", "d"), ("fd79::", "x"))]


@needs_root
@needs_tun
@needs_tool("ping")
@needs_reference
class PlayedNetwork(PingTest):
    def test_datagram_sockets(self):
        with TunNetwork(PLAYED, routes=("10.0.0.0/8", "fd78::/16", "fd79::/16")) as network:
            self.compare(SCENARIOS + [
                Scenario(f"-c 1 -v {QUICK} 10.1.0.1", "ping: sock4.fd: 3 (socktype: SOCK_DGRAM), sock6.fd: 4 (socktype: "
                         "SOCK_DGRAM), hints.ai_family: AF_UNSPEC\n\n"),
                Scenario(f"-c 1 {QUICK} 10.1.0.17", "1 packets transmitted, 0 received", 1),
                Scenario(f"-c 1 {QUICK} 10.1.0.14", "From 198.18.9.6 icmp_seq=1 Source Quench\n", 1),
                Scenario(f"-c 1 {QUICK} 10.1.0.15", "1 packets transmitted, 0 received", 1),
            ], network_runner(network))

    def test_raw_sockets(self):
        with TunNetwork(PLAYED, routes=("10.0.0.0/8", "fd78::/16", "fd79::/16"), ping_groups="1 0") as network:
            self.compare(SCENARIOS + [
                Scenario(f"-c 1 {QUICK} 10.1.0.14", "From 198.18.9.6: icmp_seq=1 Source Quench\n", 1),
                Scenario(f"-c 1 {QUICK} 10.1.0.15", "From 198.18.9.7: icmp_seq=1 Redirect Host(New nexthop: ", 1),
            ], network_runner(network))
            # ping looks at the checksum of replies and forgets the result.
            ours = network.run(*called_as_ping("ringsweep", "-c", "1", *QUICK.split(), "10.1.0.17"))
            self.assertEqual((masked(ours.stdout), ours.stderr, ours.status), (
                "PING 10.1.0.17 (10.1.0.17) 56(84) bytes of data.\n"
                "64 bytes from 10.1.0.17: icmp_seq=1 ttl=64 time=N ms (BAD CHECKSUM!)\n\n"
                "--- 10.1.0.17 ping statistics ---\n"
                "1 packets transmitted, 0 received, +1 corrupted, 100% packet loss, time Nms\n\n", "", 1))


def network_runner(network):
    return lambda command: network.run(*command)


@needs_root
@needs_tun
class Truth(RingsweepTest):
    """Where ping believes what comes back."""

    def test_no_rtt_is_computed_from_what_a_reply_claims(self):
        """field bug 8: the time in the payload is inverted, some three hundred thousand years off."""
        with TunNetwork("10.1.0.1 alive forge payload\n") as network:
            ours = network.run(*called_as_ping("ringsweep", "-c", "1", "-W", "1", "10.1.0.1"))
        self.assertEqual((ours.status, ours.stderr), (0, ""))
        rtt_ms = float(re.search(r"icmp_seq=1 ttl=64 time=([\d.]+) ms\nwrong data byte #16", ours.stdout)[1])
        self.assertLess(rtt_ms, 10_000)

    def test_a_reply_to_what_was_never_sent_has_no_time(self):
        with TunNetwork("10.1.0.1 alive forge sequence 1000\n") as network:
            ours = network.run(*called_as_ping("ringsweep", "-c", "1", "-W", "1", "10.1.0.1"))
        self.assertIn("64 bytes from 10.1.0.1: icmp_seq=1001 ttl=64\n", ours.stdout)


@needs_root
@needs_tool("ping")
@needs_reference
class OnTheCable(PingTest):
    def test_the_lab(self):
        with Lab("--reject-by-router", "host-unreachable=10.3.0.0/16", "--time-exceeded", "10.4.0.0/16") as lab:
            lab.run("sysctl", "-qw", "net.ipv4.icmp_echo_ignore_broadcasts=0", side="far")
            self.compare([
                Scenario("-b -c 2 -i 0.1 198.19.255.255", "WARNING: pinging broadcast address\n"),
                Scenario("-c 1 198.19.255.255", "ping: Do you want to ping broadcast? Then -b. If not, check your local "
                         "firewall rules\n", 2),
                Scenario("-c 2 -i 0.1 -I near 224.0.0.1", "PING 224.0.0.1 (224.0.0.1) from 198.18.0.1 near: 56(84)"),
                Scenario("-c 2 -i 0.1 -I near ff02::1", "PING ff02::1(ff02::1) from :: near: 56 data bytes\n"),
                Scenario("-c 1 -i 0.1 fe80::ff:fe00:2%near", "64 bytes from fe80::ff:fe00:2%near: icmp_seq=1 ttl=64"),
                Scenario("-c 1 -i 0.1 -I near fe80::ff:fe00:2", "from :: near: 56 data bytes\n"),
                Scenario("-f -c 2 10.3.0.1", ".\bE.\bE\n--- 10.3.0.1 ping statistics ---\n", 1),
                Scenario("-c 2 -i 0.1 10.3.0.1", "From 198.18.0.2 icmp_seq=1 Destination Host Unreachable\n", 1),
                Scenario("-c 1 -t 1 10.4.0.1", "From 198.18.0.2 icmp_seq=1 Time to live exceeded\n", 1),
                # Nobody is there: this machine says so itself, after 3 s.
                Scenario("-c 1 198.18.0.77", "From 198.18.0.1 icmp_seq=1 Destination Host Unreachable\n", 1),
            ], network_runner(lab))


if __name__ == "__main__":
    ringsweep_test.main()
