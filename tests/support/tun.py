"""A played network whose truth is known: a TUN device in a network namespace of its own, and tests/tun's responder on
it.

  scenario = '''
      10.1.0.0/16 share 0-299 alive delay pareto 1ms 1.2
      10.1.0.0/16 share 300-399 error 3/1 from 198.18.9.1
  '''                                            # the language: tests/tun/scenario.h
  with TunNetwork(scenario) as network:
      result = network.run(BINARY, "-q", "-r", "50k", "10.1.0.0/16")
      log = network.finish()
  truth = log.truth(attempts=3, timeout_s=1)
  wrong = wrong_rows(result.rows(), truth)

TunNetwork is a Lab (ringsweep_test) whose only side is the near one: `run`, `running` and `counter` work alike.
"""

import collections
import contextlib
import csv
import dataclasses
import ipaddress
import math
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import ringsweep_test
from ringsweep_test import BINARY, ISOLATED, Lab, environment

RESPONDER = pathlib.Path(os.environ.get("TUN_RESPONDER", BINARY.parent / "tun_responder"))
DEVICE = "tun0"
ROUTES = ("10.0.0.0/8", "198.19.0.0/16", "fd78::/16")
NS_PER_S = 1_000_000_000


def needs_tun(test):
    return unittest.skipUnless(os.access("/dev/net/tun", os.R_OK | os.W_OK), "needs /dev/net/tun")(test)


def share_class(address, seed=0):
    """The class 0..999 that `share` looks at (tests/tun/address_hash.h)."""
    value = 14695981039346656037
    for byte in ipaddress.ip_address(address).packed + seed.to_bytes(8, "little"):
        value = ((value ^ byte) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return (value >> 32) % 1000


# Columns of the log, see tests/tun/event_log.h. Numbers are numbers; type and code are None where nothing was sent.
LogRow = collections.namedtuple("LogRow", "address id seq probe received_ns received_real_ns sent_ns sent_real_ns kind "
                                          "type code responder copy rule run")


@dataclasses.dataclass
class Truth:
    """What may be said about one target: any of `states`, with one of `responders` ('' is none). More than one state:
    it was too close to the deadline to tell, or a reply and an error left close to each other."""
    states: set
    responders: set
    rtt_ms: float | None  # of the first true reply from the target itself, by the responder's clock


class TunLog:
    """What the responder saw and sent. `rows` in the order of the events, `counters` of the whole time."""

    def __init__(self, path):
        self.rows, self.counters = [], {}
        with open(path, newline="", encoding="ascii") as file:
            header = file.readline().rstrip("\n").split(",")
            assert header == list(LogRow._fields), header
            for row in csv.reader(file):
                if row[0].startswith("# "):
                    _, name, value = row[0].split(" ")
                    self.counters[name] = int(value)
                else:
                    kind, icmp_type, code, responder = row[8:12]
                    self.rows.append(LogRow(row[0], *map(int, row[1:8]), kind, int(icmp_type) if icmp_type else None,
                                            int(code) if code else None, responder, *map(int, row[12:])))

    def by_address(self, run=None):
        """Rows of each address, of one run or of all."""
        rows = collections.defaultdict(list)
        for row in self.rows:
            if run in (None, row.run):
                rows[row.address].append(row)
        return rows

    def truth(self, *, attempts, timeout_s, run=None, margin_s=0.005, same_time_s=0.05):
        """The Truth of each address that was probed. An answer in time is one that left within attempts x timeout of
        the first probe, and within the timeout of the last, both less the margin; one that left later than both and the
        margin is late. Where attempts were left (the rate held them back), no answer was late yet. Answers that are no
        further apart than same_time_s may be looked at in either order: where the program reads late, it looks at
        replies before errors."""
        return {address: truth_of(rows, attempts, timeout_s * NS_PER_S, margin_s * NS_PER_S, same_time_s * NS_PER_S)
                for address, rows in self.by_address(run).items()}


def state_of_error(row):
    """The verdict that an ICMP error is, or None for those that decide nothing."""
    if ":" in row.address:
        return {1: "unreachable", 2: "unreachable", 3: "time_exceeded", 4: "unreachable"}.get(row.type)
    return {3: "unreachable", 11: "time_exceeded", 12: "unreachable"}.get(row.type)


def truth_of(rows, attempts, timeout_ns, margin_ns, same_time_ns):
    ends_ns = rows[0].received_ns + attempts * timeout_ns, max(row.received_ns for row in rows) + timeout_ns
    early_ns, late_ns = min(ends_ns) - margin_ns, max(ends_ns) + margin_ns
    if max(row.probe for row in rows) < attempts:
        early_ns = late_ns = math.inf
    sent = sorted((row for row in rows if 0 <= row.sent_ns <= late_ns), key=lambda row: row.sent_ns)
    replies = [row for row in sent if row.kind == "reply"]
    others = [row for row in sent if row.kind == "other_source"]
    errors = [row for row in sent if row.kind == "error" and state_of_error(row)]
    truth = Truth(set(), set(), (replies[0].sent_ns - replies[0].received_ns) / 1e6 if replies else None)

    def may_be(state, *responders):
        truth.states.add(state)
        truth.responders.update(responders)

    # The first of replies and errors decides.
    deciding = sorted(replies + errors, key=lambda row: row.sent_ns)
    for row in deciding:
        if row.sent_ns <= deciding[0].sent_ns + same_time_ns:
            may_be("alive" if row.kind == "reply" else state_of_error(row), row.responder)
    if not deciding or deciding[0].sent_ns > early_ns:
        # Another address speaks for the target only while nothing better came; each of its answers may be the one.
        if others:
            may_be("other_source", *(row.responder for row in others))
        if not others or others[0].sent_ns > early_ns:
            may_be("no_reply", "")
    return truth


def wrong_rows(rows, truth):
    """(row, Truth) of each row of ringsweep's CSV that is not the truth, and of each target without a row (row None)."""
    wrong = []
    left = dict(truth)
    for row in rows:
        known = left.pop(row["address"], None)
        if known is None or row["state"] not in known.states or row["responder"] not in known.responders:
            wrong.append((row, known))
    return wrong + [(None, known) for known in left.values()]


class TunNetwork(Lab):
    """The namespace, the device with 198.18.0.1 and fd77::1, routes, and the responder, up inside of a `with`.

    ping_groups as in `isolated --ping-groups`; seed of loss, delays and reordering; mtu of the device.
    """

    def __init__(self, scenario, *, routes=ROUTES, ping_groups="all", seed=1, mtu=1500, txqueuelen=100_000):
        super().__init__()
        self._scenario, self._routes, self._ping_groups, self._seed = scenario, routes, ping_groups, seed
        self._mtu, self._txqueuelen = mtu, txqueuelen
        self._responder = self._log = None

    def __enter__(self):
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="ringsweep-tun."))
        waiting = ["sh", "-c", "echo up; exec cat"]
        self._process = subprocess.Popen([ISOLATED, "--ping-groups", self._ping_groups, *waiting], text=True,
                                         env=environment(None), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE)
        try:
            if self._process.stdout.readline() != "up\n":
                raise RuntimeError(f"no namespace: {self._process.communicate()[1]}")
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._responder and self._responder.poll() is None:
            self._responder.kill()
            self._responder.communicate()
        self._process.communicate()
        shutil.rmtree(self._folder)

    def _configure(self, *commands):
        done = self.run("ip", "-batch", "-", stdin="".join(command + "\n" for command in commands))
        if done.status != 0:
            raise RuntimeError(f"cannot make the device: {done.stderr}")

    def _start(self):
        """The device goes up when the responder holds it: one that was up before would get its queue from a kernel
        thread some time later, and drop everything until then."""
        self._configure(f"tuntap add dev {DEVICE} mode tun",
                        f"link set {DEVICE} txqueuelen {self._txqueuelen} mtu {self._mtu} addrgenmode none")
        scenario = self._folder / "scenario"
        scenario.write_text(self._scenario)
        command = [RESPONDER, "--device", DEVICE, "--scenario", scenario, "--log", self._folder / "log.csv",
                   "--seed", self._seed]
        self._responder = subprocess.Popen(self.on("near", command), text=True, env=environment(None),
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._wait_for("ready\n")
        self._configure(f"link set {DEVICE} up",
                        f"address add 198.18.0.1/32 dev {DEVICE}", f"address add fd77::1/128 dev {DEVICE} nodad",
                        *(f"route add {route} dev {DEVICE}" for route in self._routes))

    def _wait_for(self, line):
        said = self._responder.stdout.readline()
        if said != line:
            raise RuntimeError(f"tun_responder said {said!r}, not {line!r}: {self._responder.communicate()[1]}")

    def new_run(self):
        """Probe numbers count from 1 again, and `forge replay` replays what was seen until now."""
        self._run = getattr(self, "_run", 1) + 1
        self._responder.send_signal(signal.SIGUSR1)
        self._wait_for(f"run {self._run}\n")

    @contextlib.contextmanager
    def standing_still(self):
        """The responder does not run inside of the `with`; the device keeps what is sent."""
        ringsweep_test.stop(self._responder)
        try:
            yield
        finally:
            self._responder.send_signal(signal.SIGCONT)

    def finish(self):
        """Stops the responder and returns its TunLog; answers that are not due yet stay unsent."""
        if self._log is None:
            self._responder.send_signal(signal.SIGTERM)
            _, errors = self._responder.communicate()
            if self._responder.returncode != 0:
                raise RuntimeError(f"tun_responder: status {self._responder.returncode}: {errors}")
            self._log = TunLog(self._folder / "log.csv")
        return self._log
