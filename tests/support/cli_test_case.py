"""What the cli tests share beyond whole sweeps: exact errors, programs in the background, terminals, silent hosts.

  class Interrupted(CliTest):
      def test_rows_so_far(self):
          with self.started("127.0.0.0/8", "-r", "1k", stdout=file) as process:
              self.progress(process)
              process.send_signal(signal.SIGINT)
"""

import contextlib
import csv
import io
import os
import pty
import re
import signal
import subprocess
import termios
import time

import ringsweep_test
from ringsweep_test import BINARY, ISOLATED, NOBODY
from sweep_test_case import SweepTest

HEADER = "address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time\n"

# In front of a command: its namespace's loopback is silent for 127.1.0.0/16, and all other addresses of it are alive.
SILENT = ("sh", "-c", 'nft "table inet silent { chain input { type filter hook input priority 0; '
          'ip daddr 127.1.0.0/16 drop; }; }" && exec "$@"', "sh")

# What of a report depends on the moment, beside the masks of ringsweep_test; and what only a busy machine has to say.
MOMENT = ((r"(?m)^[\d.]+[kM]? pps sent", "PPS pps sent"), (r"(?m)^(rtt ms: .*) \(.*\)$", r"\1"),
          (r"(?m)^on this machine: .*\n", ""), (r"[\d.]+[kM]? pps, ", "PPS pps, "))


def report(text):
    """A report (start line, progress, summary) with its numbers of the moment replaced."""
    for pattern, replacement in MOMENT:
        text = re.sub(pattern, replacement, text)
    return ringsweep_test.masked(text)


def nobody_in(*groups):
    """Words before a command that give it nobody's rights, in groups of our choice."""
    groups = f"--groups={','.join(map(str, groups))}" if groups else "--clear-groups"
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", groups, "--"]


def with_files(**files):
    """Words before a command that lay files of ours over the machine's, for it alone: hosts and resolv_conf."""
    places = {"hosts": "/etc/hosts", "resolv_conf": "/etc/resolv.conf"}
    mounts = [word for name, file in files.items() for word in (str(file), places[name])]
    script = f'for i in $(seq {len(files)}); do mount --bind "$1" "$2" || exit; shift 2; done; exec "$@"'
    return ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", script, "sh", *mounts]


def wait_until(condition, what, seconds=30):
    """Asks until it is so; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {seconds} s: {what}")
        time.sleep(0.002)


class CliTest(SweepTest):
    def expect_usage_error(self, arguments, stderr, **options):
        """Refused with exactly this text (without "ringsweep: " and the last newline), and nothing was printed."""
        with self.subTest(arguments=arguments):
            result = self.ringsweep(*arguments, **options)
            self.expect(result, stdout="", stderr=f"ringsweep: {stderr}\n", status=2)

    def expect_rows(self, text, rows, header=HEADER):
        """CSV with these lines in any order; RTT and TIME stand for what differs."""
        self.assertTrue(text.startswith(header), text)
        lines = ringsweep_test.masked(text[len(header):], "time", "rtt").splitlines()
        self.assertEqual(sorted(lines), sorted(rows))

    def expect_whole_csv(self, text):
        """Parses as CSV to the last byte, no target twice; returns the rows."""
        self.assertTrue(text.endswith("\n"), f"ends with {text[-100:]!r}")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.assertEqual(",".join(header) + "\n", HEADER)
        self.assertEqual({len(row) for row in rows} - {11}, set())
        self.assertEqual(len({(row[0], row[1]) for row in rows}), len(rows))
        return [dict(zip(header, row)) for row in rows]

    @contextlib.contextmanager
    def started(self, *arguments, before=(), program=BINARY, ping_groups=None, **options):
        """The program in the background, as a Popen whose pid is its own; killed at the end if it still runs."""
        groups = ["--ping-groups", ping_groups] if ping_groups else []
        # Whoever runs the tests in the background ignores INT, and the program would inherit that.
        heeding = ("env", "--default-signal")
        command = [str(word) for word in (*heeding, ISOLATED, *groups, *before, program, *arguments)]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, **(pipes | {"env": ringsweep_test.environment(None)} | options)) as process:
            try:
                yield process
            finally:
                process.kill()

    def read_start(self, process):
        """Its start line: from here on it takes signals."""
        line = process.stderr.readline()
        self.assertRegex(line, "^ringsweep: .* targets? ")
        return line

    def progress(self, process):
        """(decided, sent) as the program tells when it is asked."""
        process.send_signal(signal.SIGUSR1)
        line = process.stderr.readline()
        found = re.match(r"[\d.]+% (\d+)/\d+ targets, (\d+) sent, ", line)
        self.assertIsNotNone(found, line)
        return int(found[1]), int(found[2])

    def wait_for_progress(self, process, condition):
        """Asks until condition(decided, sent)."""
        wait_until(lambda: condition(*self.progress(process)), "the sweep comes that far")

    def on_terminal(self, *arguments, columns=250, env=None, command=(BINARY,)):
        """Runs on a terminal of its own to the end. Returns what was written to it, and the status."""
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (50, columns))
        words = [str(word) for word in (ISOLATED, *command, *arguments)]
        with subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave,
                              env=ringsweep_test.environment({"TERM": "xterm"} | (env or {}))) as process:
            os.close(slave)
            written = b""
            with contextlib.suppress(OSError):  # EIO: nobody has it open any more
                while piece := os.read(master, 65536):
                    written += piece
            os.close(master)
        return written.decode(), process.returncode


def screen(written):
    """What a terminal shows after all that was written to it; no line may be longer than the terminal is wide."""
    lines, column = [""], 0
    for part in re.findall(r"\x1b\[K|\r|\n|[^\x1b\r\n]+", written):
        if part == "\x1b[K":
            lines[-1] = lines[-1][:column]
        elif part == "\r":
            column = 0
        elif part == "\n":
            lines.append("")
            column = 0
        else:
            lines[-1] = lines[-1][:column] + part + lines[-1][column + len(part):]
            column += len(part)
    return "\n".join(lines)
