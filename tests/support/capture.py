"""What was really on the cable, with the kernel's nanosecond stamps: when probes arrived on the lab's far side, or what left
and came on its near side.

    with Capture(lab, folder / "probes") as capture:
        ...
    stamps_ns = capture.finished()          # CLOCK_REALTIME, ascending

    with Capture(lab, folder / "both", side="near", what=PROBES_AND_REPLIES) as capture:
        ...
    rtts_ms = capture.rtts_ms()

tcpdump only opens a ring that is large enough, and is stopped then: while probes come in nobody takes the processor for
reading them. They are read when the `with` ends. Raises LostPackets where the ring was too small after all.
"""

import re
import signal
import socket
import struct
import subprocess
import time

import ringsweep_test

NANOSECONDS = b"\x4d\x3c\xb2\xa1"
RING_KIB = 512 * 1024
SNAPPED_BYTES = 42  # Ethernet, IPv4, ICMP


PROBES = ("-Q", "in", "icmp[icmptype] = icmp-echo")
PROBES_AND_REPLIES = ("icmp[icmptype] = icmp-echo or icmp[icmptype] = icmp-echoreply",)


class LostPackets(Exception):
    pass


class Capture:
    def __init__(self, lab, file, *, side="far", what=PROBES):
        self._file = file
        self._running = lab.running(
            "tcpdump", "-Z", "root", "-i", side, "-n", "-U", "-w", file, "-s", SNAPPED_BYTES,
            "--time-stamp-precision=nano", "-B", RING_KIB, *what, side=side,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._process = None
        self._packets = None

    def __enter__(self):
        self._process = self._running.__enter__()
        said = ""
        while "listening on" not in said:
            line = self._process.stderr.readline()
            if not line:
                raise RuntimeError(f"tcpdump did not start: {said}")
            said += line
        ringsweep_test.stop(self._process)
        return self

    def __exit__(self, *problem):
        self._process.send_signal(signal.SIGCONT)
        if problem[0] is None:
            self._wait_until_read()
        self._process.send_signal(signal.SIGINT)
        said = self._process.stderr.read()
        self._running.__exit__(*problem)
        if problem[0] is not None:
            return
        dropped = int(re.search(r"(\d+) packets? dropped by kernel", said)[1])
        if dropped:
            raise LostPackets(f"{dropped} packets")
        self._packets = list(read_packets(self._file))

    def _wait_until_read(self):
        """The file grows until the ring is empty."""
        size = -1
        while size != (size := self._file.stat().st_size):
            time.sleep(1)

    def finished(self):
        return sorted(stamp for stamp, _ in self._packets)

    def rtts_ms(self):
        """From the first probe of each address to the first reply from it."""
        sent_ns, rtts_ms = {}, {}
        for stamp, packet in self._packets:
            source, destination, icmp_type = packet[26:30], packet[30:34], packet[34]
            if icmp_type == 8:
                sent_ns.setdefault(destination, stamp)
            elif source in sent_ns:
                rtts_ms.setdefault(socket.inet_ntoa(source), (stamp - sent_ns[source]) / 1e6)
        return rtts_ms


def read_packets(file):
    """(stamp in ns, the first bytes) of each packet, in the order of the kernel's hands."""
    data = file.read_bytes()
    if data[:4] != NANOSECONDS:
        raise RuntimeError("not a capture with nanosecond stamps")
    at = 24
    while at < len(data):
        seconds, nanoseconds, kept, _ = struct.unpack_from("<IIII", data, at)
        yield seconds * 1_000_000_000 + nanoseconds, data[at + 16:at + 16 + kept]
        at += 16 + kept
