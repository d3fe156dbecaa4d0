"""What the tests of whole sweeps share: run one, have its rows and its summary, and compare who is alive.

  class Lan(SweepTest):
      def test_all(self):
          with Lab() as lab:
              swept = self.sweep("10.1.0.0/24", lab=lab)
              self.expect_alive(swept, alive=addresses("10.1.0.0/24"), targets=addresses("10.1.0.0/24"))
"""

import collections
import contextlib
import dataclasses
import ipaddress
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import ringsweep_test
from ringsweep_test import BINARY, RingsweepTest

# The four ways to send and receive; what a test of the kernel's doings should hold in.
COMBINATIONS = [(socket, engine) for socket in ("dgram", "raw") for engine in ("uring", "mmsg")]
# For `through`: as on a system with the default limits and without privileges, 208 KiB, some 250 replies.
DEFAULT_BUFFERS = [sys.executable, "-B", pathlib.Path(__file__).with_name("refusing.py"), "buffer-sizes"]


def addresses(*networks):
    """All addresses of the networks, the first and the last included, as the rows show them."""
    return {str(address) for network in networks for address in ipaddress.ip_network(network)}


def first_of_each_24(count, network):
    """The lab's --alive-per-24: of each 256 addresses the first `count`."""
    return {str(address) for address in ipaddress.ip_network(network) if int(address) % 256 < count}


def read_rows(text):
    """Rows of CSV as dictionaries. Nothing here has a comma or a quote inside."""
    return ringsweep_test.Result(text, "", 0).rows()


@dataclasses.dataclass
class Swept:
    rows: list
    summary: dict
    stderr: str

    def of_state(self, state):
        return {row["address"] for row in self.rows if row["state"] == state}

    def row(self, address):
        [row] = [row for row in self.rows if row["address"] == address]
        return row


class SweepTest(RingsweepTest):
    def folder(self):
        """A folder that is gone after the test, and in which everybody may write."""
        path = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="ringsweep-test.")))
        path.chmod(0o777)
        return path

    def sweep(self, *arguments, lab=None, status=0, through=(), nobody=False, **options):
        """Runs a sweep to its end: in the lab, or in a namespace of its own; by way of `through`'s words, if any, and
        as nobody only behind them."""
        file = self.folder() / "summary.json"
        program = ringsweep_test.as_nobody([ringsweep_test.public_binary()]) if nobody else [BINARY]
        command = [*through, *program, "--summary-json", file, *arguments]
        result = lab.run(*command, **options) if lab else self.isolated(*command, **options)
        self.assertEqual(result.status, status, f"{' '.join(map(str, command))}\n{result.stderr}")
        summary = json.loads(file.read_text())
        self.assertEqual(summary["exit"], status)
        self.expect_balance(summary)
        return Swept(result.rows() if result.stdout else [], summary, result.stderr)

    @contextlib.contextmanager
    def sweeping(self, *arguments, lab, through=(), **options):
        """A sweep in the background, as a Popen whose pid is the program's own; killed at the end if it still runs."""
        command = lab.on("near", [*through, BINARY, *arguments])
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        with subprocess.Popen(command, text=True, env=ringsweep_test.environment(None), **pipes) as process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGCONT)
                process.kill()

    def expect_balance(self, summary):
        self.assertEqual(sum(summary["states"].values()), summary["targets"], summary)
        outcomes = {name: count for name, count in summary["probes"].items() if name != "sent"}
        self.assertEqual(sum(outcomes.values()), summary["probes"]["sent"], summary)

    def expect_used(self, swept, socket, engine):
        """The summary states what was used."""
        self.assertEqual((swept.summary["sockets"], swept.summary["engine"]), (socket, engine))

    def expect_alive(self, swept, *, alive, targets):
        """One row for each target, those of `alive` alive and all others not answering."""
        counted = collections.Counter(row["address"] for row in swept.rows)
        self.assertEqual([address for address, count in counted.items() if count != 1], [], "more than one row")
        self.assertEqual(self.differences(set(counted), targets), "")
        self.assertEqual(self.differences(swept.of_state("alive"), alive), "")
        self.assertEqual(self.differences(swept.of_state("no_reply"), targets - alive), "")
        self.assertEqual(swept.summary["states"]["alive"], len(alive))

    @staticmethod
    def differences(got, wanted):
        """'' where two sets are the same, else a few words: a /16 of addresses helps nobody."""
        missing, extra = sorted(wanted - got), sorted(got - wanted)
        if not missing and not extra:
            return ""
        return f"{len(missing)} missing: {missing[:5]}; {len(extra)} too many: {extra[:5]}"


def snmp6(lab, name):
    """One number of /proc/net/snmp6 on the lab's near side; 0 where there is none yet."""
    pairs = dict(line.split() for line in lab.run("cat", "/proc/net/snmp6").stdout.splitlines())
    return int(pairs.get(name, 0))


class TunPeer:
    """tests/support/tun_peer.py on the lab's near side: a device whose other end answers, at once or when told to."""

    PROGRAM = pathlib.Path(__file__).with_name("tun_peer.py")

    def __init__(self, lab, device):
        self._command = lab.on("near", [sys.executable, "-B", self.PROGRAM, device])
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(self._command, text=True, env=ringsweep_test.environment(None),
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdout.readline() != "up\n":
            raise RuntimeError("no TUN device")
        return self

    def __exit__(self, *_):
        self._process.communicate()

    def _ask(self, word):
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def heard(self):
        return int(self._ask("heard"))

    def hold(self):
        self._ask("hold")

    def wait_for_held(self, count):
        """Until so many requests are kept."""
        give_up = time.monotonic() + 30
        while (held := int(self._ask("count"))) < count:
            if time.monotonic() > give_up:
                raise AssertionError(f"{held} requests instead of {count} came in 30 s")
            time.sleep(0.01)

    def answer(self):
        """Answers all that is kept, as fast as it can; how many that were."""
        return int(self._ask("answer").removeprefix("answered "))

    def release(self):
        """What comes from now on is answered at once."""
        self._ask("release")
