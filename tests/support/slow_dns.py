"""A name server for tests whose patience is to be tried. By the first label of what is asked:

    late-MS-ADDRESS   answers after MS milliseconds: the A record ADDRESS (its dots are dashes); no AAAA
    silent-...        never answers
    broken-...        SERVFAIL at once

Names of addresses (PTR) are by the third number of 10.x.KIND.z:

    0   host-x-z.test     1   never answered     2   there is none     3   escape characters     4   300 bytes
    5   host-x-z.test, after half a second

usage: slow_dns.py ADDRESS. Prints "up" when it listens, then a line "NAME UNIX_TIME" whenever a late answer leaves.
"""

import heapq
import ipaddress
import re
import select
import socket
import struct
import sys
import time

A, PTR = 1, 12
SERVFAIL, NXDOMAIN = 2, 3


def question_of(packet):
    """The name, the type asked for, and the question's bytes."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    [asked] = struct.unpack_from("!H", packet, at + 1)
    return ".".join(labels), asked, packet[12:at + 5]


def answer(packet, *, address=None, labels=None, code=0):
    _, asked, question = question_of(packet)
    record = b""
    if address and asked == A:
        record = struct.pack("!HHHIH", 0xc00c, A, 1, 60, 4) + ipaddress.ip_address(address).packed
    if labels:
        name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        record = struct.pack("!HHHIH", 0xc00c, PTR, 1, 60, len(name)) + name
    return packet[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, 1 if record else 0, 0, 0) + question + record


def name_of_address(packet, name):
    """An answer and after how many seconds it leaves; None for none."""
    z, kind, x = name.split(".")[:3]
    host = [f"host-{x}-{z}".encode(), b"test"]
    answers = {"0": (answer(packet, labels=host), 0), "2": (answer(packet, code=NXDOMAIN), 0),
               "3": (answer(packet, labels=[b"\x1b]0;owned\x07\n", b"test"]), 0),
               "4": (answer(packet, labels=[b"a" * 60] * 5), 0), "5": (answer(packet, labels=host), 0.5)}
    return answers.get(kind)


def serve(address):
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    listening.bind((address, 53))
    print("up", flush=True)
    later = []  # (when, order of asking, name, packet, to)
    for order in range(1 << 40):
        ready = select.select([listening], [], [], max(0, later[0][0] - time.monotonic()) if later else None)[0]
        if ready:
            packet, asker = listening.recvfrom(4096)
            name, asked, _ = question_of(packet)
            if asked == PTR:
                if found := name_of_address(packet, name):
                    heapq.heappush(later, (time.monotonic() + found[1], order, name, found[0], asker))
                continue
            late = re.match(r"late-(\d+)-(\d+-\d+-\d+-\d+)\.", name)
            if late:
                reply = answer(packet, address=late[2].replace("-", "."))
                heapq.heappush(later, (time.monotonic() + int(late[1]) / 1000, order, name, reply, asker))
            elif name.startswith("broken-"):
                listening.sendto(answer(packet, code=SERVFAIL), asker)
        while later and later[0][0] <= time.monotonic():
            _, _, name, reply, asker = heapq.heappop(later)
            print(name, f"{time.time():.3f}", flush=True)
            listening.sendto(reply, asker)


if __name__ == "__main__":
    serve(sys.argv[1])
