"""The whole of 127.0.0.0/8, 16.7 million targets: little memory, none forgotten, none sent that is not counted."""

import json
import os
import subprocess
import time

import ringsweep_test
from ringsweep_test import BINARY, ISOLATED
from sweep_test_case import SweepTest

MEMORY_MAX_KIB = 64 * 1024
# $0 is the program, $1 the summary, $2 what the kernel counted, $3 the rows.
SCRIPT = """
    out_type_8() { awk '/^IcmpMsg:/ { if (!n) { n = split($0, name); next }
                                      for (i = 2; i <= n; ++i) if (name[i] == "OutType8") print $i }' /proc/net/snmp; }
    before=$(out_type_8)
    "$0" 127.0.0.0/8 -r max -a -o "$3" --max-targets 17M --summary-json "$1"
    status=$?
    echo $(($(out_type_8) - ${before:-0})) >"$2"
    exit $status
"""


class Slash8(SweepTest):
    def test_all_of_it(self):
        folder = self.folder()
        summary_file, count_file = folder / "summary.json", folder / "count"
        started = time.monotonic()
        process = subprocess.Popen([ISOLATED, "sh", "-c", SCRIPT, BINARY, summary_file, count_file, "/dev/null"],
                                   env=ringsweep_test.environment(None))
        # The most of the process and of all that it waited for.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        summary = json.loads(summary_file.read_text())
        print(f"  {time.monotonic() - started:.1f} s, {summary['rate_sent_pps']:.0f} pps, "
              f"{summary['workers']} workers, peak {usage.ru_maxrss / 1024:.1f} MiB", flush=True)
        self.assertEqual(process.returncode, 0)
        states = {state: count for state, count in summary["states"].items() if count}
        self.assertEqual(states, {"alive": 2**24 - 1, "skipped": 1})
        self.expect_balance(summary)
        self.assertEqual(int(count_file.read_text()), summary["probes"]["sent"])
        self.assertEqual(summary["lower_bound"], [])
        self.assertLess(usage.ru_maxrss, MEMORY_MAX_KIB)


if __name__ == "__main__":
    ringsweep_test.main()
