"""The TUN responder (tests/tun, tests/support/tun.py): that it does what its scenario says, seen with ping and raw sockets,
and that ringsweep's rows are the truth that its log tells."""

import json
import pathlib
import re
import tempfile
import unittest

import ringsweep_test
from ringsweep_test import RingsweepTest, needs_tool, run
from tun import RESPONDER, TunNetwork, needs_tun, share_class, wrong_rows

# Sends one echo request to argv[1], then prints what raw sockets get until there were argv[2] packets: the length of the
# IP header, the source, and the ICMP message.
RAW = """
import socket, sys
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
raw.settimeout(20)
raw.sendto(bytes.fromhex("0800 20fe 1234 0007 61626364"), (sys.argv[1], 0))
for _ in range(int(sys.argv[2])):
    packet, (source, _) = raw.recvfrom(65536)
    header = packet[0] % 16 * 4
    print(header, source, packet[header:].hex())
"""


@needs_tun
@needs_tool("ping")
class Ping(unittest.TestCase):
    """Linux's own ping, which checks identifiers, checksums and content by itself."""

    @classmethod
    def setUpClass(cls):
        cls.network = cls.enterClassContext(TunNetwork("""
            10.1.0.1     alive ttl 7
            10.1.0.2     alive delay 30ms
            10.1.0.3     alive options 40
            10.1.0.4     alive from xor 0x100
            10.1.0.5     error 3/1 from 198.18.9.1
            10.1.0.6     error 11/0 from 198.18.9.2 quote 8 quote-options 8
            10.1.0.7     error 3/13 from 198.18.9.3 extension
            10.1.0.8     error 3/4 from 198.18.9.4 mtu 1300
            10.1.1.0/24  last 0-9 silent
            10.1.1.0/24  last 10 alive loss 100%
            10.1.1.0/24  last 11 alive wrong-checksum
            10.1.1.0/24  last 12 alive wrong-ip-checksum
            10.1.1.0/24  last 13 alive length +4
            10.1.1.0/24  last 14 alive cut 7
            10.1.1.0/24  last 15 alive forge identifier 1
            10.1.2.1     alive dup 2
            10.1.2.2     probe 1-2 silent
            10.1.2.2     alive
            10.1.2.3     alive forge byte 30
            10.1.2.4     alive limit 0.01/s burst 2
            fd78::1      alive
            fd78::2      alive options 64
            fd78::3      error 1/0 from fd77::9
            fd78::4      error 3/0 from fd77::9 quote-options 16
            fd78::5      alive wrong-checksum
            """))

    def ping(self, *options):
        return self.network.run("ping", "-n", "-W", "0.3", "-i", "0.02", *options).stdout

    def answer(self, address):
        """ping's words about its one probe; '' when nothing came."""
        return re.sub(r" time=.*", "", self.ping("-c", "1", address).splitlines()[1])

    def test_replies(self):
        self.assertEqual(self.answer("10.1.0.1"), "64 bytes from 10.1.0.1: icmp_seq=1 ttl=7")
        self.assertEqual(self.answer("10.1.0.3"), "64 bytes from 10.1.0.3: icmp_seq=1 ttl=64")
        self.assertIn("64 bytes from 10.1.1.4: icmp_seq=1 ttl=64", self.ping("-c", "1", "10.1.0.4"))
        self.assertEqual(self.answer("fd78::1"), "64 bytes from fd78::1: icmp_seq=1 ttl=64")
        self.assertEqual(self.answer("fd78::2"), "64 bytes from fd78::2: icmp_seq=1 ttl=64")

    def test_errors(self):
        self.assertEqual(self.answer("10.1.0.5"), "From 198.18.9.1 icmp_seq=1 Destination Host Unreachable")
        self.assertEqual(self.answer("10.1.0.6"), "From 198.18.9.2 icmp_seq=1 Time to live exceeded")
        self.assertEqual(self.answer("10.1.0.7"), "From 198.18.9.3 icmp_seq=1 Packet filtered")
        self.assertEqual(self.answer("10.1.0.8"), "From 198.18.9.4 icmp_seq=1 Frag needed and DF set (mtu = 1300)")
        self.assertEqual(self.answer("fd78::3"), "From fd77::9 icmp_seq=1 Destination unreachable: No route")
        self.assertEqual(self.answer("fd78::4"), "From fd77::9 icmp_seq=1 Time exceeded: Hop limit")

    def test_silence_and_packets_that_the_kernel_drops(self):
        for address in ("10.9.9.9", "10.1.1.0", "10.1.1.9", "10.1.1.10", "10.1.1.11", "10.1.1.12", "10.1.1.13", "10.1.1.14",
                        "10.1.1.15", "fd78::5", "fd78::6"):
            self.assertEqual(self.answer(address), "", address)

    def test_delay(self):
        least = re.search(r"min/avg/max/mdev = ([\d.]+)/", self.ping("-c", "1", "-W", "9", "10.1.0.2"))[1]
        self.assertGreaterEqual(float(least), 30)

    def test_duplicates(self):
        self.assertIn("2 packets transmitted, 2 received, +2 duplicates", self.ping("-c", "2", "10.1.2.1"))

    def test_number_of_the_probe(self):
        self.assertEqual(re.findall(r"icmp_seq=(\d+)", self.ping("-c", "4", "10.1.2.2")), ["3", "4"])

    def test_content(self):
        self.assertIn("wrong data byte #30 should be 0x1e but was 0xe1", self.ping("-c", "1", "10.1.2.3"))

    def test_limit(self):
        self.assertEqual(re.findall(r"icmp_seq=(\d+)", self.ping("-c", "4", "10.1.2.4")), ["1", "2"])


@needs_tun
class RawSocket(unittest.TestCase):
    """What the kernel hides from ping, byte by byte."""

    def test_bytes(self):
        expected = {
            "10.1.0.1": ["20 10.1.0.1 000028fe1234000761626364"],
            "10.1.0.2": ["20 10.1.0.2 000028011234000761626364"],
            "10.1.0.3": ["24 10.1.0.3 00008cc41234000761"],
            # What the kernel puts into the quoted header is its own affair.
            "10.1.0.4": ["20 10.1.0.4 0000b28b123400079e9d9c9b",
                         "20 198.18.9.1 0301....0000000045000020.{8}4001....c61200010a010004080020fe12340007"]}
        with TunNetwork("""
                10.1.0.1  alive
                10.1.0.2  alive wrong-checksum
                10.1.0.3  alive cut 9 options 4
                10.1.0.4  alive forge payload and error 3/1 from 198.18.9.1 quote 8 delay 50ms
                """) as network:
            for address, lines in expected.items():
                seen = network.run("python3", "-c", RAW, address, len(lines))
                self.assertRegex(seen.stdout, "^" + "\n".join(lines) + "\n$", seen.stderr)


@needs_tun
class Log(RingsweepTest):
    def test_rows_are_what_happened(self):
        with TunNetwork("10.1.0.0/24 share 0-499 seed 3 alive delay 5ms dup 1 gap 1ms\n10.1.0.0/24 alive loss 100%\n"
                        "fd78::1 error 1/3 from fd77::9\n") as network:
            result = self.ringsweep("-q", "--attempts", "1", "-t", "1s", "-r", "2k", "10.1.0.0/24", "fd78::1", "fd78::2",
                                    lab=network)
            log = network.finish()
        self.assertEqual(result.status, 0, result.stderr)
        rows = log.by_address()
        self.assertEqual(len(rows), 258)
        for address, (first, *more) in rows.items():
            self.assertEqual((first.probe, first.run, first.copy), (1, 1, 0))
            if address == "fd78::1":
                self.assertEqual((first.kind, first.type, first.code, first.responder, first.rule),
                                 ("error", 1, 3, "fd77::9", 3))
            elif address == "fd78::2":
                self.assertEqual((first.kind, first.type, first.responder, first.rule), ("silent", None, "", 0))
            elif share_class(address, 3) >= 500:
                self.assertEqual((first.kind, first.sent_ns, first.rule), ("lost", -1, 2))
            else:
                self.assertEqual((first.kind, first.type, first.responder, first.rule), ("reply", 0, address, 1))
                self.assertGreaterEqual(first.sent_ns - first.received_ns, 5_000_000)
                self.assertGreaterEqual(first.sent_real_ns - first.received_real_ns, 4_000_000)
                self.assertEqual([(row.kind, row.copy) for row in more], [("reply", 1)])
                self.assertGreaterEqual(more[0].sent_ns - first.received_ns, 6_000_000)
        self.assertEqual(log.counters["probes"], 258)
        self.assertEqual(log.counters["sent"], sum(row.sent_ns >= 0 for row in log.rows))
        self.assertEqual(log.counters["device_tx_dropped"], 0)

    def test_no_probe_is_lost_while_the_responder_stands_still(self):
        with TunNetwork("10.0.0.0/8 alive\n") as network:
            with network.standing_still():
                sent = self.ringsweep("-q", "--attempts", "1", "-t", "1ms", "-r", "50k", "10.1.0.0/18", lab=network)
            self.assertEqual(sent.status, 0, sent.stderr)
            log = network.finish()
        self.assertEqual((log.counters["probes"], log.counters["sent"], log.counters["device_tx_dropped"]),
                         (16384, 16384, 0))

    def test_a_broken_scenario_is_refused(self):
        with self.assertRaisesRegex(RuntimeError, r"scenario:2: 'asleep' is not silent, alive, error or a selector"):
            with TunNetwork("10.1.0.0/16 alive\n10.2.0.0/16 asleep\n"):
                self.fail("was up")

    def test_wrong_options_are_refused(self):
        self.assertEqual(run([RESPONDER, "--device"]).stderr, "tun_responder: --device needs a value\n")


SCENARIO = """
    {0} share 0-249    alive delay pareto 1ms 1.2
    {0} share 250-299  alive delay uniform 1ms 9ms reorder 20% 20ms
    {0} share 300-349  error {unreachable} from {router}1 delay uniform 1ms 50ms
    {0} share 350-399  error {prohibited} from {router}2 quote 8
    {0} share 400-449  error {exceeded} from {router}3 quote 28 delay 5ms
    {0} share 450-499  error {unreachable} from {router}4 quote-options 8 options 8 quote 548
    {0} share 500-549  alive dup 2 gap 3ms
    {0} share 550-599  alive from xor 0x8000 delay 2ms
    {0} share 600-649  alive forge payload and error {unreachable} from {router}1 forge byte 23
    {0} share 650-699  alive forge sequence 1 and alive cut 31
    {0} share 700-749  alive delay 9s
    {0} share 750-799  probe 1 alive delay 400ms
    {0} share 800-849  alive delay 10ms and error {unreachable} from {router}1 delay 160ms
    {0} share 850-899  alive loss 30%
    {0} share 900-929  error {prohibited} from {router}5 grow 600
"""


@needs_tun
class Ringsweep(RingsweepTest):
    def test_rows_are_the_truth_in_each_plan_and_engine(self):
        for sockets in ("dgram", "raw"):
            for engine in ("uring", "mmsg"):
                with self.subTest(sockets=sockets, engine=engine):
                    self.check_rows("--socket", sockets, "--engine", engine)

    def check_rows(self, *options):
        scenario = (SCENARIO.format("10.1.0.0/20", unreachable="3/1", prohibited="3/13", exceeded="11/0",
                                    router="198.18.9.10") +
                    SCENARIO.format("fd78::/64", unreachable="1/3", prohibited="1/1", exceeded="3/0", router="fd77::9"))
        with TunNetwork(scenario) as network:
            result = self.ringsweep("--attempts", "2", "-t", "300ms", "-r", "20k", *options, "10.1.0.0/20", "fd78::/116",
                                    lab=network)
            log = network.finish()
        self.assertEqual(result.status, 0, result.stderr)
        self.assertEqual((log.counters["device_tx_dropped"], log.counters["write_refused"]), (0, 0))
        truth = log.truth(attempts=2, timeout_s=0.3)
        self.assertEqual(len(truth), 8192)
        self.assertEqual(wrong_rows(result.rows(), truth), [])
        # Else it would prove nothing.
        self.assertLess(sum(len(known.states) > 1 for known in truth.values()), 80)
        self.assertEqual(set().union(*(known.states for known in truth.values())),
                         {"alive", "other_source", "unreachable", "time_exceeded", "no_reply"})

    def test_a_wrong_checksum_is_no_reply_and_no_sign_of_a_full_buffer(self):
        scenario = "".join(f"{hosts} alive wrong-checksum\n{router} error {error} wrong-checksum\n{alive} alive\n"
                           for hosts, router, alive, error in (
                               ("10.1.0.0/25", "10.1.0.128/26", "10.1.0.192/26", "3/1 from 198.18.9.10"),
                               ("fd78::/121", "fd78::80/122", "fd78::c0/122", "1/3 from fd77::9")))
        for engine in ("uring", "mmsg"):
            for target in ("10.1.0.0/24", "fd78::/120"):
                with self.subTest(engine=engine, target=target), TunNetwork(scenario) as network, \
                        tempfile.TemporaryDirectory() as folder:
                    summary = pathlib.Path(folder) / "summary.json"
                    result = self.ringsweep("-q", "--attempts", "1", "-t", "300ms", "-r", "2k", "--socket", "raw", "--engine",
                                            engine, "--summary-json", summary, target, lab=network)
                    self.assertEqual(result.status, 0, result.stderr)
                    seen = json.loads(summary.read_text())
                    self.assertEqual({state: n for state, n in seen["states"].items() if n}, {"alive": 64, "no_reply": 192})
                    self.assertEqual((seen["replies"]["malformed"], seen["local"]["socket_drops"], seen["lower_bound"]),
                                     (192, 0, []))

    def test_a_replay_of_an_earlier_run_is_foreign(self):
        with TunNetwork("10.1.0.0/24 alive forge replay\n") as network, tempfile.TemporaryDirectory() as folder:
            summary = pathlib.Path(folder) / "summary.json"
            foreign = []
            for _ in range(2):
                result = self.ringsweep("-q", "--attempts", "2", "-t", "100ms", "-r", "5k", "--summary-json", summary,
                                        "10.1.0.0/24", lab=network)
                self.assertEqual({row["state"] for row in result.rows()}, {"no_reply"})
                foreign.append(json.loads(summary.read_text())["replies"]["foreign"])
                network.new_run()
            log = network.finish()
        self.assertEqual(foreign, [0, 512])
        self.assertEqual([{row.kind for row in log.rows if row.run == number} for number in (1, 2)],
                         [{"silent"}, {"forged"}])


if __name__ == "__main__":
    ringsweep_test.main()
