"""The tools that are compared: how each is told to probe a network, and how its findings are read.

A Tool is a name, the words of its command, and a function that reads from its output which addresses it found alive (None
for a tool that only counts). The options make the work equal: echo requests only, no name look-ups, no ports, empty block
lists."""

import csv
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RINGSWEEP = ROOT / "build" / "release" / "ringsweep"
BARE_LOOP = ROOT / "build" / "bench" / "bare_loop"
GATEWAY_MAC = "02:00:00:00:00:02"
SOURCE = "198.18.0.1"


@dataclasses.dataclass
class Found:
    addresses: set | None  # None: the tool only counts
    count: int
    rtt_ms: float | None = None  # the median that it reports
    note: str = ""


@dataclasses.dataclass
class Tool:
    name: str
    command: list
    read: Callable[[str, pathlib.Path], Found]  # takes its standard output and its folder
    binary: str = ""  # looked for in PATH; "": built here
    once: bool = False  # too slow for more than one round
    longest_s: float = 900  # after that it is interrupted; what it has found by then counts
    needs_heartbeat: bool = False  # notices that its time is over only when a packet arrives

    def is_there(self):
        return not self.binary or shutil.which(self.binary) is not None


def median(values):
    values = sorted(values)
    return values[len(values) // 2] if values else None


def addresses_of_lines(output, _):
    found = set(output.split())
    return Found(found, len(found))


def ringsweep(*words, name=None):
    def read(_, folder):
        with open(folder / "out.csv", newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["state"] == "alive"]
        summary = json.loads((folder / "summary.json").read_text())
        note = "" if summary["complete"] else "lower bound: " + ", ".join(b["counter"] for b in summary["lower_bound"])
        return Found({row["address"] for row in rows}, len(rows), summary["rtt_ms"]["p50"], note)

    command = [RINGSWEEP, "-q", *words, "-o", "out.csv", "--summary-json", "summary.json"]
    return Tool(name or " ".join(["ringsweep", *words[1:]]), command, read)


def bare_loop(engine, plan, workers, first, count):
    def read(output, _):
        _, received, seconds = output.split()
        return Found(None, int(received), note=f"{int(received) / float(seconds):.0f} replies/s in its own loop")

    return Tool(f"bare loop {engine} {plan} -w {workers}", [BARE_LOOP, engine, plan, workers, first, count], read)


def zmaps():
    """Every zmap in PATH, so that versions can be compared."""
    found = {pathlib.Path(folder, "zmap").resolve() for folder in os.get_exec_path() if pathlib.Path(folder, "zmap").is_file()}
    return sorted(found) or ["zmap"]


def version_of(binary):
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip().splitlines()[0]


def zmap(network, *options):
    """One tool for each zmap that is installed."""
    return [zmap_of(binary, len(zmaps()) > 1, network, *options) for binary in zmaps()]


def zmap_of(binary, is_one_of_several, network, *options):
    command = [binary, "-M", "icmp_echoscan", "-i", "near", "-G", GATEWAY_MAC, "-S", SOURCE, "-C", "/dev/null",
               "-b", "/dev/null", "-O", "csv", "-f", "saddr", "--output-filter=success = 1 && repeat = 0", "-q", "-v", "0",
               "-o", "-", *options, network]

    def read(output, _):
        found = {line for line in output.split() if line != "saddr"}
        return Found(found, len(found))

    name = version_of(binary) if is_one_of_several else "zmap"
    return Tool(" ".join([name, *options]), command, read, str(binary))


def masscan(network, *options):
    command = ["masscan", "--ping", network, "-e", "near", "--source-ip", SOURCE, "--router-mac", GATEWAY_MAC,
               "-oL", "out.list", *options]

    def read(_, folder):
        found = set(re.findall(r"^open icmp 0 (\S+)", (folder / "out.list").read_text(), re.MULTILINE))
        return Found(found, len(found))

    # Where no other packet arrives, masscan 1.3.2 counts below zero ("waiting -12-secs") and never ends.
    return Tool(" ".join(["masscan", *options]), command, read, "masscan", needs_heartbeat=True)


def nmap(network, *options):
    command = ["nmap", "-sn", "-n", "-PE", "--disable-arp-ping", "-oG", "-", *options, network]

    def read(output, _):
        found = set(re.findall(r"^Host: (\S+) .*Status: Up", output, re.MULTILINE))
        return Found(found, len(found))

    return Tool(" ".join(["nmap", *options]), command, read, "nmap", once=True)


def fping(targets, *options):
    """`targets` are the arguments that name them."""
    command = ["fping", "-a", "-e", *options, *targets]

    def read(output, _):
        rows = re.findall(r"^(\S+) \(([\d.]+) ms\)", output, re.MULTILINE)
        return Found({row[0] for row in rows}, len(rows), median(float(row[1]) for row in rows))

    return Tool(" ".join(["fping", *options]), command, read, "fping")


def versions():
    """The version of each program that was compared."""
    lines = []
    for binary in (RINGSWEEP, *zmaps(), "masscan", "nmap", "fping"):
        try:
            lines.append(version_of(binary))
        except (OSError, IndexError):
            lines.append(f"{binary}: not installed")
    return lines
