"""What the tests of --resume share: the journal read independently, and results compared without what may vary."""

import csv
import io
import json
import pathlib
import signal

from cli_test_case import SILENT, CliTest, wait_until

TARGETS = ("127.0.0.0-199", "127.1.0.0-199")
# Some answer at once, the others never: 200 + 600 probes, some 3 seconds.
MIXED = (*TARGETS, "-t", "50ms", "--seed", "1")


def journal_of(file):
    """FILE.journal as (its numbers, its path); nothing where there is none."""
    path = pathlib.Path(f"{file}.journal")
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    first, record, checksum = text.splitlines()
    assert first == "ringsweep.journal/1" and checksum.startswith("checksum "), (first, checksum)
    return json.loads(record)


def rewrite_journal(file, **values):
    """Other values in FILE.journal, with the checksum that belongs to them."""
    text = "ringsweep.journal/1\n" + json.dumps(journal_of(file) | values, separators=(",", ":")) + "\n"
    checksum = 0xcbf29ce484222325  # FNV-1a
    for byte in text.encode():
        checksum = (checksum ^ byte) * 0x100000001b3 % 2 ** 64
    pathlib.Path(f"{file}.journal").write_text(f"{text}checksum {checksum:016x}\n")


def decided_in(file):
    """How many targets the journal says are decided; -1: there is no journal."""
    record = journal_of(file)
    return sum(record["states"].values()) if record else -1


def wait_for_decided(file, count=1):
    wait_until(lambda: decided_in(file) >= count, f"{count} targets are decided in the journal")


def comparable(text, name):
    """The rows of a result without RTT, time and attempts, sorted; the header and the end of a table beside them."""
    lines = text.splitlines()
    if name.endswith(".csv"):
        rows = csv.reader(io.StringIO(text))  # with a header or without
        return sorted(str(row[:3] + row[4:5] + row[6:10]) for row in rows)
    if name.endswith(".ndjson"):
        rows = [json.loads(line) for line in lines]
        return sorted(str({key: row[key] for key in row if key not in ("rtt_ms", "time", "attempts")}) for row in rows)
    if name.endswith(".table"):
        columns = [line.split() for line in lines[1:-1]]
        return [lines[0], lines[-1], *sorted(str(column[:2]) for column in columns)]
    return sorted(lines)


class ResumeTest(CliTest):
    def killed(self, file, *arguments, number=signal.SIGKILL):
        """A sweep into the file that got the signal as soon as its journal knew of decided targets."""
        with self.started(*MIXED, "-q", "-r", "250", "-o", file, *arguments, before=SILENT) as process:
            wait_for_decided(file)
            process.send_signal(number)
            process.communicate(timeout=60)
            return process.returncode

    def refused(self, file, *arguments, status=2):
        """The words of a refusal; result and journal are as they were."""
        paths = [pathlib.Path(file), pathlib.Path(f"{file}.journal")]
        before = [path.read_bytes() if path.exists() else None for path in paths]
        result = self.ringsweep(*MIXED, "-o", file, *arguments)
        self.expect(result, stdout="", status=status)
        self.assertEqual([path.read_bytes() if path.exists() else None for path in paths], before)
        return result.stderr.removeprefix("ringsweep: ")

    def resumed(self, file, *arguments, **options):
        return self.sweep(*MIXED, "-q", "-r", "2k", "-o", file, "--resume", *arguments, through=SILENT, **options)
