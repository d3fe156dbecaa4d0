"""When probes really arrived: the echo requests on the lab's far side, with the kernel's nanosecond stamps.

    with Capture(lab, folder / "probes") as capture:
        ...
    stamps_ns = capture.finished()          # CLOCK_REALTIME, ascending

tcpdump only opens a ring that is large enough, and is stopped then: while probes come in nobody takes the processor for
reading them. They are read when the `with` ends. Raises LostPackets where the ring was too small after all.
"""

import re
import signal
import struct
import subprocess
import time

import ringsweep_test

NANOSECONDS = b"\x4d\x3c\xb2\xa1"
RING_KIB = 512 * 1024
SNAPPED_BYTES = 42  # Ethernet, IPv4, ICMP


class LostPackets(Exception):
    pass


class Capture:
    def __init__(self, lab, file):
        self._file = file
        self._running = lab.running(
            "tcpdump", "-Z", "root", "-i", "far", "-Q", "in", "-n", "-U", "-w", file, "-s", SNAPPED_BYTES,
            "--time-stamp-precision=nano", "-B", RING_KIB, "icmp[icmptype] = icmp-echo", side="far",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._process = None
        self._stamps_ns = None

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
        self._stamps_ns = sorted(read_stamps(self._file))

    def _wait_until_read(self):
        """The file grows until the ring is empty."""
        size = -1
        while size != (size := self._file.stat().st_size):
            time.sleep(1)

    def finished(self):
        return self._stamps_ns


def read_stamps(file):
    data = file.read_bytes()
    if data[:4] != NANOSECONDS:
        raise RuntimeError("not a capture with nanosecond stamps")
    stamps_ns, at = [], 24
    while at < len(data):
        seconds, nanoseconds, kept, _ = struct.unpack_from("<IIII", data, at)
        stamps_ns.append(seconds * 1_000_000_000 + nanoseconds)
        at += 16 + kept
    return stamps_ns
