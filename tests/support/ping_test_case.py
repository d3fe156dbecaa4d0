"""What the tests of `ringsweep ping` share: it beside Debian 12's own ping (iputils 20221126). The same command on the same
network gives the same standard output, standard error and exit status; only the digits of time=, of `time Nms`, of the rtt
line and of -D's stamp differ.

  class Words(PingTest):
      def test_them(self):
          self.compare([Scenario("-c 1 127.0.0.1", shows="64 bytes from 127.0.0.1: ")], self.isolated_runner())

Each scenario says what must be there as well, so that two empty outputs are not the same by accident. Real ping is copied
without its file capability, and ringsweep is called through a link of the name `ping`, so both have the same rights and
call themselves the same.
"""

import concurrent.futures
import dataclasses
import functools
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from ringsweep_test import RingsweepTest, public_binary

REFERENCE = "ping from iputils 20221126"

# What differs from run to run. Nothing else is masked.
MASKS = (
    (r"time=[\d.]+ ms", "time=N ms"),
    (r", time \d+ms\n", ", time Nms\n"),
    (r"(rtt min/avg/max/mdev = )[\d./]+ ms", r"\1N ms"),
    (r"(ipg/ewma )[\d./]+ ms", r"\1N ms"),
    (r"(min/avg/ewma/max = )[\d./]+ ms", r"\1N ms"),
    (r"(?m)^\[\d+\.\d{6}\] ", "[STAMP] "),
)


def masked(text):
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    return text


def is_same(theirs, ours):
    return all(masked(one) == masked(other) for one, other in
               ((theirs.stdout, ours.stdout), (theirs.stderr, ours.stderr))) and theirs.status == ours.status


@functools.cache
def folder_of(program):
    """A folder in which `ping` is iputils' or ours."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ringsweep-test."))
    folder.chmod(0o755)
    unittest.addModuleCleanup(shutil.rmtree, folder)
    if program == "iputils":
        shutil.copy(shutil.which("ping"), folder / "ping")
    else:
        (folder / "ping").symlink_to(public_binary())
    return folder


def called_as_ping(program, *arguments):
    return ["env", f"PATH={folder_of(program)}", "ping", *arguments]


@dataclasses.dataclass
class Scenario:
    arguments: str
    shows: str                # must be in the output, standard error behind standard output, after masking
    status: int = 0
    before: tuple = ()        # words before the command


def needs_reference(test):
    found = shutil.which("ping")
    version = subprocess.run([found, "-V"], capture_output=True, text=True, check=False).stdout if found else ""
    return unittest.skipUnless(version.startswith(REFERENCE), f"needs {REFERENCE}, has {version[:40]!r}")(test)


class PingTest(RingsweepTest):
    def compare(self, scenarios, run):
        """`run(command)` for both programs and each scenario; several scenarios at a time, the programs one by one."""
        def both(scenario):
            return [run([*scenario.before, *called_as_ping(program, *scenario.arguments.split())])
                    for program in ("iputils", "ringsweep")]

        # Made before threads ask for them.
        for program in ("iputils", "ringsweep"):
            folder_of(program)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for scenario, results in zip(scenarios, pool.map(both, scenarios)):
                with self.subTest(ping=scenario.arguments):
                    # A late answer makes a "pipe 2" of either program: what differs is looked at once more, alone.
                    if not is_same(*results):
                        results = both(scenario)
                    self.expect_same(*results, scenario.shows, scenario.status)

    def expect_same(self, theirs, ours, shows, status):
        self.assertEqual(masked(ours.stdout), masked(theirs.stdout))
        self.assertEqual(masked(ours.stderr), masked(theirs.stderr))
        self.assertEqual(ours.status, theirs.status)
        self.assertIn(shows, masked(ours.stdout) + masked(ours.stderr))
        self.assertEqual(ours.status, status)

    def isolated_runner(self, ping_groups="0 2147483647"):
        return lambda command: self.isolated(*command, ping_groups=ping_groups)
