"""What the tests of --resume share: the journal read independently, and results compared without what may vary."""

import csv
import io
import json
import pathlib

from cli_test_case import wait_until


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
