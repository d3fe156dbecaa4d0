"""Runs the tools of one scenario, round after round, on the near side of scripts/lab, and records what each did.

    compare.py --scenario NAME --rounds N --out FOLDER [--quick]      appends to FOLDER/runs.jsonl
    compare.py --lab NAME [--quick]                                   prints the options of scripts/lab for a scenario
    compare.py --report FOLDER                                        writes runs.csv, summary.json and summary.md
scripts/compare calls it."""

import argparse
import csv
import json
import os
import pathlib
import platform
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

import scenarios
import tools

FAR_SIDE, CLOSED_PORT = "198.18.0.2", 9
DEVICES = pathlib.Path("/proc/self/net/dev")
FIELDS = ["scenario", "tool", "round", "targets", "found", "missed", "false", "sent", "wall_s", "tail_s", "per_s",
          "sending_per_s", "cpu_us", "peak_mib", "rtt_ms", "status", "note"]


# Columns of the tables: field, title, digits. `found/s while sending` excludes the time after the last packet.
COLUMNS = [("found", "found", 0), ("missed", "missed", 0), ("false", "false", 0), ("sent", "sent", 0),
           ("wall_s", "wall s", 3), ("tail_s", "tail s", 2), ("per_s", "found/s", 0),
           ("sending_per_s", "found/s while sending", 0), ("cpu_us", "CPU us/probe", 2), ("peak_mib", "peak MiB", 1),
           ("rtt_ms", "rtt ms", 3)]


def packets_sent():
    """How many packets left through the cable, by the counter of its device."""
    counters = next(line for line in DEVICES.read_text().splitlines() if line.strip().startswith("near:"))
    return int(counters.split(":")[1].split()[9])


class LastSend(threading.Thread):
    """Finds out when the last packet left, to some milliseconds, by watching the counter of the device."""

    def __init__(self):
        super().__init__(daemon=True)
        self.began = self.last = time.monotonic()
        self._ended = threading.Event()

    def run(self):
        seen = packets_sent()
        while not self._ended.wait(0.005):
            now = packets_sent()
            if now != seen:
                seen, self.last = now, time.monotonic()

    def stop(self):
        self._ended.set()
        self.join()


class Heartbeat(threading.Thread):
    """Keeps packets arriving: sends ten empty datagrams a second to a closed port of the far side, which answers each."""

    def __init__(self):
        super().__init__(daemon=True)
        self.sent = 0
        self._ended = threading.Event()

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not self._ended.wait(0.1):
                try:
                    sender.sendto(b"", (FAR_SIDE, CLOSED_PORT))
                except ConnectionRefusedError:  # reports the datagram before
                    continue
                self.sent += 1

    def stop(self):
        self._ended.set()
        self.join()
        return self.sent


def run_tool(tool, folder):
    """Returns (standard output, status, wall s, tail s, CPU s, peak KiB, packets that left)."""
    watch = LastSend()
    sent_before = packets_sent()
    watch.start()
    heartbeat = Heartbeat() if tool.needs_heartbeat else None
    if heartbeat:
        heartbeat.start()
    began = time.monotonic()
    with open(folder / "stdout", "w+", encoding="utf-8") as out, open(folder / "stderr", "w", encoding="utf-8") as errors:
        # GNU time reports the peak of the tool alone; the kernel's figure for a child of ours includes our own size.
        timed = ["time", "-q", "-f", "%M", "-o", "peak", *(str(word) for word in tool.command)]
        process = subprocess.Popen(timed, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=errors,
                                   start_new_session=True)
        hurry = [threading.Timer(tool.longest_s + later_s, os.killpg, [process.pid, number])
                 for later_s, number in ((0, signal.SIGINT), (2, signal.SIGINT), (15, signal.SIGKILL))]
        for timer in hurry:
            timer.start()
        _, status, used = os.wait4(process.pid, 0)
        ended = time.monotonic()
        for timer in hurry:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        others = heartbeat.stop() if heartbeat else 0
        out.seek(0)
        output = out.read()
    tail_s = None if heartbeat else max(ended - watch.last, 0.0)
    return (output, process.returncode, ended - began, tail_s, used.ru_utime + used.ru_stime,
            int((folder / "peak").read_text()), packets_sent() - sent_before - others)


def measure(name, scenario, tool, number):
    with tempfile.TemporaryDirectory(prefix="ringsweep-compare.") as temporary:
        folder = pathlib.Path(temporary)
        for file, text in getattr(scenario, "files", {}).items():
            (folder / file).write_text(text)
        output, status, wall_s, tail_s, cpu_s, peak_kib, sent = run_tool(tool, folder)
        try:
            found = tool.read(output, folder)
        except (OSError, ValueError, KeyError) as trouble:
            last = (folder / "stderr").read_text(errors="replace").strip().splitlines()[-1:]
            found = tools.Found(set(), 0, note=f"failed: {last or trouble}")
    while_sending = found.count / (wall_s - tail_s) if tail_s is not None else None
    missed = false = None
    if scenario.alive is not None:
        missed = len(scenario.alive - found.addresses) if found.addresses is not None else len(scenario.alive) - found.count
        false = len(found.addresses - scenario.alive) if found.addresses is not None else 0
    return dict(zip(FIELDS, [name, tool.name, number, scenario.targets, found.count, missed, false, sent, wall_s, tail_s,
                             found.count / wall_s, while_sending, cpu_s * 1e6 / max(sent, 1), peak_kib / 1024,
                             found.rtt_ms, status,
                             found.note or ("did not end by itself" if wall_s >= tool.longest_s else "")]))


def run_scenario(name, rounds, folder, quick):
    scenario = scenarios.ALL[name](quick)
    for tool in scenario.tools:
        if not tool.is_there():
            print(f"compare: {tool.binary} is not installed: left out", flush=True)
    there = [tool for tool in scenario.tools if tool.is_there()]
    with open(folder / "runs.jsonl", "a", encoding="utf-8") as out:
        for number in range(1, rounds + 1):
            for tool in there:
                if tool.once and number > 1:
                    continue
                run = measure(name, scenario, tool, number)
                out.write(json.dumps(run) + "\n")
                out.flush()
                print(f"  {name} {number}/{rounds} {tool.name}: {run['found']} found, {run['missed']} missed, "
                      f"{run['wall_s']:.3f} s, {run['sent'] / run['wall_s'] / 1000:.1f} kpps {run['note']}", flush=True)


def spread(runs, field, digits):
    values = [run[field] for run in runs if run[field] is not None]
    if not values:
        return "-"
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1 or min(values) == max(values):
        return middle
    return f"{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def table(name, runs):
    by_tool = {}
    for run in runs:
        by_tool.setdefault(run["tool"], []).append(run)
    titles = ["tool", *(title for _, title, _ in COLUMNS), ""]
    lines = [f"### {scenarios.ALL[name](False).what}", "", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for tool, its in by_tool.items():
        note = ", ".join(sorted({run["note"] for run in its if run["note"] and "loop" not in run["note"]}))
        cells = [tool, *(spread(its, field, digits) for field, _, digits in COLUMNS), note]
        lines.append("| " + " | ".join(cells) + " |")
    return lines + [""]


def machine():
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.2f}"


def report(folder):
    runs = [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()]
    with open(folder / "runs.csv", "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, FIELDS)
        writer.writeheader()
        writer.writerows(runs)
    versions = tools.versions()
    (folder / "summary.json").write_text(json.dumps({"machine": machine(), "versions": versions, "runs": runs}, indent=1))
    lines = ["Medians of the rounds, with the least and the most in brackets. " + machine() + ". " +
             "; ".join(versions) + ".", ""]
    for name in scenarios.ALL:
        of_it = [run for run in runs if run["scenario"] == name]
        if of_it:
            lines += table(name, of_it)
    (folder / "summary.md").write_text("\n".join(lines))
    print("\n".join(lines))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", choices=scenarios.ALL)
    parser.add_argument("--lab", choices=scenarios.ALL)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.lab:
        print(" ".join(scenarios.ALL[options.lab](options.quick).lab))
    elif options.report:
        report(options.report)
    else:
        run_scenario(options.scenario, options.rounds, options.out, options.quick)


if __name__ == "__main__":
    main()
