"""Reaches into a running process's ICMP sockets, as nothing else can while it runs: pidfd_getfd(2), by root."""

import ctypes
import os
import socket
import time

PIDFD_GETFD = 438


def icmp_sockets(pid):
    """Duplicates of its sockets, as Python's."""
    libc = ctypes.CDLL(None, use_errno=True)
    process = os.pidfd_open(pid)
    found = []
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            try:
                if not os.readlink(f"/proc/{pid}/fd/{number}").startswith("socket:"):
                    continue
            except FileNotFoundError:
                continue
            copy = libc.syscall(PIDFD_GETFD, process, int(number), 0)
            if copy < 0:
                continue
            its_socket = socket.socket(fileno=copy)
            if its_socket.proto in (socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6):
                found.append(its_socket)
            else:
                its_socket.close()
    finally:
        os.close(process)
    return found


def wait_for_threads(process, *, give_up_s=10):
    """Until it has started its threads: then the sockets are what it made them."""
    give_up = time.monotonic() + give_up_s
    while len(os.listdir(f"/proc/{process.pid}/task")) < 2:
        if time.monotonic() > give_up:
            raise AssertionError("no threads to be seen")


def shrink_receive_buffers(process, size):
    """Every receive buffer of its ICMP sockets to `size` bytes as the kernel accounts them, once it has threads."""
    wait_for_threads(process)
    sockets = icmp_sockets(process.pid)
    if len(sockets) < 2:
        raise AssertionError(f"{len(sockets)} ICMP sockets")
    for its_socket in sockets:
        with its_socket:
            its_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size // 2)
