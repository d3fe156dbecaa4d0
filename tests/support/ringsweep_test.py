"""What the tests that run the program share: the program in a namespace of its own, exact output with masks, the lab.

A test file holds unittest classes derived from RingsweepTest and ends with `ringsweep_test.main()`. Nothing here sends
from the caller's network namespace: `run` goes through tests/support/isolated, Lab through scripts/lab.

  class Sweep(RingsweepTest):
      def test_one_address(self):
          result = self.ringsweep("-q", "--format", "list", "127.0.0.1")
          self.expect(result, stdout="127.0.0.1\n", stderr="", status=0)

A class that needs root or a tool says so with @needs_root or @needs_tool("tcpdump"). What is skipped ends the file with
status 77, which ctest shows as skipped.
"""

import contextlib
import dataclasses
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("RINGSWEEP", ROOT / "build" / "release" / "ringsweep"))
ISOLATED = str(ROOT / "tests" / "support" / "isolated")
LAB = str(ROOT / "scripts" / "lab")

# What differs from run to run, and what stands in its place after masked(). In this order: a time holds digits that
# look like a duration.
MASKS = {
    "time": (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    "seed": (r'\b(seed"?[:=]? *)\d+\b', r"\1SEED"),
    "rtt": (r"(?<![\w.])\d+\.\d{3}(?![\w.])", "RTT"),
    "duration": (r"(?<![\w.])\d+(\.\d+)? ?(us|ms|s|m|h)\b", "DURATION"),
}
# Identities that own nothing and belong to no group of the system.
NOBODY = 65534


@dataclasses.dataclass
class Result:
    stdout: str
    stderr: str
    status: int

    def rows(self):
        """CSV rows of stdout as dictionaries, by the header's names."""
        header, *lines = self.stdout.splitlines()
        return [dict(zip(header.split(","), line.split(","))) for line in lines]


def masked(text, *names):
    """The text with what differs from run to run replaced: all MASKS, or those named."""
    for name in names or MASKS:
        pattern, replacement = MASKS[name]
        text = re.sub(pattern, replacement, text)
    return text


def environment(changes):
    """A clean environment, in English, so that what a test sees does not depend on who runs it."""
    base = {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
    return base | (changes or {})


def run(command, *, stdin="", timeout_s=60, env=None, cwd=None):
    """Runs to the end. Status is negative where a signal ended it."""
    try:
        done = subprocess.run([str(word) for word in command], input=stdin, text=True, capture_output=True, check=False,
                              timeout=timeout_s, env=environment(env), cwd=cwd)
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"still running after {timeout_s} s: {' '.join(map(str, command))}\n"
                             f"stdout so far: {late.stdout!r}\nstderr so far: {late.stderr!r}") from None
    return Result(done.stdout, done.stderr, done.returncode)


def stop(process):
    """SIGSTOP, and until all of its threads stand still."""
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def as_nobody(command):
    """The command without root's rights, in no group of the system."""
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--", *command]


def needs_root(test):
    """Real root: a user namespace that maps one user cannot become another."""
    maps_all = "4294967295" in pathlib.Path("/proc/self/uid_map").read_text()
    return unittest.skipUnless(os.geteuid() == 0 and maps_all, "needs root")(test)


def needs_tool(name, remedy="scripts/setup installs it"):
    found = shutil.which(name, path=environment(None)["PATH"])
    return unittest.skipUnless(found, f"needs {name}: {remedy}")


@functools.cache
def public_binary():
    """A copy of the program that every user may run: the checkout may lie where others cannot look."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ringsweep-test."))
    folder.chmod(0o755)
    unittest.addModuleCleanup(shutil.rmtree, folder)
    copy = folder / "ringsweep"
    shutil.copy(BINARY, copy)
    copy.chmod(0o755)
    return copy


class Lab:
    """scripts/lab, up inside of a `with`. Commands run on its near side, or on its far side where that is asked."""

    def __init__(self, *options):
        self._options = [str(option) for option in options]
        self._process = None

    def __enter__(self):
        waiting = ["sh", "-c", "echo up; exec cat"]
        self._process = subprocess.Popen([LAB, "run", *self._options, "--", *waiting], text=True, env=environment(None),
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self._process.stdout.readline() != "up\n":
            _, errors = self._process.communicate()
            raise RuntimeError(f"the lab did not come up: {errors}")
        return self

    def __exit__(self, *_):
        self._process.communicate()

    def on(self, side, command):
        """The words that run a command on that side, `near` or `far`."""
        place = {"near": "ns/net", "far": "fd/9"}[side]
        return ["nsenter", f"--net=/proc/{self._process.pid}/{place}", "--", *(str(word) for word in command)]

    def run(self, *command, side="near", **options):
        return run(self.on(side, command), **options)

    @contextlib.contextmanager
    def running(self, *command, side="near", **options):
        """The command in the background, as a Popen; interrupted and waited for at the end of the `with`."""
        with subprocess.Popen(self.on(side, command), text=True, env=environment(None), **options) as process:
            try:
                yield process
            finally:
                process.send_signal(signal.SIGINT)

    @contextlib.contextmanager
    def capturing(self, *arguments, side="near", **options):
        """tcpdump on the cable, running inside of the `with`; `arguments` are tcpdump's (-w FILE, an expression)."""
        tcpdump = ["tcpdump", "-Z", "root", "--immediate-mode", "-n", "-l", "-i", side]
        with self.running(*tcpdump, *arguments, side=side, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **options) as process:
            said = []
            while "listening on" not in "".join(said):
                said.append(process.stderr.readline())
                if not said[-1]:
                    raise RuntimeError(f"tcpdump did not start: {''.join(said)}")
            yield process

    def counter(self, group, name, side="near"):
        """One number of /proc/net/snmp on that side: counter("IcmpMsg", "OutType8"); 0 where there is none yet."""
        lines = [line.split() for line in self.run("cat", "/proc/net/snmp", side=side).stdout.splitlines()]
        names, values = [line for line in lines if line[0] == group + ":"] or ([], [])
        return int(dict(zip(names, values)).get(name, 0))


class RingsweepTest(unittest.TestCase):
    maxDiff = None

    def isolated(self, *command, ping_groups=None, **options):
        """A command in a network namespace of its own; ping_groups as in `isolated --ping-groups`."""
        groups = ["--ping-groups", ping_groups] if ping_groups else []
        return run([ISOLATED, *groups, *command], **options)

    def ringsweep(self, *arguments, nobody=False, lab=None, **options):
        """The program in a namespace of its own, or in a lab that is up; with root's rights or as nobody."""
        command = as_nobody([public_binary(), *arguments]) if nobody else [BINARY, *arguments]
        return lab.run(*command, **options) if lab else self.isolated(*command, **options)

    def expect(self, result, *, stdout=None, stderr=None, status=0, masks=()):
        """Compares exactly, both sides masked; None is anything. The first difference shows all of what came."""
        shown = f"\nstatus {result.status}\nstdout:\n{result.stdout}\nstderr:\n{result.stderr}"
        self.assertEqual(result.status, status, shown)
        if stdout is not None:
            self.assertEqual(masked(result.stdout, *masks), masked(stdout, *masks), shown)
        if stderr is not None:
            self.assertEqual(masked(result.stderr, *masks), masked(stderr, *masks), shown)


def main():
    """Runs the file's tests. Status: 0 all passed, 1 a failure, 77 something was skipped (each is named)."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    if not program.result.wasSuccessful():
        sys.exit(1)
    for test, reason in program.result.skipped:
        print(f"skipped: {test}: {reason}")
    sys.exit(77 if program.result.skipped else 0)
