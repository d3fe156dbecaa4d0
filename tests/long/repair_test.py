"""What this machine drops is made good: no target is called silent because of us. 65,536 live targets that answer after
100 ms, at 50 kpps, with a receive buffer of 32 KiB; and with the program stopped for 2 s in the middle."""

import contextlib
import json
import signal
import subprocess
import time
import unittest

import ringsweep_test
from ringsweep_test import BINARY, needs_root
from socket_of import shrink_receive_buffers
from sweep_test_case import COMBINATIONS, DEFAULT_BUFFERS, read_rows
from tun import TunNetwork, needs_tun

NETWORK = "10.1.0.0/16"
TARGETS = 65536
WITHOUT_REPAIR = BINARY.with_name("ringsweep_without_repair")


@needs_tun
@needs_root
class Repair(unittest.TestCase):
    def swept(self, meanwhile, *options, program=BINARY, through=()):
        """Number of rows by state, summary, exit status."""
        with TunNetwork(f"{NETWORK} alive delay 100ms\n") as network, contextlib.ExitStack() as stack:
            process = stack.enter_context(network.running(*through, program, "-r", "50k", "-w", "1", "-q", *options,
                                                          "--summary-json", "/dev/stderr", NETWORK,
                                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            meanwhile(process)
            rows, errors = process.communicate(timeout=120)
            log = network.finish()
        self.assertEqual((log.counters["device_tx_dropped"], log.counters["write_refused"]), (0, 0))
        states = [row["state"] for row in read_rows(rows)]
        return {state: states.count(state) for state in set(states)}, json.loads(errors), process.returncode

    def small_buffer(self, process):
        shrink_receive_buffers(process, 32 * 1024)

    def stopped(self, process):
        time.sleep(0.7)
        ringsweep_test.stop(process)
        time.sleep(2)
        process.send_signal(signal.SIGCONT)

    def expect_all_alive(self, meanwhile, *, drops, through=()):
        for socket, engine in COMBINATIONS:
            with self.subTest(socket=socket, engine=engine):
                states, summary, status = self.swept(meanwhile, "--socket", socket, "--engine", engine,
                                                     through=through)
                local = summary["local"]
                print(f"  {socket} {engine}: {states}, {local['socket_drops']} drops, {local['void_probes']} void, "
                      f"{local['unrepaired']} unrepaired, {summary['duration_s']} s", flush=True)
                if drops:
                    self.assertGreater(local["socket_drops"], 0)
                self.assertEqual((states, status), ({"alive": TARGETS}, 0))
                self.assertEqual(summary["lower_bound"], [])

    def test_a_receive_buffer_of_32_kib(self):
        self.expect_all_alive(self.small_buffer, drops=True)

    def test_the_program_is_stopped_for_two_seconds(self):
        self.expect_all_alive(self.stopped, drops=False)

    def test_the_program_is_stopped_and_has_the_buffer_of_an_ordinary_user(self):
        self.expect_all_alive(self.stopped, drops=True, through=DEFAULT_BUFFERS)

    def test_without_the_repair_live_targets_would_be_called_silent(self):
        for what, meanwhile, through in (("small buffer", self.small_buffer, ()),
                                         ("stopped", self.stopped, DEFAULT_BUFFERS)):
            with self.subTest(what):
                states, summary, _ = self.swept(meanwhile, "--attempts", "1", program=WITHOUT_REPAIR, through=through)
                print(f"  {what}: {states}, {summary['local']['socket_drops']} drops", flush=True)
                self.assertGreater(states.get("no_reply", 0), 0)


if __name__ == "__main__":
    ringsweep_test.main()
