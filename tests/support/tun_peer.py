"""The other end of a TUN device (no Ethernet header, no neighbours): answers every echo request, IPv4 and IPv6.

    tun_peer.py DEVICE      makes the device in its own network namespace, up and without an address; prints "up"

It obeys lines on standard input, with a line on standard output for each:
    hold      from now on requests are kept                    -> "holding"
    count     how many are kept                                -> "COUNT"
    answer    answers what is kept, and goes on keeping        -> "answered COUNT"
    release   from now on requests are answered at once        -> "released"
    heard     how many requests came so far                    -> "COUNT"
"""

import fcntl
import os
import select
import struct
import subprocess
import sys

TUNSETIFF = 0x400454ca
IFF_TUN, IFF_NO_PI = 1, 0x1000


def open_device(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "up", "txqueuelen", "100000"], check=True)
    return device


def reply_to(packet):
    """The echo reply to an echo request, or None to anything else. Swapped addresses leave all sums as they are."""
    reply = bytearray(packet)
    if packet[0] >> 4 == 4:
        at, request, answer, step = (packet[0] & 15) * 4, 8, 0, 4
        reply[12:16], reply[16:20] = packet[16:20], packet[12:16]
        if packet[9] != 1:
            return None
    else:
        at, request, answer, step = 40, 128, 129, 16
        reply[8:24], reply[24:40] = packet[24:40], packet[8:24]
        if packet[6] != 58:
            return None
    if packet[at] != request:
        return None
    reply[at] = answer
    [checksum] = struct.unpack_from("!H", packet, at + 2)
    total = checksum + (request - answer) * 256 % 65535
    struct.pack_into("!H", reply, at + 2, (total & 0xffff) + (total >> 16))
    return bytes(reply)


class Peer:
    def __init__(self, device):
        self.device, self.held, self.holding, self.heard = device, [], False, 0

    def read_packets(self):
        for _ in range(256):
            try:
                reply = reply_to(os.read(self.device, 65536))
            except BlockingIOError:
                return
            if reply is None:
                continue
            self.heard += 1
            if self.holding:
                self.held.append(reply)
            else:
                os.write(self.device, reply)

    def obey(self, word):
        if word == "hold":
            self.holding = True
            return "holding"
        if word == "release":
            self.holding = False
            return "released"
        if word == "answer":
            kept, self.held = self.held, []
            for reply in kept:
                os.write(self.device, reply)
            return f"answered {len(kept)}"
        return str(len(self.held) if word == "count" else self.heard)

    def run(self):
        print("up", flush=True)
        while True:
            ready = select.select([self.device, sys.stdin], [], [])[0]
            if self.device in ready:
                self.read_packets()
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                print(self.obey(line.strip()), flush=True)


if __name__ == "__main__":
    Peer(open_device(sys.argv[1])).run()
